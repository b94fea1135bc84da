"""What parties of a simulation say: valid events of two bailleurs and their réservataires, and faulty ones."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

import orjson

from contracts.catalogue import TOPIC_OF
from tests.faults.checker.history import Expected, Fed

SCOPES = (("999001209", "48"), ("999001209", "75"), ("999109630", "48"))
COMMUNES = {"48": "48095", "75": "75114"}
PARTIES = {
    "AL": ("action_logement", ("30", "45")),
    "ETAT": ("etat_prioritaires", ("15", "25")),
    "CD": ("departement", ("5", "20")),
    "X": ("autre", ("1", "8")),
}
DECOMPTES = ("proposition", "attribution", "bail")

Scope = tuple[str, str]
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A message about to be published, and the key it is published under."""

    fed: Fed
    key: bytes


@dataclass(slots=True)
class Voice:
    """Builds events, each with an id of its own; chance decides on which topic they go."""

    chance: Random
    _numbers: Any = field(default_factory=lambda: count(1))

    def event(
        self,
        kind: str,
        scope: Scope,
        at: datetime,
        data: Data,
        *,
        by: str | None = None,
        expected: Expected = "either",
        id_: str | None = None,
    ) -> Said:
        """An event of a bailleur, or of a réservataire `by`, on its family's topic or on its speaker's own."""
        bailleur, departement = scope
        event = {
            "specversion": "1.0",
            "id": id_ or f"{kind}-{next(self._numbers)}",
            "source": f"/reservataires/{by}" if by else f"/bailleurs/{bailleur}",
            "type": f"fr.aiguillage.{kind}.v1",
            "time": at.isoformat(),
            "data": {"bailleur": bailleur, "departement": departement, **data},
        }
        topic = TOPIC_OF[kind]
        if self.chance.random() < 1 / 3:
            topic = f"{topic}.{by or bailleur}"
        return Said(Fed(topic, orjson.dumps(event), expected), f"{bailleur}:{departement}".encode())

    def convention(self, scope: Scope, party: str, at: datetime, kind: str = "convention.signed") -> Said:
        """A convention's terms, drawn."""
        name, shares = PARTIES[party]
        terms = {
            "convention_id": f"C-{party}-{'-'.join(scope)}",
            "reservataire": {"id": f"{party}-{scope[1]}", "kind": name},
            "year": 2026,
            "share_percent": self.chance.choice(shares),
            "decompte": {"method": self.chance.choice(DECOMPTES)},
            "respond_within_days": self.chance.choice((None, 3, 10)),
            "confirmation": self.chance.choice((None, None, "bailleur")),
            "effective": {"from": "2026-01-01", "until": "2026-12-31"},
        }
        return self.event(
            kind, scope, at, terms, expected="accepted" if kind.endswith("signed") else "either"
        )

    def vacancy(self, scope: Scope, number: int, at: datetime, **changes: Any) -> Data:  # noqa: ANN401 - JSON values
        """The body of a declaration."""
        return {
            "vacancy_id": f"V{number}",
            "available_on": at.date().isoformat(),
            "cause": "conge",
            "purpose": self.chance.choice(("relocation",) * 7 + ("vente",)),
            "dwelling": self.dwelling(scope, self.chance.randrange(10 * number)),
            **changes,
        }

    def dwelling(self, scope: Scope, number: int) -> Data:
        """A dwelling of the scope."""
        return {
            "dwelling_id": f"D{number}",
            "commune": COMMUNES[scope[1]],
            "typologie": self.chance.choice(("T1", "T2", "T3")),
            "financement": "PLUS",
            "qpv": self.chance.random() < 1 / 4,
        }
