"""Which report of a delegated bailleur is missing: periods follow a cadence, and each is due so many days after it."""

from calendar import monthrange
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from flux.convention import Convention

Cadence = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A period as reports name it: ``2026``, ``2026-T1`` or ``2026-03``; days both included."""

    name: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class DueReport:
    """A period whose report was due before a day: when, whether somebody reported on it, and how many days ago."""

    period: Period
    due_on: date
    days_late: int
    is_reported: bool


def due_reports(
    convention: Convention,
    reported: Collection[str],
    cadence: Cadence,
    within_days: int,
    on: date,
    ended: date | None = None,
) -> Iterator[DueReport]:
    """The periods of a convention whose report was due before a day, in order.

    `reported` names the periods reported on (`Delegated.periods`). A report on a longer period stands for those
    within it; reports on all the shorter ones stand for the period they make up.
    """
    last = min(convention.last_day, ended or date.max, on)
    for period in periods(convention.first_day, last, cadence):
        due_on = min(period.last_day, convention.last_day, ended or date.max) + timedelta(days=within_days)
        if due_on < on:
            yield DueReport(period, due_on, (on - due_on).days, is_reported(period, reported))


def periods(first: date, last: date, cadence: Cadence) -> Iterator[Period]:
    """The periods that hold a day from `first` to `last`, in order."""
    months = _MONTHS[cadence]
    year, month = first.year, (first.month - 1) // months * months + 1
    while date(year, month, 1) <= last:
        yield _period(year, month, months)
        year, month = (year, month + months) if month + months <= 12 else (year + 1, 1)  # noqa: PLR2004 - months in a year


def is_reported(period: Period, reported: Collection[str]) -> bool:
    """Whether reports cover a period: its own, a longer one around it, or all the shorter ones in it."""
    if any(around.name in reported for around in _around(period)):
        return True
    months = [_period(period.first_day.year, month, 1) for month in _months_of(period)]
    return all(
        month.name in reported or _period(month.first_day.year, _quarter(month), 3).name in reported
        for month in months
    )


def _around(period: Period) -> Iterator[Period]:
    yield period
    if period.first_day.month == period.last_day.month:
        yield _period(period.first_day.year, _quarter(period), 3)
    yield _period(period.first_day.year, 1, 12)


def _quarter(period: Period) -> int:
    """First month of its quarter."""
    return (period.first_day.month - 1) // 3 * 3 + 1


def _months_of(period: Period) -> range:
    return range(period.first_day.month, period.last_day.month + 1)


def _period(year: int, month: int, months: int) -> Period:
    last = month + months - 1
    names = {12: f"{year}", 3: f"{year}-T{(month + 2) // 3}", 1: f"{year}-{month:02d}"}
    return Period(names[months], date(year, month, 1), date(year, last, monthrange(year, last)[1]))
