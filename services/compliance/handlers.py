"""Compliance at work: a batch of the ordered stream → counters → `progress`; holes are noticed and healed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from chassis.bus import Message, Publisher, Record, Unavailable
from compliance.domain.progress import progress_of
from compliance.domain.projection import Projection, apply
from compliance.items import Item, read_items
from compliance.projections import Projections
from contracts.canonical import encode_own
from contracts.envelope import derived_id, emit

log = structlog.get_logger("compliance")

SOURCE = "/aiguillage/compliance"
PROGRESS = "progress"

Heal = Callable[[str, int], Awaitable[None]]
"""Asks for a scope's items after a sequence to be published again."""


@dataclass(slots=True)
class Compliance:
    """The service's use cases. `heal` is called once for each hole noticed in a scope's sequence."""

    projections: Projections
    publisher: Publisher
    heal: Heal | None = None
    holes: dict[str, int] = field(default_factory=dict)
    unsaid: dict[str, set[str]] = field(default_factory=dict)
    """Conventions whose progress moved and is not published yet, by scope."""

    async def start(self) -> None:
        """Take up where the journal stands."""
        await self.projections.start()
        self.unsaid = {p.scope: set(p.conventions) for p in self.projections.all()}

    async def handle(self, records: Sequence[Record]) -> None:
        """Fold a batch: durable first, then published."""
        folded: dict[str, list[Item]] = defaultdict(list)
        for item in read_items(records):
            projection = await self.projections.of(item.scope)
            if item.sequence > projection.sequence + 1 and not folded[item.scope]:
                projection = await self.projections.again(item.scope)
            if self._is_next(projection, item):
                self.unsaid.setdefault(item.scope, set()).update(apply(projection, item.kind, item.data))
                folded[item.scope].append(item)
        await self.projections.write(folded)
        await self._publish()

    async def on_idle(self, caught_up: bool) -> None:  # noqa: FBT001 - the bus calls it so
        """Ask again for what is still missing."""
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

    async def _publish(self) -> None:
        """Publish every progress that moved; what the broker does not take stays to be said."""
        messages = []
        for scope, names in self.unsaid.items():
            projection = await self.projections.of(scope)
            messages += [_message(projection, name) for name in sorted(names)]
        errors = [error for error in await self.publisher.publish(messages) if error is not None]
        if errors:
            raise Unavailable(f"{len(errors)} progress messages were not acknowledged") from errors[0]
        self.unsaid.clear()


def _message(projection: Projection, convention_id: str) -> Message:
    body = progress_of(projection, convention_id)
    value = emit(
        type="progress.updated",
        id=derived_id(projection.scope, projection.sequence, convention_id),
        source=SOURCE,
        time=datetime.fromisoformat(projection.as_of),
        subject=convention_id,
        data=encode_own(body),
    )
    return Message(PROGRESS, convention_id.encode(), value)
