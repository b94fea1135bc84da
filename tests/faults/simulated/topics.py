"""The topics of a broker in memory: partitioned logs that only grow."""

from collections import defaultdict
from dataclasses import dataclass, field
from zlib import crc32

from chassis.bus import Message, Record

PARTITIONS = 2


@dataclass(slots=True)
class Topics:
    """Every record published, by topic in order of arrival; a key always falls into the same partition."""

    logs: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    _ends: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))

    def put(self, message: Message, timestamp_ms: int = 0) -> Record:
        """Append a message to its partition."""
        partition = crc32(message.key or b"") % PARTITIONS
        place = message.topic, partition
        record = Record(
            topic=message.topic,
            partition=partition,
            offset=self._ends[place],
            key=message.key,
            value=message.value,
            headers=tuple(message.headers),
            timestamp_ms=timestamp_ms,
        )
        self._ends[place] += 1
        self.logs[message.topic].append(record)
        return record
