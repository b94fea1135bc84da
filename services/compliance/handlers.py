"""Compliance at work: a batch of the ordered stream → counters → `progress`; holes are noticed and healed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from chassis.bus import Record
from compliance.domain.projection import Projection, apply
from compliance.items import Item, read_items
from compliance.projections import Projections
from compliance.saying import Saying

log = structlog.get_logger("compliance")

Heal = Callable[[str, int], Awaitable[None]]
"""Asks for a scope's items after a sequence to be published again."""


@dataclass(slots=True)
class Compliance:
    """The service's use cases. `heal` is called once for each hole noticed in a scope's sequence."""

    projections: Projections
    saying: Saying
    heal: Heal | None = None
    holes: dict[str, int] = field(default_factory=dict)

    async def start(self) -> None:
        """Take up where the journal stands; progress is said again, in case a stop kept some unsaid."""
        await self.projections.start()
        for projection in self.projections.all():
            self.saying.moved(projection.scope, projection.conventions)

    async def handle(self, records: Sequence[Record]) -> None:
        """Fold a batch: durable first, then published."""
        folded: dict[str, list[Item]] = defaultdict(list)
        for item in read_items(records):
            projection = await self.projections.of(item.scope)
            if item.sequence > projection.sequence + 1 and not folded[item.scope]:
                projection = await self.projections.again(item.scope)
            if self._is_next(projection, item):
                self.saying.moved(item.scope, apply(projection, item.kind, item.data))
                folded[item.scope].append(item)
        await self.projections.write(folded)
        await self.saying.say_in_time()

    async def on_idle(self, caught_up: bool) -> None:  # noqa: FBT001 - the bus calls it so
        """Say what is unsaid; ask again for what is still missing."""
        await self.saying.say()
        if caught_up and self.heal is not None:
            for scope, sequence in list(self.holes.items()):
                await self.heal(scope, sequence)

    def _is_next(self, projection: Projection, item: Item) -> bool:
        """Whether the item follows the last one; a repeat is dropped, a hole is noticed."""
        expected = projection.sequence + 1
        if item.sequence == expected:
            self.holes.pop(item.scope, None)
            return True
        if item.sequence > expected and self.holes.get(item.scope) != projection.sequence:
            self.holes[item.scope] = projection.sequence
            log.error("hole_in_sequence", scope=item.scope, expected=expected, found=item.sequence)
        return False
