"""One turn of a dwelling: what accrues, in which order the parties stand, who takes it (steps 4 to 7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flux.apportionment import apportion
from flux.ledger import YearLedger
from flux.rotation import Candidate, Ranked, rank
from flux.units import BAILLEUR, DWELLING, units_of_decimal
from orientation.domain import because
from orientation.domain.dossier import Dossier
from orientation.domain.parties import Party, Table
from orientation.domain.ports import Verdict
from orientation.domain.work import Work

Account = Callable[[str], int]
"""The balance of a party, in units."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What may steer a decision besides the rules: the bailleur's override, or the holder of a corrected dossier."""

    override: str | None = None
    keep: str | None = None
    is_arbitrated: bool = False
    """Whether the bailleur named that holder: neither its turn, nor a cap, nor a criterion takes it away."""
    may_wait: bool = True
    concerted: str | None = None
    """The line to which a concertation gives the dwelling, when it counts in the flux."""
    said: tuple[str, ...] = ()
    """Why a first letting is in the flux: what the decision says first."""

    def is_kept_by(self, party: Party | None) -> bool:
        """Whether the party keeps what the bailleur gave it by an override."""
        return self.is_arbitrated and party is not None and party.name == self.keep


NO_WISH = Wish()


@dataclass(slots=True)
class Turn:
    """One turn being decided: who sits there, what accrues, in which order, and who takes it."""

    table: Table
    credit: dict[str, int]
    cycle: dict[str, int]
    order: list[Ranked]
    chosen: Party | None
    is_first_round: bool
    carried: Mapping[str, int] = field(default_factory=dict)
    """The part of `credit` that carry-overs give; negative: that they take."""
    fixed: dict[str, int] | None = None
    """Weights of the fixed order, when that is the method."""
    steered: str | None = None
    """Why the chosen party stands first when it is not by its turn."""


def take_turn(work: Work, dossier: Dossier, rotation: Verdict, table: Table, wish: Wish) -> Turn:
    """The turn of a dwelling: its order by the rotation, its first party or the one that is wished."""
    turn = _rank(work, dossier, rotation, table, is_first_round=not dossier.has_accrued)
    turn.chosen = _choose(turn, wish)
    turn.steered = because.steered(
        override=wish.override or (wish.keep if wish.is_kept_by(turn.chosen) else None),
        keep=wish.keep,
        concerted=wish.concerted,
        chosen=turn.chosen,
    )
    return turn


def _rank(work: Work, dossier: Dossier, rotation: Verdict, table: Table, *, is_first_round: bool) -> Turn:
    year = work.state.ledger.year(dossier.year)
    eligible = [p for p in table.parties if p.is_eligible and (is_first_round or p.name != BAILLEUR)]
    credit = table.accruals() if is_first_round else _further_credit(dossier, eligible)
    is_fixed = work.answer(rotation, "method") == "fixed_order"
    cycle = _cycle_weights(table) if is_fixed and is_first_round else {}
    account = _cycle_balances(year, cycle) if is_fixed else _balances(year, credit)
    window = units_of_decimal(str(work.answer(rotation, "criteria_window")))
    weights = _cycle_weights(table) if is_fixed else table.shares()
    candidates = [
        Candidate(p.name, weights[p.name], account(p.name), p.lateness)
        for p in eligible
        if weights.get(p.name)
    ]
    order = rank(candidates, len([w for w in weights.values() if w]), window)
    carried = table.carried if is_first_round else {}
    return Turn(table, credit, cycle, order, None, is_first_round, carried, weights if is_fixed else None)


def _further_credit(dossier: Dossier, eligible: list[Party]) -> dict[str, int]:
    """A further round credits what was not restored, to that round's réservataires in proportion."""
    with_room = [party for party in eligible if party.has_room]
    weights = {party.name: party.share for party in with_room or eligible}
    if not weights or not dossier.owed:
        return {}
    return apportion(dossier.owed, weights)


def _balances(year: YearLedger, credit: dict[str, int]) -> Account:
    return lambda name: year.balance(name) + credit.get(name, 0)


def _cycle_balances(year: YearLedger, cycle: dict[str, int]) -> Account:
    return lambda name: year.cycle.get(name, 0) + cycle.get(name, 0)


def _cycle_weights(table: Table) -> dict[str, int]:
    """Weights of the fixed order (5b): the stock's, the bailleur holding the remainder."""
    weights = {
        p.name: p.share
        if p.convention is None or p.convention.stock_weight is None
        else p.convention.stock_weight
        for p in table.parties
        if p.name != BAILLEUR
    }
    total = sum(weights.values())
    if total > DWELLING:
        return apportion(DWELLING, weights)
    if total < DWELLING:
        weights[BAILLEUR] = DWELLING - total
    return weights


def _choose(turn: Turn, wish: Wish) -> Party | None:
    parties = {party.name: party for party in turn.table.parties}
    if wish.override is not None:
        return parties.get(wish.override) or Party(BAILLEUR, 0, BAILLEUR)
    ranked = [entry.candidate.party for entry in turn.order]
    if wish.concerted in parties:
        return parties[wish.concerted]
    if wish.is_arbitrated and wish.keep == BAILLEUR:
        return parties.get(BAILLEUR) or Party(BAILLEUR, 0, BAILLEUR)
    if wish.keep is not None and wish.keep in (parties if wish.is_arbitrated else ranked):
        return parties[wish.keep]
    return parties[ranked[0]] if ranked else None
