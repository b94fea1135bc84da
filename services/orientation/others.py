"""What other writers of the same journal did meanwhile: states gone stale here, rows they left unpublished."""

from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import Clock, is_past
from chassis.journal import Journal
from chassis.left_behind import LOOK_EVERY, LeftBehind
from orientation.publishing import Publishing
from orientation.scopes import Scopes

MOST_REJECTS = 500
"""Refusals looked at."""


@dataclass(slots=True)
class Others:
    """Looks at the journal once in a while, for a replica that takes over must end what another began."""

    journal: Journal
    scopes: Scopes
    publishing: Publishing
    clock: Clock
    _left: LeftBehind = field(init=False)
    _looked_at: datetime | None = None
    _rejects_left: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._left = LeftBehind(self.journal, self.clock)

    async def look(self) -> None:
        """Have every scope as the journal has it; publish rows and refusals left unpublished since the last look."""
        now = self.clock.now()
        if not is_past(LOOK_EVERY, self._looked_at, now):
            return
        self._looked_at = now
        await self.scopes.follow()
        if left := await self._left.look():
            await self.publishing.take_over(left)
        refusals = self.publishing.refusals
        rejects = set(await self.journal.unpublished_reject_ids(MOST_REJECTS, refusals.reach.blocked))
        if untold := rejects & self._rejects_left:
            refusals.look_back(untold)
            await refusals.publish()
        self._rejects_left = rejects
