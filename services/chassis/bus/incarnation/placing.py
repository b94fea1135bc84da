"""Tells of each record in which log it stands, and notices an offset that comes back: the topic was made again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import structlog
from aiokafka import TopicPartition

from chassis.bus.incarnation.admits import Admits
from chassis.bus.records import Record, next_offsets

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Placing:
    """The records of one consumer, each partition in order."""

    admission: Admits
    _next: dict[TopicPartition, int] = field(default_factory=dict)
    _looked_at: float | None = None

    async def placed(self, records: Collection[Record]) -> list[Record]:
        """The same records, each with its log; asks the cluster again when an offset went back."""
        for place, at in self._came_back(records).items():
            log.warning("offset_came_back", topic=place.topic, partition=place.partition, offset=at)
            await self.admission.look()
        self._next |= next_offsets(records)
        return [replace(record, incarnation=self.admission.incarnation(record.topic)) for record in records]

    async def made_again(self, now: float, every_seconds: float) -> Collection[str]:
        """The topics that were made again since it was last asked, asked once in a while only."""
        if self._looked_at is not None and now - self._looked_at < every_seconds:
            return ()
        self._looked_at = now
        again = await self.admission.look()
        for topic in sorted(again):
            log.warning("topic_made_again", topic=topic)
        return again

    def forget(self) -> None:
        """Partitions were given anew, from wherever."""
        self._next.clear()

    def _came_back(self, records: Iterable[Record]) -> dict[TopicPartition, int]:
        found: dict[TopicPartition, int] = {}
        for record in records:
            if record.offset < self._next.get(record.place, 0):
                found.setdefault(record.place, record.offset)
        return found
