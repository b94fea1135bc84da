"""Feeder of lines of events: topic by type, paced so that no reader is outrun; in lockstep when asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import orjson

from aiguillage.lines import SAMPLE, topic_of
from chassis.bus import (
    Cluster,
    GroupProgress,
    Message,
    Pace,
    Placed,
    Publisher,
    TopicPartition,
    Tuning,
    Unavailable,
)
from contracts.values import departement_of
from orientation.app import GROUP

AHEAD_BYTES = 512 * 1024
"""Bytes published ahead of orientation, per partition: what it writes itself is several times as much."""
APPLIED_SECONDS = 60.0
"""How long lockstep waits for one event to be applied."""


class Position(NamedTuple):
    """Where a message stands on its topic."""

    topic: str
    partition: int
    offset: int


class Feeder:
    """Publishes lines in order. A line the broker refuses raises; nothing is passed over."""

    def __init__(self, publisher: Publisher, progress: GroupProgress) -> None:
        self._publisher = publisher
        self._progress = progress
        self._pace = Pace([progress], AHEAD_BYTES)

    async def publish(self, lines: Sequence[bytes]) -> dict[TopicPartition, int]:
        """Publish lines; returns the last offset in each partition."""
        messages = [message_of(line) for line in lines]
        await self._pace.room(messages)
        outcomes = await self._publisher.place(messages)
        self._pace.placed(messages, outcomes)
        last: dict[TopicPartition, int] = {}
        for outcome in outcomes:
            if not isinstance(outcome, Placed):
                raise Unavailable(f"Kafka a refusé un événement : {outcome}") from outcome
            last[outcome.place] = max(last.get(outcome.place, 0), outcome.offset)
        return last

    async def apply(self, lines: Sequence[bytes]) -> dict[TopicPartition, int]:
        """Publish lines and wait until orientation has applied them, published what they caused, and committed.

        Returns the last offset in each partition.
        """
        placed = await self.publish(lines)
        read = {place: offset for place, offset in placed.items() if place.topic != SAMPLE}
        await self._progress.wait_applied(read, APPLIED_SECONDS)
        return placed


@asynccontextmanager
async def feeder(cluster: Cluster | str, tuning: Tuning) -> AsyncIterator[Feeder]:
    """A connected feeder while the block runs."""
    publisher = Publisher(cluster, tuning)
    await publisher.start()
    try:
        async with GroupProgress(cluster, GROUP, tuning) as progress:
            yield Feeder(publisher, progress)
    finally:
        await publisher.stop()


async def feed(
    feeder: Feeder,
    lines: Sequence[bytes],
    *,
    rate: int | None,
    lockstep: bool,
    told: Callable[[int], None],
    at_once: int = 200,
) -> dict[Position, int]:
    """Publish lines: one after the other once applied (`lockstep`), at most `rate` a second, or as fast as read.

    In lockstep returns the position of each line, and its number from 1; otherwise nothing.
    """
    positions: dict[Position, int] = {}
    size = 1 if lockstep else max(1, min(at_once, rate or at_once))
    for start in range(0, len(lines), size):
        part = lines[start : start + size]
        if lockstep:
            [(place, offset)] = (await feeder.apply(part)).items()
            positions[Position(place.topic, place.partition, offset)] = start + 1
        else:
            await feeder.publish(part)
        told(len(part))
        if rate:
            await asyncio.sleep(len(part) / rate)
    return positions


def message_of(line: bytes) -> Message:
    """The message of a line, keyed by its scope where it names one."""
    return Message(topic_of(line), _key(line), line)


def _key(line: bytes) -> bytes | None:
    try:
        data = orjson.loads(line)["data"]
        departement = data.get("departement") or departement_of(data["dwelling"]["commune"])
        return f"{data['bailleur']}:{departement}".encode()
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None
