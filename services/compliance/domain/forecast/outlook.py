"""Units a convention will count by the end of its year, with the interval that has eight chances in ten.

Method: docs/decisions/0018-forecast-to-year-end.md. Shares go on accruing at the pace of the flux; of what is engaged
and over, the part that was counted so far goes on being counted; what awaits an answer at the end does not count yet.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from compliance.domain.forecast.pace import Pace
from flux.units import DWELLING

WIDTH = Fraction(12_816, 10_000)
"""Standard deviations on each side that hold eight chances in ten (normal law)."""
ONE_TURN = Fraction(1, 3)
"""Variance of where the rotation stands on the last day, in dwellings²: anywhere within a turn of its balance."""
LEAST_FLUX, LEAST_DAYS = 20, 31
"""No forecast is made before so many dwellings and so many days of the year."""
_TENTH = DWELLING // 10


@dataclass(frozen=True, slots=True)
class Ground:
    """What a forecast stands on, in units: the convention's balances, and what shares will still give it."""

    credit: int
    engaged: int
    counted: int
    awaited: int
    to_accrue: int

    @property
    def counted_rate(self) -> Fraction:
        """Of what is engaged and over, the part that counted; one dwelling counted is taken for granted."""
        over = self.engaged - self.awaited
        return min(Fraction(1), max(Fraction(0), Fraction(self.counted + DWELLING, over + DWELLING)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Units at year end, in units of a dwelling, on tenths of one."""

    units: int
    low: int
    high: int


def outlook(ground: Ground, pace: Pace) -> Outlook:
    """The forecast of a convention from its balances and the pace of its scope's flux."""
    rate = ground.counted_rate
    awaited = _awaited_at_the_end(ground, pace)
    over = max(ground.credit + ground.to_accrue - ground.engaged + ground.awaited - awaited, Fraction(0))
    likely = ground.counted + rate * over
    width = WIDTH * _deviation(ground, pace, rate, over, awaited)
    low = max(likely - width, Fraction(min(ground.counted, int(likely))))
    return Outlook(
        units=round(Fraction(likely, _TENTH)) * _TENTH,
        low=low // _TENTH * _TENTH,
        high=-(-(likely + width) // _TENTH) * _TENTH,
    )


def _awaited_at_the_end(ground: Ground, pace: Pace) -> Fraction:
    """What awaits an answer then: as much as now, if the flux goes on at its latest pace."""
    if not pace.latest:
        return Fraction(ground.awaited)
    return ground.awaited * min(Fraction(pace.likely, pace.latest), Fraction(2))


def _deviation(ground: Ground, pace: Pace, rate: Fraction, over: Fraction, awaited: Fraction) -> Fraction:
    """Standard deviation, in units: of the flux, of the answers, of what awaits one, of one turn."""
    share = Fraction(ground.to_accrue, DWELLING * max(pace.likely, Fraction(1)))
    variance = (
        (share * rate) ** 2 * pace.variance
        + Fraction(rate * (1 - rate) * over, DWELLING)
        + Fraction(rate * rate * max(awaited, Fraction(0)), DWELLING)
        + ONE_TURN
    )
    return Fraction(isqrt(int(variance * DWELLING * DWELLING)))
