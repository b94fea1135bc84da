"""Clocks of processes: each as far from the others as a machine's may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import Clock


@dataclass(frozen=True, slots=True)
class ClockApart:
    """A clock ahead of another, or behind it, by always as much."""

    true: Clock
    ahead: timedelta

    def now(self) -> datetime:
        """What this machine takes the time to be."""
        return self.true.now() + self.ahead
