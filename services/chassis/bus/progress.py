"""How far a consumer group has come, seen from outside: nothing here joins the group."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from chassis.bus.cluster import Cluster
from chassis.bus.not_let_in import Refused, refusal
from chassis.bus.records import Record, as_record
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

POLL_SECONDS = 0.015
FETCH_MS = 100
STOP_SECONDS = 1.0
STALLED_REQUESTS = 3
"""How many requests' time without a record counts as no answer."""


@dataclass(frozen=True, slots=True)
class Lag:
    """What a group has not committed yet, over every partition of some topics."""

    records: int


@dataclass(frozen=True, slots=True)
class Stand:
    """A partition and a group: the offset the next record will get, None when no leader can tell; where it goes on."""

    end: int | None
    committed: int


class GroupProgress:
    """A group's committed offsets and the topics' ends; `async with` opens and closes it.

    Every method raises `Unavailable` when the broker does not answer.
    """

    def __init__(self, cluster: Cluster | str, group: str, tuning: Tuning | None = None) -> None:
        self.group = group
        tuning = tuning or Tuning()
        self._cluster = Cluster.of(cluster)
        self._request_timeout_ms = tuning.request_timeout_ms
        self._stalled_seconds = STALLED_REQUESTS * tuning.request_timeout_ms / 1_000
        self._isolation_level = tuning.isolation_level
        self._open = AsyncExitStack()
        self._admin: AIOKafkaAdminClient
        self._reader: AIOKafkaConsumer

    async def __aenter__(self) -> Self:
        client = self._cluster.client() | {"request_timeout_ms": self._request_timeout_ms}
        try:
            self._admin = AIOKafkaAdminClient(**client)
            self._open.push_async_callback(self._admin.close)
            await self._admin.start()
            self._reader = AIOKafkaConsumer(
                **client, auto_offset_reset="earliest", isolation_level=self._isolation_level
            )
            self._open.push_async_callback(_stop, self._reader)
            await self._reader.start()
        except (KafkaError, OSError) as error:
            await self._open.aclose()
            raise await self._cluster.no_answer(error) from error
        except asyncio.CancelledError:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def places(self, pattern: str) -> list[TopicPartition]:
        """Every partition of the topics whose whole name matches `pattern`, in order."""
        return sorted(await self._leaders(pattern))

    async def _leaders(self, pattern: str) -> dict[TopicPartition, int]:
        """The number of each partition's leader, negative where it has none."""
        try:
            topics = await self._admin.describe_topics()
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return {
            TopicPartition(topic["topic"], partition["partition"]): partition["leader"]
            for topic in topics
            if re.fullmatch(pattern, topic["topic"])
            for partition in topic["partitions"]
        }

    async def committed(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Where the group goes on in each partition; 0 where it never committed."""
        asked = list(places)
        if not asked:
            return {}
        try:
            found = await self._admin.list_consumer_group_offsets(self.group, partitions=asked)
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return {place: max(0, found[place].offset) if place in found else 0 for place in asked}

    async def commits(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, OffsetAndMetadata]:
        """What the group has committed, where it has, with what whoever committed it said."""
        asked = list(places)
        try:
            found = (
                await self._admin.list_consumer_group_offsets(self.group, partitions=asked) if asked else {}
            )
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return {place: found[place] for place in asked if place in found and found[place].offset >= 0}

    async def led(self, pattern: str) -> list[TopicPartition]:
        """Every partition of the matching topics that has a leader, in order."""
        return sorted(place for place, leader in (await self._leaders(pattern)).items() if leader >= 0)

    async def beginnings(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset of the first record each partition still holds."""
        asked = list(places)
        try:
            begins: dict[TopicPartition, int] = await self._reader.beginning_offsets(asked) if asked else {}
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return begins

    async def ends(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset the next record of each partition will get."""
        asked = list(places)
        if not asked:
            return {}
        try:
            ends: dict[TopicPartition, int] = await self._reader.end_offsets(asked)
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return ends

    async def standing(self, pattern: str) -> dict[TopicPartition, Stand]:
        """Where each partition of the matching topics ends, and how far the group has come, asked in that order."""
        leaders = await self._leaders(pattern)
        ends = await self.ends(place for place, leader in leaders.items() if leader >= 0)
        committed = await self.committed(leaders)
        return {place: Stand(ends.get(place), committed[place]) for place in leaders}

    async def lag(self, pattern: str) -> Lag:
        """How many records of the matching topics the group has not committed."""
        places = await self.places(pattern)
        ends, committed = await self.ends(places), await self.committed(places)
        return Lag(records=sum(max(0, ends[place] - committed[place]) for place in places))

    async def wait_applied(self, offsets: Mapping[TopicPartition, int], timeout_seconds: float) -> None:
        """Return once the group has committed past each record given by its offset.

        Raises `TimeoutError` when that takes longer than `timeout_seconds`.
        """
        async with asyncio.timeout(timeout_seconds):
            while True:
                committed = await self.committed(offsets)
                if all(committed[place] > offset for place, offset in offsets.items()):
                    return
                await asyncio.sleep(POLL_SECONDS)

    async def unread(self, pattern: str) -> list[Record]:
        """What the group has not committed of the matching topics, up to their ends as of now.

        Records come partition by partition, each in order; nothing is committed.
        """
        places = await self.places(pattern)
        ends, starts = await self.ends(places), await self.committed(places)
        return await self.records(starts, ends)

    async def records(
        self, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> list[Record]:
        """The records from each start to each end; partition by partition, each in order."""
        found: dict[TopicPartition, list[Record]] = defaultdict(list)
        async for chunk in self.chunks(starts, ends):
            for record in chunk:
                found[record.place].append(record)
        return [record for place in sorted(found) for record in found[place]]

    async def chunks(
        self,
        starts: Mapping[TopicPartition, int],
        ends: Mapping[TopicPartition, int],
        most: int | None = None,
    ) -> AsyncIterator[list[Record]]:
        """The same records as they come, at most so many at once; each partition in order, none before another.

        `Unavailable` too when no more come before the ends: the broker went away, or the topic was cut. What the
        client has fetched ahead is held beside them: a fetch, of at most 1 MiB a partition.
        """
        remaining = {place: end for place, end in ends.items() if starts.get(place, 0) < end}
        if not remaining:
            return
        self._reader.assign(list(remaining))
        for place in remaining:
            self._reader.seek(place, starts.get(place, 0))
        try:
            while found := await self._next(remaining, most):
                yield found
        finally:
            self._reader.unsubscribe()

    async def _next(self, remaining: dict[TopicPartition, int], most: int | None) -> list[Record]:
        """The next records before these ends, none once all are reached; an end that is reached is dropped."""
        try:
            async with asyncio.timeout(self._stalled_seconds):
                while remaining:
                    batches = await self._reader.getmany(timeout_ms=FETCH_MS, max_records=most)
                    found = [
                        as_record(raw)
                        for place, batch in batches.items()
                        for raw in batch
                        if raw.offset < remaining.get(place, 0)
                    ]
                    for place in tuple(remaining):
                        if await self._reader.position(place) >= remaining[place]:
                            del remaining[place]
                    if found:
                        return found
        except TimeoutError as error:
            raise Unavailable("Kafka ne donne plus rien avant la fin des sujets.") from error
        except (KafkaError, OSError) as error:
            raise _no_answer(error) from error
        return []


async def read_to_end(
    cluster: Cluster | str, pattern: str, group: str, tuning: Tuning | None = None
) -> list[Record]:
    """What `group` has not committed of the topics matching `pattern`, to their ends as of now."""
    async with GroupProgress(cluster, group, tuning) as progress:
        return await progress.unread(pattern)


async def wait_applied(
    cluster: Cluster | str, group: str, offsets: Mapping[TopicPartition, int], timeout_seconds: float
) -> None:
    """Return once `group` has committed past each record; for many waits keep a `GroupProgress`."""
    async with GroupProgress(cluster, group) as progress:
        await progress.wait_applied(offsets, timeout_seconds)


async def _stop(reader: AIOKafkaConsumer) -> None:
    """Stop a reader; its fetcher, busy giving up a fetch, may miss the one cancellation it is sent: send another.

    A task of it that has not begun yet would hand its cancellation on to us: let it begin first.
    """
    await asyncio.sleep(0)
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await reader.stop()


def _no_answer(error: BaseException) -> Unavailable:
    why = refusal(error)
    return Refused(why) if why else Unavailable("Kafka ne répond pas.")
