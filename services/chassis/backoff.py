"""How long to wait before trying again: doubling, bounded, the same each time."""

from dataclasses import dataclass
from datetime import timedelta

MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Backoff:
    """The waits between failures in a row."""

    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """How long to wait after so many failures in a row (from 1)."""
        return min(self.first * (1 << min(failures - 1, MOST_DOUBLINGS)), self.longest)
