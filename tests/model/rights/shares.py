"""Shares of one dwelling: what each covering line and the bailleur hold of it.

A percentage is itself. An objective is what is left of it over the dwellings still to come that the line covers, this
one included: those of the announced flux for a line of the whole département, else of the year's pace so far. A
carry-over adds what is left of it over the same. Lines above 100 % together are brought down to it; what is not
reserved is the bailleur's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.model.rights.amounts import NOTHING, ONE, deal
from tests.model.rights.carrying import brought_down, carry_of, cut, due
from tests.model.rights.conventions import BAILLEUR, Line


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a flux year stands for the lines when a dwelling comes."""

    day: date
    forecast: int | None
    """Dwellings announced for the year."""
    covered: Mapping[str, int]
    """Dwellings whose first round credited each line so far."""
    credit: Mapping[str, Fraction]
    carried: Mapping[str, Fraction]
    """What carry-overs gave of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What everybody holds of one dwelling; the shares sum to one."""

    shares: Mapping[str, Fraction]
    carried: Mapping[str, Fraction]
    """The part of a share that a carry-over moves."""


Caps = Iterable[tuple[Fraction, frozenset[str]]]


def shares(lines: Iterable[Line], standing: Standing, wide: Iterable[str], caps: Caps) -> Held:
    """The share of each line that has one, and the bailleur's. `wide` lines hold the département."""
    known, held = list(lines), set(wide)
    bases = {line.id: base_of(line, standing, is_wide=line.id in held) for line in known}
    wanted = {
        line.id: carry_of(
            due(line, standing.day.year) - standing.carried.get(line.id, NOTHING),
            bases[line.id],
            to_come(line, standing, is_wide=line.id in held),
        )
        for line in known
        if due(line, standing.day.year)
    }
    carried = brought_down(wanted, bases, caps)
    asked = {name: base + carried.get(name, NOTHING) for name, base in bases.items()}
    asked = {name: share for name, share in asked.items() if share > 0}
    reserved = sum(asked.values(), NOTHING)
    if reserved > ONE:
        given = deal(ONE, asked)
        moved = {name: _part(amount, asked.get(name), given.get(name)) for name, amount in carried.items()}
        return Held(given, moved)
    return Held({**asked, BAILLEUR: ONE - reserved} if reserved < ONE else asked, carried)


def base_of(line: Line, standing: Standing, *, is_wide: bool) -> Fraction:
    """What a line holds of the next dwelling, its carry-over apart; an objective's part is cut to the grid."""
    if line.percent is not None:
        return line.percent
    credited = standing.credit.get(line.id, NOTHING) - standing.carried.get(line.id, NOTHING)
    left = max((line.objective or NOTHING) - credited, NOTHING)
    return min(cut(left / to_come(line, standing, is_wide=is_wide)), ONE)


def to_come(line: Line, standing: Standing, *, is_wide: bool) -> int:
    """Dwellings still to come for a line this year, this one included; never less than one."""
    covered = standing.covered.get(line.id, 0)
    if is_wide and standing.forecast is not None:
        return max(standing.forecast - covered, 1)
    first = date(standing.day.year, 1, 1)
    elapsed = (standing.day - first).days + 1
    whole = (date(standing.day.year + 1, 1, 1) - first).days
    return max((covered + 1) * whole // elapsed - covered, 1)


def _part(carry: Fraction, asked: Fraction | None, given: Fraction | None) -> Fraction:
    """Of a share that was brought down, the part that the carry-over moves."""
    if not asked or given is None:
        return carry
    moved = cut(abs(carry) * given / asked)
    return moved if carry > 0 else -moved
