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
from math import floor

from tests.model.rights.amounts import GRID, NOTHING, ONE, deal
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


def shares(lines: Iterable[Line], standing: Standing, wide: Iterable[str]) -> dict[str, Fraction]:
    """The share of each line that has one, and the bailleur's; they sum to one. `wide` lines hold the département."""
    held = set(wide)
    wanted = {line.id: share_of(line, standing, is_wide=line.id in held) for line in lines}
    wanted = {name: share for name, share in wanted.items() if share > 0}
    reserved = sum(wanted.values(), NOTHING)
    if reserved > ONE:
        return deal(ONE, wanted)
    return {**wanted, BAILLEUR: ONE - reserved} if reserved < ONE else wanted


def share_of(line: Line, standing: Standing, *, is_wide: bool) -> Fraction:
    """What a line holds of the next dwelling; an objective's part is cut to the grid."""
    if line.percent is not None:
        return line.percent
    left = max((line.objective or NOTHING) - standing.credit.get(line.id, NOTHING), NOTHING)
    return min(_cut(left / to_come(line, standing, is_wide=is_wide)), ONE)


def to_come(line: Line, standing: Standing, *, is_wide: bool) -> int:
    """Dwellings still to come for a line this year, this one included; never less than one."""
    covered = standing.covered.get(line.id, 0)
    if is_wide and standing.forecast is not None:
        return max(standing.forecast - covered, 1)
    first = date(standing.day.year, 1, 1)
    elapsed = (standing.day - first).days + 1
    whole = (date(standing.day.year + 1, 1, 1) - first).days
    return max((covered + 1) * whole // elapsed - covered, 1)


def _cut(amount: Fraction) -> Fraction:
    return Fraction(floor(amount * GRID), GRID)
