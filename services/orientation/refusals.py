"""Publishing refusals: each to the topic of those refused beside the one it came on, so that its sender is told."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import structlog

from chassis.bus import Publisher
from chassis.clock import Clock
from chassis.journal import KeptReject
from chassis.journal.port import Rejects
from chassis.reach import Reach, Untaken
from chassis.rejects import rejected_message

log = structlog.get_logger("orientation")

REFUSALS_AT_ONCE = 500


@dataclass(slots=True)
class Refusals:
    """Publishes what is stored and not published yet, in the order it was stored; a topic that fails is tried later.

    Here the places of a reach are the refusals' numbers. A number may be given before a higher one and seen after
    it, when another process took its time to write: `look_back` is told of those.
    """

    journal: Rejects
    publisher: Publisher
    clock: Clock
    reach: Reach = field(default_factory=Reach)

    async def publish(self) -> None:
        """Publish what is left, on topics that are not blocked or are due; nothing is read twice for the others."""
        await self._try_blocked()
        while found := await self._next():
            sent = [rejected_message(kept) for kept in found]
            errors = await self.publisher.publish(sent)
            outcomes = list(zip(found, sent, errors, strict=True))
            await self.journal.mark_rejects_published([kept.id for kept, _, e in outcomes if e is None])
            failed: dict[str, Untaken] = {}
            for kept, message, error in outcomes:
                if error is not None:
                    failed.setdefault(kept.reject.topic, Untaken(message, kept.id))
            if failed:
                log.warning("refusals_not_told", topics=sorted(failed))
            self.reach = self.reach.moved(self.reach.start, found[-1].id, failed, self.clock.now())
        self.reach = replace(self.reach, catching_up={})

    async def _next(self) -> list[KeptReject]:
        return await self.journal.unpublished_rejects(REFUSALS_AT_ONCE, self.reach.start, self.reach.blocked)

    async def _try_blocked(self) -> None:
        """Send each blocked topic that is due the one refusal it stopped at, unless another process did."""
        now = self.clock.now()
        for topic in self.reach.due(now):
            if await self._is_told(self.reach.blocked[topic].first.number):
                self.reach = self.reach.opened(topic)
        due = {topic: self.reach.blocked[topic].first for topic in self.reach.due(now)}
        errors = await self.publisher.publish([first.message for first in due.values()]) if due else []
        tried = list(zip(due, errors, strict=True))
        await self.journal.mark_rejects_published([due[topic].number for topic, e in tried if e is None])
        for topic, error in tried:
            self.reach = self.reach.failed_again(topic, now) if error else self.reach.opened(topic)

    async def _is_told(self, number: int) -> bool:
        kept = await self.journal.find_reject(number)
        return kept is not None and kept.is_published

    def look_back(self, left: Collection[int]) -> None:
        """These were left by another process: read again from the first of them on."""
        self.reach = replace(self.reach, reached=min(self.reach.reached, *(number - 1 for number in left)))
