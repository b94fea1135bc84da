"""The clocks."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.clock import Clock, FixedClock, WallClock


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
