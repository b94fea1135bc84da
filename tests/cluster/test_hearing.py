"""What only a real broker has: transactions, whose markers nobody reads and whose records wait for their end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from random import Random

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.bus import (
    Consumption,
    GroupProgress,
    Hearing,
    LastingProgress,
    Message,
    Publisher,
    Record,
    Subscription,
    TopicPartition,
    Unavailable,
)
from tests.cluster.stage import QUICK
from tests.kafka import KafkaCluster

pytestmark = pytest.mark.slow

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_SECONDS, LOOK_SECONDS, BATCH_SECONDS = 60, 0.1, 0.3
LOUD_RECORDS, LOUD_BYTES = 150, 100_000
"""A consumer goes through what it fetched of one partition, a megabyte, before another's turn comes."""
GROUP, HEARD = "hearing", r"^heard\.(quiet|loud)$"
QUIET, LOUD = TopicPartition("heard.quiet", 0), TopicPartition("heard.loud", 0)


async def _slowly(records: Sequence[Record]) -> None:
    """Handle a batch for longer than the consumer rests."""
    del records
    work = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(BATCH_SECONDS, work.set_result, None)
    await work


async def _idle(caught_up: bool) -> None:
    del caught_up


@asynccontextmanager
async def _said(kafka: KafkaCluster) -> AsyncIterator[tuple[AIOKafkaProducer, Publisher]]:
    """Who says things in transactions, and who does not, on topics made anew."""
    await kafka.forget_everything()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(place.topic, 1, 1) for place in (QUIET, LOUD)])
    await admin.close()
    bank, publisher = (
        AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, transactional_id="bank"),
        Publisher(kafka.bootstrap, QUICK),
    )
    await bank.start()
    await publisher.start()
    try:
        yield bank, publisher
    finally:
        await publisher.stop()
        await bank.stop()


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask the broker until it tells so; it may need a while before it knows of a group."""
    async with asyncio.timeout(LONG_SECONDS):
        while True:
            with suppress(Unavailable):
                if await condition():
                    return
            await asyncio.sleep(LOOK_SECONDS)


def _is_past(lasting: LastingProgress, place: TopicPartition, offset: int) -> Callable[[], Awaitable[bool]]:
    async def found() -> bool:
        return (await lasting.standing())[place].committed >= offset

    return found


def _is_heard(hearing: Hearing) -> Callable[[], Awaitable[bool]]:
    async def found() -> bool:
        return await hearing.look(NOON) is not None

    return found


async def test_a_marker_at_the_end_of_a_partition_is_gone_past_though_another_never_falls_silent(
    kafka: KafkaCluster,
) -> None:
    async with _said(kafka) as (bank, publisher):
        async with bank.transaction():
            await bank.send_and_wait(QUIET.topic, b"in time")
        noise = Random(1).randbytes(LOUD_BYTES)  # what could be compressed would be fetched at once
        await publisher.publish([Message(LOUD.topic, b"k", noise) for _ in range(LOUD_RECORDS)])
        lasting = LastingProgress(kafka.bootstrap, GROUP, HEARD, QUICK)
        try:
            await _until(_is_past(lasting, QUIET, 0))
            assert (await lasting.standing())[QUIET].end == 2
            one_by_one = QUICK.model_copy(update={"max_records": 1})
            subscription = Subscription(GROUP, HEARD, _slowly, _idle)
            async with Consumption(kafka.bootstrap, subscription, one_by_one).running():
                await _until(_is_past(lasting, QUIET, 2))
                assert (await lasting.standing())[LOUD].committed < LOUD_RECORDS
        finally:
            await lasting.close()


async def test_what_somebodys_open_transaction_hides_was_said_in_time(kafka: KafkaCluster) -> None:
    async with _said(kafka) as (bank, publisher):
        await bank.begin_transaction()
        await bank.send_and_wait(QUIET.topic, b"perhaps")
        await publisher.publish([Message(QUIET.topic, b"k", b"in time")])
        lasting = LastingProgress(kafka.bootstrap, GROUP, HEARD, QUICK)
        hearing = Hearing(lasting)
        try:
            async with GroupProgress(kafka.bootstrap, GROUP, QUICK) as progress:
                assert await progress.ends([QUIET]) == {QUIET: 0}
            async with Consumption(
                kafka.bootstrap, Subscription(GROUP, HEARD, _slowly, _idle), QUICK
            ).running():
                await _until(_is_past(lasting, QUIET, 0))
                assert await hearing.look(NOON) is None
                assert hearing.awaited == {QUIET.topic}
                await bank.abort_transaction()
                await _until(_is_heard(hearing))
                assert (await lasting.standing())[QUIET].committed >= 2
        finally:
            await lasting.close()
