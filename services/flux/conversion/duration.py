"""How long a right still runs, in days and in exact years, from the first day of the year of conversion."""

from calendar import isleap
from datetime import date
from fractions import Fraction


def days_in(year: int) -> int:
    """Days of a civil year: 365 or 366."""
    return 366 if isleap(year) else 365


def days_running(until: date, year: int) -> int:
    """Days of the year on which a right runs whose last day is `until`: 0 to `days_in(year)`."""
    if until.year != year:
        return 0 if until.year < year else days_in(year)
    return until.timetuple().tm_yday


def years_left(until: date, year: int) -> Fraction:
    """Years from the first day of `year` to `until`: whole years, and days over the days of the last one.

    31 December 2040 seen from 2026 is exactly 15 years; a right that ended before is 0.
    """
    if until.year < year:
        return Fraction(0)
    return until.year - year + Fraction(days_running(until, until.year), days_in(until.year))
