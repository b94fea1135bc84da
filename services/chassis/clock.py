"""What time it is: a port, the wall clock, and a clock that is set by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time; pure code is given what it says, never the clock itself."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class FixedClock:
    """Stands still until it is set: for simulations, for the event clock, for tests."""

    instant: datetime

    def __post_init__(self) -> None:
        self.set(self.instant)

    def now(self) -> datetime:
        """The instant last set, aware and in UTC."""
        return self.instant

    def set(self, instant: datetime) -> None:
        """Put the clock at `instant`; a naive datetime is refused with `ValueError`."""
        if instant.tzinfo is None:
            raise ValueError(f"an aware datetime is needed, got {instant!r}")
        self.instant = instant.astimezone(UTC)


def is_past(pause: timedelta, since: datetime | None, now: datetime) -> bool:
    """Whether a pause begun at `since` is over at `now`; it is when none began, or the clock was set back since."""
    return since is None or not timedelta() <= now - since < pause
