"""In which years what is owed is given: oldest debts first, each year under its room, until they are extinguished.

Nothing is created or lost: what goes in comes out given, refunded or extinguished, to the unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flux.units import DWELLING

HORIZON = 30
"""Years beyond which nothing is promised, whatever the rules say."""


@dataclass(frozen=True, slots=True)
class Debt:
    """Units owed since `from_year`, to be given in equal parts over `years` from `first` on, by the end of `last`.

    `beyond` says what becomes of what has no room in those years: `etalement` (the years that follow, up to `last`),
    `remboursement`, `extinction`. Negative: received in excess, to be taken back.
    """

    units: int
    from_year: int
    cause: str
    first: int
    years: int = 1
    last: int | None = None
    beyond: str = "etalement"


@dataclass(frozen=True, slots=True)
class Part:
    """Units given in a flux year, with the year and the cause that left them."""

    year: int
    units: int
    from_year: int
    cause: str


@dataclass(slots=True)
class Schedule:
    """What becomes of debts; `refunded` and `extinguished` in units, by the debt they come from."""

    parts: list[Part] = field(default_factory=list)
    refunded: list[tuple[Debt, int]] = field(default_factory=list)
    extinguished: list[tuple[Debt, int]] = field(default_factory=list)

    def given_in(self, year: int) -> int:
        """Units given in a flux year; negative: taken back in all."""
        return sum(part.units for part in self.parts if part.year == year)

    def added_in(self, year: int) -> int:
        """Units owed that a flux year gives, what it takes back left aside."""
        return sum(max(part.units, 0) for part in self.parts if part.year == year)


@dataclass(frozen=True, slots=True)
class Room:
    """Most units that may be added in a year, and taken back in one; None: no bound.

    `tail` is what may be added from the year `tail_from` on: the drawing period is over, rights no longer accrue.
    """

    added: int | None = None
    taken: int | None = None
    tail_from: int | None = None
    tail: int | None = None

    def of(self, year: int, sign: int) -> int | None:
        """Room of a year for what is owed (1) or was received in excess (-1)."""
        if sign < 0:
            return self.taken
        return self.tail if self.tail_from is not None and year >= self.tail_from else self.added


def schedule(debts: Sequence[Debt], room: Room) -> Schedule:
    """Give debts their years, the oldest first."""
    made, used = Schedule(), dict[tuple[int, int], int]()
    for debt in sorted(debts, key=lambda each: (each.from_year, each.first)):
        sign, waiting = (1, debt.units) if debt.units > 0 else (-1, -debt.units)
        for turn, year in enumerate(_years(debt)):
            given = _turn(waiting, debt.years - turn)
            bound, taken = room.of(year, sign), used.get((year, sign), 0)
            if bound is not None:
                given = max(min(given, bound - taken), 0)
            if given:
                used[year, sign], waiting = taken + given, waiting - given
                made.parts.append(Part(year, sign * given, debt.from_year, debt.cause))
        if waiting:
            is_refunded = debt.beyond == "remboursement" and sign > 0
            (made.refunded if is_refunded else made.extinguished).append((debt, sign * waiting))
    return made


def _years(debt: Debt) -> range:
    """The years in which a debt may be given."""
    end = debt.first + (HORIZON if debt.beyond == "etalement" else debt.years)
    return range(debt.first, end if debt.last is None else min(end, debt.last + 1))


def _turn(waiting: int, years_left: int) -> int:
    """What is given of what waits: its part of the years left, in whole dwellings rounded up (5 over 3: 2, 2, 1)."""
    if years_left <= 1:
        return waiting
    return min(-(-waiting // (years_left * DWELLING)) * DWELLING, waiting)
