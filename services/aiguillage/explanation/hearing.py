"""One vacancy heard before it is decided: its facts, who sits at its table, and what will be decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aiguillage.explanation.consultation import Facts, Place
from aiguillage.explanation.situation import Situation
from flux.calendar import flux_year
from flux.convention import Convention, Line
from orientation.domain.candidates import seat
from orientation.domain.dossier import Dossier
from orientation.domain.echelle import covers, is_inside, settled
from orientation.domain.instants import instant_text
from orientation.domain.parties import Party, Table
from orientation.domain.state import ScopeState
from orientation.domain.work import Work


@dataclass(frozen=True, slots=True)
class Hearing:
    """Everything an explanation looks at; `table` is seated as the decision seats it."""

    situation: Situation
    place: Place
    work: Work
    dossier: Dossier
    facts: Facts
    table: Table
    decision: Mapping[str, Any]

    @property
    def state(self) -> ScopeState:
        """The scope just before the vacancy."""
        return self.work.state

    @property
    def dwelling(self) -> Mapping[str, Any]:
        """The dwelling as declared."""
        return self.dossier.dwelling

    @property
    def declared_on(self) -> date:
        """Civil day of the declaration: it says which conventions are in force."""
        return self.work.declared_on(self.dossier)

    @property
    def is_settled_by_concertation(self) -> bool:
        """Whether a first letting waits for its concertation, or is given by it, without a turn of the flux."""
        waits = self.decision["outcome"] == "concertation"
        return waits or bool(self.decision.get("counted_apart"))

    def is_in_force(self, convention: Convention) -> bool:
        """Whether a convention may take a dwelling declared that day."""
        return convention in list(self.state.in_force(self.declared_on))

    def settled(self, convention: Convention, line: Line) -> Line:
        """The line with the territory that holds: its own, or the one the rules name."""
        return settled(self.work, convention, line, self.facts)

    def is_inside(self, line: Line) -> bool:
        """Whether the dwelling lies in the territory of a settled line."""
        return is_inside(self.work, line, self.facts)

    def covers(self, convention: Convention, line: Line) -> bool:
        """Whether a line covers the dwelling, geography and rules of `echelle` together."""
        return covers(self.work, convention, line, self.facts)

    def party(self, name: str) -> Party | None:
        """A party of the table by the name of its line."""
        return next((party for party in self.table.parties if party.name == name), None)

    def lines_in_force(self) -> tuple[tuple[Convention, Line], ...]:
        """Every line that could take a dwelling declared that day, settled."""
        in_force = self.state.in_force(self.declared_on)
        return tuple((c, self.settled(c, line)) for c in in_force for line in c.lines)


def hear(situation: Situation) -> Hearing:
    """Seat the parties of a question's dwelling and decide it, on copies of the scope."""
    state = situation.state()
    work = Work(state, situation.decided_on, situation.at, situation.book)
    work.on = situation.question.on
    dossier = _dossier(situation, state)
    facts = work.vacancy_facts(dossier)
    table = seat(work, dossier, facts, work.verdict("rotation", facts))
    place = Place(situation.book.loaded, state.scope, situation.question.on)
    return Hearing(situation, place, work, dossier, facts, table, situation.decision())


def _dossier(situation: Situation, state: ScopeState) -> Dossier:
    """The vacancy's dossier as it stood: new, or the one that waits for its next round."""
    cause = situation.question.cause
    known = state.dossiers.get(cause.data["vacancy_id"]) if situation.decided is not None else None
    if known is not None:
        return known
    return Dossier(
        vacancy_id=cause.data["vacancy_id"],
        vacancy=cause.data,
        declared_at=instant_text(cause.time),
        year=flux_year(cause.time, state.scope.departement),
    )
