"""What is read from a topic and what is written to one, free of any client library's classes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in its partition: bytes, never decoded here.

    Header values may be null and need not be UTF-8; `value` is `None` for a tombstone.
    `timestamp_ms` is milliseconds since the epoch, as the broker or the producer set it.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp_ms: int
    incarnation: str = ""
    """The log its offset counts in, by the cluster's id and the topic's; "" where nobody could tell."""

    @property
    def place(self) -> TopicPartition:
        """The partition the record stands in."""
        return TopicPartition(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish; the key decides its partition (same hash as the Java client)."""

    topic: str
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()

    @property
    def size_bytes(self) -> int:
        """Key, value and headers together, before compression."""
        return (
            len(self.key or b"")
            + len(self.value)
            + sum(len(name.encode()) + len(value) for name, value in self.headers)
        )


def as_record(raw: "ConsumerRecord[Any, Any]") -> Record:
    """The client library's record as ours."""
    return Record(
        topic=raw.topic,
        partition=raw.partition,
        offset=raw.offset,
        key=raw.key,
        value=raw.value,
        headers=tuple(raw.headers),
        timestamp_ms=raw.timestamp,
    )


def next_offsets(records: Iterable[Record]) -> Mapping[TopicPartition, int]:
    """Where each partition goes on once these records are dealt with."""
    following: dict[TopicPartition, int] = {}
    for record in records:
        following[record.place] = max(following.get(record.place, 0), record.offset + 1)
    return following
