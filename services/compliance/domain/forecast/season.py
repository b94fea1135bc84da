"""How much of a year's flux has come by a day: by the days, or by the months of the years before."""

from calendar import isleap, monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

PRIOR = 60
"""Dwellings spread evenly over the year that are added to the months seen: few dwellings say little of a season."""
_MONTHS = range(1, 13)


class Season:
    """The part of a year's flux that comes in each month; nothing seen before: as many a day all year round."""

    def __init__(self, months: Mapping[int, int], year: int) -> None:
        """`months` holds the dwellings seen in each month (1…12) of earlier years; `year` is the one foreseen."""
        self.year = year
        days = 366 if isleap(year) else 365
        self._weights = [
            months.get(month, 0) * days + PRIOR * monthrange(year, month)[1] for month in _MONTHS
        ]
        self._total = sum(self._weights)
        self._elapsed: dict[date, Fraction] = {}

    def before(self, day: date) -> Fraction:
        """The part that has come when `day` begins."""
        return self.elapsed(day - timedelta(days=1)) if day > date.min else Fraction()

    def elapsed(self, day: date) -> Fraction:
        """The part that has come when `day` ends: 0 before the year, 1 after it."""
        found = self._elapsed.get(day)
        if found is None:
            found = self._elapsed[day] = self._part(day)
        return found

    def _part(self, day: date) -> Fraction:
        if day.year != self.year:
            return Fraction(day.year > self.year)
        before, days = sum(self._weights[: day.month - 1]), monthrange(day.year, day.month)[1]
        return Fraction(before * days + self._weights[day.month - 1] * day.day, self._total * days)


def months_seen(years: Mapping[int, Mapping[str, int]], before: int) -> dict[int, int]:
    """Dwellings by month (1…12) of every year before one; `years` gives dwellings by civil day (AAAA-MM-JJ)."""
    months: dict[int, int] = {}
    for year, days in years.items():
        if year < before:
            for day, number in days.items():
                months[int(day[5:7])] = months.get(int(day[5:7]), 0) + number
    return months
