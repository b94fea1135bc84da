"""Movements: everything that ever moved an account, in order. A balance is the sum of the whole list, each time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from tests.model.rights.amounts import GRID

Account = Literal["credit", "carry", "engaged", "counted", "counts", "cycle", "mix"]


@dataclass(slots=True)
class Movement:
    """One amount on one account of one line, in the flux year of its dwelling."""

    year: int
    account: Account
    line: str
    amount: Fraction
    vacancy: str
    name: str = ""
    """The counter, the segment, or the year a unit counts in."""
    is_first_round: bool = False
    """Of a credit: given by the dwelling itself, not by a further round of it."""
    day: str = ""
    """Of a first round: the day (UTC) it was given on."""
    points: int = field(init=False)
    """The amount in billionths of a dwelling, whole: sums of integers are exact, and quick."""

    def __post_init__(self) -> None:
        """Every amount falls on the grid."""
        points = self.amount * GRID
        assert points.denominator == 1, f"{self.amount} is not on the grid"
        self.points = int(points)


@dataclass(slots=True)
class Movements:
    """The whole history of a scope."""

    past: list[Movement] = field(default_factory=list)

    def add(self, new: Iterable[Movement]) -> None:
        """Write down what moved."""
        self.past.extend(movement for movement in new if movement.points)

    def sums(self, account: Account, year: int) -> Mapping[str, Fraction]:
        """What each line has on an account in a flux year."""
        found: dict[str, int] = defaultdict(int)
        for movement in self.past:
            if movement.account == account and movement.year == year:
                found[movement.line] += movement.points
        return defaultdict(Fraction, {line: Fraction(points, GRID) for line, points in found.items()})

    def first_rounds(self, year: int) -> Mapping[str, Mapping[str, int]]:
        """What each dwelling's first round gave each line in a flux year, in billionths; corrections taken off."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for movement in self.past:
            if movement.is_first_round and movement.year == year:
                found[movement.vacancy][movement.line] += movement.points
        return found

    def carried(self, year: int) -> Mapping[str, Mapping[str, int]]:
        """What a carry-over moved of each dwelling for each line in a flux year, in billionths."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for movement in self.past:
            if movement.account == "carry" and movement.year == year:
                found[movement.vacancy][movement.line] += movement.points
        return found

    def given_since(self, line: str, day: str) -> Fraction:
        """What first rounds gave a line since a day, of whatever year."""
        points = [
            each.points for each in self.past if each.is_first_round and each.line == line and each.day >= day
        ]
        return Fraction(sum(points), GRID)

    def of_vacancy(self, vacancy: str) -> list[Movement]:
        """Everything one dwelling moved."""
        return [movement for movement in self.past if movement.vacancy == vacancy]
