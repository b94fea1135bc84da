"""The clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.clock import Clock, FixedClock, WallClock, is_past


def test_the_wall_clock_tells_aware_utc() -> None:
    clock: Clock = WallClock()
    assert clock.now().tzinfo is UTC


def test_a_fixed_clock_stands_still_until_set_and_speaks_utc() -> None:
    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 1))  # noqa: DTZ001 - the mistake under test


def test_a_pause_is_past_when_it_is_over_when_none_began_and_when_the_clock_was_set_back_since() -> None:
    pause, began = timedelta(seconds=2), datetime(2026, 3, 1, 12, tzinfo=UTC)
    for seconds, over in ((0, False), (1, False), (2, True), (3, True), (-1, True)):
        assert is_past(pause, began, began + timedelta(seconds=seconds)) is over
    assert is_past(pause, None, began)
