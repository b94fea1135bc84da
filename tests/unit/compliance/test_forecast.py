"""Where the year heads: its season, its pace seen three ways, and an interval that says how sure it is."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.forecast.outlook import Ground, outlook
from compliance.domain.forecast.pace import Pace, pace_of
from compliance.domain.forecast.season import PRIOR, Season, months_seen
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
EVEN = Season({}, 2026)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
DWELLINGS = st.integers(0, 400).map(lambda number: number * DWELLING)


def days_of(pace: Callable[[date], int], until: date) -> dict[str, int]:
    """So many dwellings a day from 1 January on."""
    first = date(2026, 1, 1)
    every = (first + timedelta(days=n) for n in range((until - first).days + 1))
    return {day.isoformat(): pace(day) for day in every}


def test_a_year_nothing_is_known_of_is_even() -> None:
    assert EVEN.elapsed(date(2026, 1, 1)) == Fraction(1, 365)
    assert EVEN.elapsed(date(2026, 12, 31)) == 1
    assert Season({}, 2028).elapsed(date(2028, 2, 29)) == Fraction(60, 366)
    assert (EVEN.elapsed(date(2025, 12, 31)), EVEN.elapsed(date(2027, 1, 1))) == (0, 1)


def test_the_months_of_the_years_before_make_the_season() -> None:
    seen = months_seen({2024: {"2024-07-01": 400}, 2025: {"2025-07-09": 200}, 2026: {"2026-03-01": 9}}, 2026)
    assert seen == {7: 600}
    season = Season(seen, 2026)
    assert season.elapsed(date(2026, 6, 30)) == Fraction(PRIOR * 181, 365 * (600 + PRIOR))
    assert season.elapsed(date(2026, 7, 31)) > Fraction(9, 10)


@given(day=DAYS, months=st.dictionaries(st.integers(1, 12), st.integers(0, 500)))
def test_a_season_only_goes_forward(day: date, months: dict[int, int]) -> None:
    season = Season(months, 2026)
    assert 0 <= season.before(day) < season.elapsed(day) <= 1
    assert season.elapsed(date(2026, 12, 31)) == 1


def test_an_even_year_is_seen_the_same_three_ways() -> None:
    day = date(2026, 7, 2)
    pace = pace_of(days_of(lambda _: 2, day), day, EVEN, 730)
    assert pace.so_far == 366
    assert pace.rest == (364, 364, 364)
    assert (pace.likely, pace.latest) == (364, 364)


def test_a_shock_is_seen_by_the_latest_pace_and_widens_the_interval() -> None:
    day = date(2026, 9, 30)
    steady = pace_of(days_of(lambda _: 2, day), day, EVEN, 730)
    halved = pace_of(days_of(lambda d: 1 if d.month > 6 else 2, day), day, EVEN, 730)
    assert halved.latest < steady.latest * Fraction(11, 20)
    assert halved.rest[0] == halved.latest < halved.likely < halved.rest[2] == 184
    assert halved.variance > steady.variance


def test_before_the_first_day_only_the_announcement_is_known() -> None:
    assert pace_of({}, date(2025, 12, 31), EVEN, 100).rest == (100,)
    assert pace_of({}, date(2025, 12, 31), EVEN, None).rest == (0,)


A_PACE = Pace(so_far=100, rest=(Fraction(100),), latest=Fraction(100))


def a_ground(**units: int) -> Ground:
    """Half a year of a quarter share, everything counted."""
    given = {"credit": 25, "engaged": 25, "counted": 25, "awaited": 0, "to_accrue": 25, **units}
    return Ground(**{name: number * DWELLING for name, number in given.items()})


def test_what_was_counted_goes_on_being_counted() -> None:
    assert outlook(a_ground(), A_PACE).units == 50 * DWELLING


def test_what_is_owed_by_the_rotation_will_be_served() -> None:
    assert outlook(a_ground(engaged=22, counted=22), A_PACE).units == 50 * DWELLING


def test_what_awaits_an_answer_then_is_not_counted_yet() -> None:
    assert outlook(a_ground(counted=20, awaited=5), A_PACE).units == 45 * DWELLING


def test_what_was_lost_so_far_goes_on_being_lost() -> None:
    found = outlook(a_ground(counted=13), A_PACE)
    assert 26 * DWELLING <= found.units <= 28 * DWELLING


def test_a_year_with_nothing_more_to_come_is_known_within_a_turn() -> None:
    over = Pace(so_far=200, rest=(Fraction(0),), latest=Fraction(0))
    found = outlook(a_ground(to_accrue=0), over)
    assert found.units == 25 * DWELLING
    assert found.high - found.low <= 3 * DWELLING


@given(
    credit=DWELLINGS,
    part=st.integers(0, 100),
    waiting=st.integers(0, 100),
    to_accrue=DWELLINGS,
    rest=st.integers(0, 400),
)
def test_the_likely_figure_lies_in_its_interval_on_tenths_of_a_dwelling(
    credit: int, part: int, waiting: int, to_accrue: int, rest: int
) -> None:
    awaited = credit * waiting // 100
    counted = (credit - awaited) * part // 100
    ground = Ground(credit, credit, counted, awaited, to_accrue)
    found = outlook(ground, Pace(100, (Fraction(rest),), Fraction(rest)))
    assert 0 <= found.low <= found.units <= found.high
    assert not any(figure % (DWELLING // 10) for figure in (found.low, found.units, found.high))
    assert found.units <= credit + to_accrue + DWELLING // 10


def test_no_forecast_is_made_too_early_or_once_the_year_is_over(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50")
    for _ in range(20):
        scene.declare()
    assert "forecast" not in progress(scene)
    scene.wait(days=30)
    scene.declare()
    forecast = progress(scene)["forecast"]
    low, likely, high = (Fraction(forecast[name]) for name in ("low", "units", "high"))
    assert 10 < low < likely < high
    scene.wait(days=400)
    scene.declare()
    assert "forecast" not in progress(scene)


def test_an_objective_is_forecast_up_to_itself_when_the_flux_comes_as_announced(
    scene: Scene, progress: Told
) -> None:
    scene.forecast(100)
    scene.sign("AL", objective=30)
    for _ in range(50):
        scene.declare()
        scene.wait(hours=87)
    assert Fraction(progress(scene)["forecast"]["units"]) == pytest.approx(30, abs=1.5)
