"""Plays one proposal to its end: silence, refusal, or candidates, a commission's decision and a lease."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiguillage.cloudevents import bailleur_source, line, reservataire_source
from aiguillage.draws import Draws, Table
from aiguillage.parties.manners import BailleurManner, ReservataireManner, Span

Answer = tuple[datetime, bytes]
"""When something is said, and its CloudEvent."""

CANDIDATES = Table([(1, 10), (2, 15), (3, 60), (4, 15)])
"""Applications put forward: three where candidates are not lacking (CCH art. R.441-3)."""
DAY_SECONDS = 86_400
ANSWERED_AHEAD = timedelta(hours=1)
"""Who answers does so at least this long before `respond_by`."""
NOTE = "Voir le dossier transmis au bailleur."
ADDRESS = ("proposal_id", "vacancy_id", "bailleur", "departement", "reservataire")
"""What every outcome repeats of its proposal."""


class Play:
    """The answers to one proposal, said in order; `draws` decides of everything."""

    def __init__(self, proposal: Mapping[str, Any], at: datetime, draws: Draws) -> None:
        self._proposal, self._at, self._draws = proposal, at, draws
        self._candidates = 1
        self.answers: list[Answer] = []

    def reservataire_answers(self, manner: ReservataireManner) -> bool:
        """The réservataire's own answer; whether candidates are designated."""
        fate = self._draws.below(100) - manner.silence_percent
        if fate < 0:
            return False
        self._wait(manner.delay_days, within=self._proposal.get("respond_by"))
        source = reservataire_source(manner.party)
        if fate < manner.void_percent:
            self._say(source, "proposal.refused", by="reservataire", reason=manner.void_reason)
            return False
        if fate < manner.void_percent + manner.refusal_percent:
            note = {"note": NOTE} if self._draws.happens(manner.note_percent) else {}
            reason = self._pick(manner.reasons)
            self._say(source, "proposal.refused", by="reservataire", reason=reason, **note)
            return False
        self._designate(source, on_behalf=False)
        return True

    def bailleur_designates(self, manner: BailleurManner) -> None:
        """Delegated management: the bailleur names candidates on the réservataire's behalf."""
        self._wait(manner.delegated_delay_days, within=self._proposal.get("respond_by"))
        self._designate(bailleur_source(manner.party), on_behalf=True)

    def commission_decides(self, manner: BailleurManner) -> None:
        """The commission's decision, then what the candidates say, then the lease if one accepts."""
        self._wait(manner.caleol_delay_days)
        decision = self._decision(manner)
        facts: dict[str, object] = {"decision": decision}
        is_ranked = decision == "attribution_rang"
        if is_ranked:
            facts["rank"] = 1
        publics = [code for code, percent in sorted(manner.publics.items()) if self._draws.happens(percent)]
        if publics:
            facts["public"] = publics
        self._say(bailleur_source(manner.party), "caleol.decided", **facts)
        if not decision.startswith("attribution"):
            for _ in range(self._candidates - 1):
                self._say(bailleur_source(manner.party), "caleol.decided", decision=decision)
        if decision.startswith("attribution") and self._is_taken(manner, candidates=2 if is_ranked else 1):
            self._lease(manner)

    def _decision(self, manner: BailleurManner) -> str:
        named = {
            "non_attribution": manner.non_attribution_percent,
            "irrecevabilite": manner.inadmissible_percent,
            "attribution_rang": manner.ranked_percent,
            "attribution_condition": manner.conditional_percent,
        }
        return self._pick({**named, "attribution": 100 - sum(named.values())})

    def _is_taken(self, manner: BailleurManner, candidates: int) -> bool:
        """Whether one of the ranked candidates accepts; each refusal is said, with how many are left."""
        refuses = manner.candidate_refusal_percent
        for left in range(candidates - 1, -1, -1):
            if not self._draws.happens(refuses):
                return True
            self._wait(manner.candidate_delay_days)
            reason = self._pick(manner.candidate_reasons)
            source = bailleur_source(manner.party)
            self._say(source, "proposal.refused", by="candidat", reason=reason, candidates_left=left)
            refuses = 100 - manner.next_candidate_percent
        return False

    def _lease(self, manner: BailleurManner) -> None:
        self._wait(manner.lease_delay_days)
        self._say(bailleur_source(manner.party), "lease.signed", signed_on=self._at.date().isoformat())

    def _designate(self, source: str, *, on_behalf: bool) -> None:
        self._candidates = CANDIDATES.pick(self._draws)
        self._say(source, "candidates.designated", count=self._candidates, on_behalf=on_behalf)

    def _pick(self, weights: Mapping[str, int]) -> str:
        return Table(sorted(weights.items())).pick(self._draws)

    def _wait(self, days: Span, within: str | None = None) -> None:
        said_at = self._at + delay(self._draws, days)
        if within is not None:
            last = datetime.fromisoformat(within) - ANSWERED_AHEAD
            said_at = max(self._at + timedelta(seconds=1), min(said_at, last))
        self._at = said_at

    def _say(self, source: str, kind: str, **facts: object) -> None:
        key = f"{self._proposal['proposal_id']}-{len(self.answers) + 1}"
        data = {**{name: self._proposal[name] for name in ADDRESS}, **facts}
        self.answers.append((self._at, line(kind, id=key, source=source, time=self._at, data=data)))


def delay(draws: Draws, days: Span) -> timedelta:
    """Between so many days and so many, to the second."""
    return timedelta(seconds=draws.between(days[0] * DAY_SECONDS, days[1] * DAY_SECONDS))
