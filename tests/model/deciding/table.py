"""Table: the parties of one dwelling, their shares, and who may take it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.model.deciding.moment import Moment
from tests.model.deciding.scope import Scope
from tests.model.history.dossiers import Dossier
from tests.model.rights.amounts import NOTHING
from tests.model.rights.conventions import BAILLEUR, Line
from tests.model.rights.criteria import Criteria, criteria_of
from tests.model.rights.shares import shares
from tests.model.rights.territory import covers, is_wide


@dataclass(frozen=True, slots=True)
class Party:
    """A line that covers the dwelling."""

    line: Line
    share: Fraction
    criteria: Criteria
    is_eligible: bool
    accrues: bool
    """Whether no cap stopped its credit."""

    @property
    def name(self) -> str:
        """Its line's name."""
        return self.line.id


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody who holds a share of the dwelling."""

    parties: tuple[Party, ...]
    remainder: Fraction
    """The bailleur's share."""
    carried: Mapping[str, Fraction]
    stopped: frozenset[str]
    """Lines whose credit a cap stopped."""
    is_held: bool
    """Whether no convention at all is in force: the dwelling waits for one."""

    @property
    def number(self) -> int:
        """How many hold a share, the bailleur counted."""
        return len(self.parties) + (self.remainder > 0)

    @property
    def eligible(self) -> list[Party]:
        """The réservataires that may take it."""
        return [party for party in self.parties if party.is_eligible]

    def first_credit(self) -> dict[str, Fraction]:
        """What a first round gives each; what a cap stops is the bailleur's."""
        given = {party.name: party.share for party in self.parties if party.accrues}
        stopped = sum((party.share for party in self.parties if not party.accrues), NOTHING)
        return {**given, BAILLEUR: self.remainder + stopped}

    def first_carry(self) -> dict[str, Fraction]:
        """The part of it that carry-overs move."""
        return {name: amount for name, amount in self.carried.items() if name not in self.stopped}

    def party(self, name: str) -> Party | None:
        """A party by its line."""
        return next((party for party in self.parties if party.name == name), None)


def seat(scope: Scope, dossier: Dossier, moment: Moment) -> Table:
    """The lines in force on the day of the declaration that cover the dwelling and hold a share of it."""
    day = moment.rules_of
    facts, lists = scope.facts(dossier, day), scope.lists(day)
    conventions = scope.in_force(dossier.declared_on)
    lines = [line for each in conventions for line in each.lines]
    covering = [line for line in lines if covers(line, facts, day, scope.rules, lists)]
    wide = [line.id for line in covering if is_wide(line, facts, day, scope.rules)]
    held = shares(covering, scope.standing(dossier), wide, scope.caps_per_dwelling(dossier, moment))
    caps = scope.caps(dossier, moment)
    credit = scope.movements.sums("credit", dossier.year)
    engaged = scope.movements.sums("engaged", dossier.year)
    full = {name for cap in caps if cap.stops_credit(credit) for name in cap.lines}
    barred = {name for cap in caps if cap.stops_turns(engaged) for name in cap.lines}
    parties = []
    for line in covering:
        if held.shares.get(line.id):
            criteria = criteria_of(line, facts, day, scope.rules, lists)
            is_free = not criteria.excludes and line.reservataire not in dossier.said_no
            is_eligible = is_free and line.id not in barred
            parties.append(Party(line, held.shares[line.id], criteria, is_eligible, line.id not in full))
    remainder = held.shares.get(BAILLEUR, NOTHING)
    return Table(tuple(parties), remainder, held.carried, frozenset(full), not conventions)


def told_of(scope: Scope, dossier: Dossier, table: Table) -> dict[str, Any]:
    """What a decision tells of everybody: credit after the round's, engaged before the dwelling is."""
    credit = scope.movements.sums("credit", dossier.year)
    engaged = scope.movements.sums("engaged", dossier.year)
    return {
        party.name: (party.share, credit[party.name], engaged[party.name], party.is_eligible)
        for party in table.parties
    }
