"""What réservataires and bailleurs make of the proposals they hear: they answer, contradict, mistake and repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from contracts.envelope import open_emitted
from orientation.emissions import ORIENTATIONS
from tests.faults.simulated.saying import Data, Said, Scope, Voice
from tests.faults.simulated.topics import Topics

LATELY = 12
"""Most is said of the latest proposals."""
REASONS = ("hors_criteres", "sans_motif", "absence_de_candidat", "motif_inconnu")
DECISIONS = ("attribution", "attribution", "attribution_rang", "non_attribution", "irrecevabilite")

Answer = Callable[[Random, datetime], tuple[bool, Data]]
"""Whether the réservataire itself says it, and what it adds to the outcome."""

ANSWERS: Mapping[str, Answer] = {
    "candidates.designated": lambda chance, _: (
        True,
        {"count": chance.choice((0, 1, 3)), "on_behalf": False},
    ),
    "proposal.refused": lambda chance, _: (True, {"by": "reservataire", "reason": chance.choice(REASONS)}),
    "caleol.decided": lambda chance, _: (False, {"decision": chance.choice(DECISIONS)}),
    "lease.signed": lambda _, at: (False, {"signed_on": at.date().isoformat()}),
    "orientation.confirmed": lambda _, __: (False, {}),
    "decision.overridden": lambda _, __: (False, {"reason": "Sinistre dans la résidence."}),
}


@dataclass(slots=True)
class Hearing:
    """The dwellings orientation has spoken of lately, as whoever reads its stream knows them."""

    topics: Topics
    _read: int = 0
    _told: list[dict[str, Any]] = field(default_factory=list)

    def latest(self) -> list[dict[str, Any]]:
        """Proposals issued and dwellings pre-assigned, the last ones."""
        log = self.topics.logs[ORIENTATIONS]
        for record in log[self._read :]:
            event = open_emitted(record.value or b"")
            if event.type == "proposal.issued" or event.data.get("outcome") == "pre_assigned":
                self._told.append(event.data)
        self._read = len(log)
        return self._told[-LATELY:]


def answer(chance: Random, voice: Voice, told: dict[str, Any], at: datetime) -> Said:
    """Something about a dwelling, by whom it concerns or by another."""
    bailleur, departement = scope = _scope(told)
    kind = chance.choice(tuple(ANSWERS))
    is_its_own, body = ANSWERS[kind](chance, at)
    party = told["reservataire"]
    if kind == "decision.overridden":
        party = chance.choice((f"AL-{departement}", f"CD-{departement}", "BAILLEUR"))
    elif chance.random() < 1 / 12:
        party = f"X-{departement}"
    named = told.get("proposal_id") if chance.random() < 1 / 2 else None
    outcome = {
        "proposal_id": named,
        "vacancy_id": told["vacancy_id"],
        "reservataire": party,
        **body,
    }
    speaks = party if is_its_own and chance.random() < 4 / 5 else None
    assert bailleur == scope[0]
    return voice.event(kind, scope, at, outcome, by=speaks)


def _scope(told: Mapping[str, Any]) -> Scope:
    return told["bailleur"], told["departement"]
