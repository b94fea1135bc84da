"""Follows topics from outside any group: everything published since the last look."""

from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Self

import structlog
from aiokafka import TopicPartition

from chassis.bus.cluster import Cluster
from chassis.bus.progress import GroupProgress
from chassis.bus.records import Record
from chassis.settings.tuning import Tuning

log = structlog.get_logger(__name__)

RECORDS_AT_ONCE = 500


class Tail:
    """Reads all topics that match a pattern, those that appear later included; `async with` opens it.

    Its methods raise `Unavailable` when the broker does not answer.
    """

    def __init__(self, cluster: Cluster | str, pattern: str, tuning: Tuning | None = None) -> None:
        self._progress = GroupProgress(cluster, "", tuning)
        self._pattern = pattern
        self._read: dict[TopicPartition, int] = {}

    async def __aenter__(self) -> Self:
        await self._progress.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._progress.__aexit__(kind, error, trace)

    async def read(self) -> list[Record]:
        """What was published since the last call (the first: since the beginning), each partition in order."""
        ends = await self._ends()
        records = await self._progress.records(self._read, ends)
        self._read.update(ends)
        return records

    async def chunks(self, most: int = RECORDS_AT_ONCE) -> AsyncGenerator[list[Record], None]:
        """As `read`, at most so many records at once: for what is too long to be held; partitions are mixed.

        Left before its end, it counts as not read.
        """
        ends = await self._ends()
        async for records in self._progress.chunks(self._read, ends, most):
            yield records
        self._read.update(ends)

    async def _ends(self) -> dict[TopicPartition, int]:
        """Where each partition ends; one that ends before what was read was made again, and is read from its start."""
        ends = await self._progress.ends(await self._progress.places(self._pattern))
        for place, end in ends.items():
            if end < self._read.get(place, 0):
                log.warning("offset_came_back", topic=place.topic, partition=place.partition, offset=end)
                del self._read[place]
        return ends
