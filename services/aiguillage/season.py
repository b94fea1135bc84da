"""When in the year dwellings are freed: more in summer, on working days, in office hours."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

from aiguillage.draws import Draws, Table

MONTHS = Table(
    [
        (1, 72),
        (2, 70),
        (3, 78),
        (4, 78),
        (5, 80),
        (6, 92),
        (7, 104),
        (8, 98),
        (9, 98),
        (10, 86),
        (11, 76),
        (12, 68),
    ]
)
"""Share of a year's tenancies that end in each month, per thousand (our estimate, after the summer peak)."""
OPENS, CLOSES = 8, 16
"""Hours (UTC) between which bailleurs declare: the same civil day in every département, overseas included."""
_SATURDAY = 5


def moment(draws: Draws, year: int) -> datetime:
    """A working day and a second of `year`, in UTC."""
    month = MONTHS.pick(draws)
    day = draws.between(1, monthrange(year, month)[1])
    return datetime(year, month, _working_day(year, month, day), tzinfo=UTC) + office_time(draws)


def office_time(draws: Draws) -> timedelta:
    """A time of day within office hours."""
    return timedelta(seconds=draws.between(OPENS * 3600, CLOSES * 3600 - 1))


def _working_day(year: int, month: int, day: int) -> int:
    """The day itself, else the Monday after it, else the Friday before it when the month ends first."""
    late = datetime(year, month, day, tzinfo=UTC).weekday() - _SATURDAY
    if late < 0:
        return day
    monday = day + 2 - late
    return monday if monday <= monthrange(year, month)[1] else day - 1 - late
