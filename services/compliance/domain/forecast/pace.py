"""The flux of a year still to come, seen in up to three ways: the year's pace, the latest pace, the one announced."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from compliance.domain.forecast.season import Season

RECENT_DAYS = 91
"""A quarter: long enough to count, short enough to see that the year has changed."""
UNFORESEEN = Fraction(1, 10)
"""Standard deviation, as a part of the rest, of what no pace foresees: a season, a campaign, works put off."""
_NOTHING = Fraction()


@dataclass(frozen=True, slots=True)
class Pace:
    """Dwellings of a scope's flux: `so_far`, and `rest` as each view has it, in order; never empty."""

    so_far: int
    rest: tuple[Fraction, ...]
    latest: Fraction
    """The latest pace over what is left of the year, as a number of dwellings."""

    @property
    def likely(self) -> Fraction:
        """The middle view, or the middle of two."""
        middle = len(self.rest) // 2
        if len(self.rest) % 2:
            return self.rest[middle]
        return Fraction(self.rest[middle - 1] + self.rest[middle], 2)

    @property
    def variance(self) -> Fraction:
        """How uncertain `likely` is, in dwellings²: chance, the little seen so far, views apart, the unforeseen."""
        rest, spread = self.likely, Fraction(self.rest[-1] - self.rest[0], 2)
        seen = Fraction(rest * rest, max(self.so_far, 1))
        return rest + seen + spread * spread + (rest * UNFORESEEN) ** 2


def pace_of(days: Mapping[str, int], day: date, season: Season, announced: int | None) -> Pace:
    """The pace as of the end of `day`. `days` holds the year's flux by civil day, `announced` its forecast."""
    elapsed, so_far = season.elapsed(day), sum(days.values())
    left = 1 - elapsed
    if not elapsed:
        return Pace(so_far, (left * (announced or 0),), _NOTHING)
    since = day - timedelta(days=RECENT_DAYS)
    recent = sum(number for name, number in days.items() if date.fromisoformat(name) > since)
    latest = Fraction(recent * left, elapsed - season.elapsed(since))
    views = [Fraction(so_far * left, elapsed), latest]
    if announced is not None:
        views.append(announced * left)
    return Pace(so_far, tuple(sorted(views)), latest)
