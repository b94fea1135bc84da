"""What a broker tells of a group is asked by the same clients for as long as a service lives."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from chassis.bus import (
    Consumption,
    GroupProgress,
    LastingProgress,
    Message,
    Publisher,
    Record,
    Subscription,
    TopicPartition,
    Tuning,
    Unavailable,
)
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

LONG_SECONDS = 20
BATCH_SECONDS = 0.06
"""Longer than the consumer rests between two looks."""


@pytest.fixture
async def lasting(broker: EmbeddedBroker, tuning: Tuning) -> AsyncIterator[LastingProgress]:
    asked = LastingProgress(broker.bootstrap, "group", r"in(\..+)?", tuning)
    yield asked
    await asked.close()


async def test_where_partitions_end_and_how_far_the_group_is(
    lasting: LastingProgress, publisher: Publisher
) -> None:
    placed = await publisher.place([Message("in", b"k", b"one"), Message("in", b"k", b"two")])
    await publisher.place([Message("other", b"k", b"no")])
    stands = await lasting.standing()
    assert {place.topic for place in stands} == {"in"}
    assert (stands[placed[0].place].end, stands[placed[0].place].committed) == (2, 0)


async def test_of_a_partition_without_a_leader_nobody_can_tell_the_end(
    broker: EmbeddedBroker, lasting: LastingProgress
) -> None:
    broker.cluster.create_topic("in", 2)
    first, second = TopicPartition("in", 0), TopicPartition("in", 1)
    broker.cluster.take_leader("in", 1)
    assert [(await lasting.standing())[place].end for place in (first, second)] == [0, None]
    broker.cluster.give_leader("in", 1)
    assert [(await lasting.standing())[place].end for place in (first, second)] == [0, 0]


async def test_the_same_clients_ask_again_and_others_after_the_broker_was_away(
    broker: EmbeddedBroker, lasting: LastingProgress, publisher: Publisher
) -> None:
    await publisher.place([Message("in", b"k", b"one")])
    await lasting.standing()
    clients = asyncio.all_tasks()
    for _ in range(3):
        await lasting.standing()
    assert asyncio.all_tasks() == clients
    broker.cluster.set_down()
    with pytest.raises(Unavailable):
        await lasting.standing()
    broker.cluster.set_up()
    async with asyncio.timeout(LONG_SECONDS):
        assert await _answered(lasting)


async def _answered(lasting: LastingProgress) -> bool:
    while True:
        try:
            return bool(await lasting.standing())
        except Unavailable:
            continue


async def test_an_opening_cancelled_at_whatever_moment_leaves_no_client(
    broker: EmbeddedBroker, tuning: Tuning
) -> None:
    """Clients live in tasks of their own: when those are gone, they are closed."""
    before = asyncio.all_tasks()
    for most in range(1, 20):
        opening = asyncio.create_task(GroupProgress(broker.bootstrap, "group", tuning).__aenter__())
        while not opening.done() and len(asyncio.all_tasks() - before) <= most:  # noqa: ASYNC110 - clients tell nobody how far they are
            await asyncio.sleep(0)
        if opening.done():
            await (await opening).__aexit__(None, None, None)
            assert most > 1
            break
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert asyncio.all_tasks() == before


class Busy:
    """Handles a record at a time, each taking longer than the consumer rests; keeps when the idle hook was called."""

    def __init__(self) -> None:
        self.handled = 0
        self.idle_at: list[tuple[int, bool]] = []
        self.is_through = asyncio.Event()

    async def handle(self, records: list[Record]) -> None:
        work = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(BATCH_SECONDS, work.set_result, None)
        await work
        self.handled += len(records)

    async def on_idle(self, caught_up: bool) -> None:
        self.idle_at.append((self.handled, caught_up))
        if caught_up:
            self.is_through.set()


async def test_under_steady_traffic_what_is_done_when_idle_is_done_between_batches(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    await publisher.publish([Message("in", b"k", b"x") for _ in range(60)])
    busy, one_by_one = Busy(), tuning.model_copy(update={"max_records": 1})
    subscription = Subscription("group", "^in$", busy.handle, busy.on_idle)  # type: ignore[arg-type]  # a list it is
    async with Consumption(broker.bootstrap, subscription, one_by_one).running():
        await asyncio.wait_for(busy.is_through.wait(), LONG_SECONDS)
    between = [handled for handled, caught_up in busy.idle_at if 0 < handled < 60]
    assert len(between) >= 2
    assert not any(caught_up for handled, caught_up in busy.idle_at if handled < 60)
