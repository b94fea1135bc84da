"""What was announced for the year: a convention's dwellings if the flux comes as forecast, and what goes missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from compliance.domain.causes import Causes
from compliance.domain.forecast.season import Season
from flux.convention import Convention, Line
from flux.law import LAW

STOCK = LAW.reservations()
"""Reasons that are reservations kept in stock, not operations of the forecast (CCH art. R.441-5)."""


@dataclass(frozen=True, slots=True)
class Year:
    """A flux year of a scope, as announced and as it goes.

    `flux` is the forecast and `came` the dwellings of the flux so far; `operations` the exclusions announced and
    `excluded` those that came.
    """

    season: Season
    day: date
    came: int
    flux: int | None
    operations: int | None
    excluded: int

    @classmethod
    def of(
        cls, season: Season, day: date, came: int, forecast: Mapping[str, Any], outside: Mapping[str, int]
    ) -> "Year":
        """The year of a forecast (empty when none was declared) and of exclusions by reason."""
        operations = forecast.get("by_operation")
        return cls(
            season=season,
            day=day,
            came=came,
            flux=forecast.get("flux"),
            operations=None if operations is None else sum(operations.values()),
            excluded=sum(number for reason, number in outside.items() if reason not in STOCK),
        )

    @property
    def excess(self) -> Fraction:
        """Exclusions above those announced for the days elapsed; 0 when none were announced."""
        if self.operations is None:
            return Fraction()
        return max(self.excluded - self.operations * self.season.elapsed(self.day), Fraction())


@dataclass(frozen=True, slots=True)
class Promise:
    """Units of one line: of the `whole` year, and of the days elapsed `to_date`."""

    whole: int
    to_date: int


def promise_of(
    convention: Convention, line: Line, ended: date | None, credit: int, year: Year
) -> Promise | None:
    """What was announced to a line; None without an objective or a forecast, or before anything tells its part.

    A share on the whole département is applied to the forecast. On a smaller territory nothing was announced: the
    part of the flux that shares gave it so far (`credit`) is taken for the year's. A carry-over comes on top.
    """
    in_force, elapsed = _days_in_force(convention, ended, year)
    base = _base(line, credit, year, in_force, elapsed)
    if base is None:
        return None
    return Promise(
        base.whole + line.due_in(year.season.year),
        base.to_date + carry_to_date(convention, line, ended, year),
    )


def carry_to_date(convention: Convention, line: Line, ended: date | None, year: Year) -> int:
    """What a line should have had so far of its carry-over."""
    in_force, elapsed = _days_in_force(convention, ended, year)
    return int(Fraction(line.due_in(year.season.year) * elapsed, in_force)) if in_force else 0


def _base(line: Line, credit: int, year: Year, in_force: Fraction, elapsed: Fraction) -> Promise | None:
    if line.objective is not None:
        return Promise(line.objective, int(Fraction(line.objective * elapsed, in_force)) if in_force else 0)
    if year.flux is None:
        return None
    if line.share is not None and _is_whole(line):
        share = Fraction(line.share)
    elif year.came:
        share = (
            Fraction(credit, year.came * elapsed) * year.season.elapsed(year.day) if elapsed else Fraction()
        )
    else:
        return None
    return Promise(int(share * year.flux * in_force), int(share * year.flux * elapsed))


def missing(promise: Promise, credit: int, causes: Causes, year: Year) -> Causes:
    """What the promise lacks to date, split: the gap's causes, exclusions in excess, too few dwellings freed."""
    short = promise.to_date - credit
    excluded = 0
    if year.flux:
        excluded = min(int(Fraction(promise.whole, year.flux) * year.excess), max(short, 0))
    return causes + Causes(flux=short - excluded, arbitration=excluded)


def _days_in_force(convention: Convention, ended: date | None, year: Year) -> tuple[Fraction, Fraction]:
    """The part of the year's flux in which the convention is in force: in all, and so far."""
    last = min(convention.last_day, ended or date.max)
    start = year.season.before(convention.first_day)
    whole = year.season.elapsed(last) - start
    so_far = year.season.elapsed(min(year.day, last)) - start
    return max(whole, Fraction()), max(so_far, Fraction())


def _is_whole(line: Line) -> bool:
    return line.territory.scale in {None, "departement"} and line.territory.communes is None
