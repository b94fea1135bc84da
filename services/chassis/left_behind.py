"""Finds what another process journalled and did not live to publish."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.clock import Clock, is_past
from chassis.journal.port import Outbox

LOOK_EVERY = timedelta(seconds=2)


@dataclass(slots=True)
class LeftBehind:
    """Looks at the journal once in a while: a stream unpublished at two looks in a row has been left."""

    journal: Outbox
    clock: Clock
    _looked_at: datetime | None = None
    _unpublished: set[str] = field(default_factory=set)

    async def look(self) -> set[str]:
        """The streams that were left; none when it is too early to look again."""
        now = self.clock.now()
        if not is_past(LOOK_EVERY, self._looked_at, now):
            return set()
        self._looked_at = now
        before, self._unpublished = self._unpublished, set(await self.journal.unpublished())
        return before & self._unpublished
