"""Tells operators whose waits are held: over, and not ended since not all that was said by then is applied."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HELD_LONG = timedelta(minutes=1)
"""Longer than partitions are without a leader when a broker is replaced, or than a burst takes to be handled."""


def _nobody(held: int) -> None:
    """Whom to tell when nobody measures."""


@dataclass(slots=True)
class Held:
    """The scopes held, each since when; `count` is told how many they are."""

    count: Callable[[int], None] = _nobody
    _since: dict[str, datetime] = field(default_factory=dict)

    def tell(self, scopes: Iterable[str], now: datetime) -> None:
        """These are held now, and no others."""
        self._since = {scope: self._since.get(scope, now) for scope in scopes}
        self.count(len(self._since))

    def __len__(self) -> int:
        return len(self._since)

    def is_long(self, now: datetime) -> bool:
        """Whether one of them has been for so long that somebody should look."""
        return any(now - since >= HELD_LONG for since in self._since.values())
