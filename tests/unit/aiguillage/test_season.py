"""Moments of the year: working days, office hours, more in summer."""

from collections import Counter

from aiguillage.draws import Draws
from aiguillage.season import moment


def test_every_moment_is_a_working_day_of_the_year_in_office_hours() -> None:
    draws = Draws("season")
    moments = [moment(draws, 2026) for _ in range(3000)]
    assert {at.year for at in moments} == {2026}
    assert {at.weekday() for at in moments} == {0, 1, 2, 3, 4}
    assert all(8 <= at.hour < 16 for at in moments)


def test_july_frees_more_than_february() -> None:
    draws = Draws("season")
    months = Counter(moment(draws, 2026).month for _ in range(5000))
    assert months[7] > months[2] * 1.2
