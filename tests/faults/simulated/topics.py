"""The topics of a broker in memory: partitioned logs that only grow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from chassis.bus import Message, Record
from chassis.clock import Clock

PARTITIONS = 2

Place = tuple[str, int]


@dataclass(slots=True)
class Topics:
    """Every record published; a key always falls into the same partition of a topic."""

    partitions: dict[Place, list[Record]] = field(default_factory=dict)
    logs: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    """By topic, in order of arrival."""
    clock: Clock | None = None
    said_at: dict[tuple[str, int, int], datetime] = field(default_factory=dict)
    """When each record was written, where there is a clock."""

    def put(self, message: Message) -> Record:
        """Append a message to its partition."""
        partition = crc32(message.key or b"") % PARTITIONS
        log = self.partitions.setdefault((message.topic, partition), [])
        record = Record(
            topic=message.topic,
            partition=partition,
            offset=len(log),
            key=message.key,
            value=message.value,
            headers=tuple(message.headers),
            timestamp_ms=0,
        )
        log.append(record)
        if self.clock is not None:
            self.said_at[message.topic, partition, record.offset] = self.clock.now()
        self.logs[message.topic].append(record)
        return record

    def partition(self, place: Place) -> Sequence[Record]:
        """The records of a partition, in order."""
        return self.partitions.get(place, [])
