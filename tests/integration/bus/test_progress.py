"""Following a group from outside, and keeping pace with it."""

import asyncio
from typing import Any

import pytest

from chassis.bus import (
    GroupProgress,
    Message,
    Pace,
    Publisher,
    Tuning,
    Unavailable,
    read_to_end,
    wait_applied,
)
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

LONG_SECONDS = 10

Reader = Any  # the class is in conftest.py: tests cannot import each other
Consume = Any  # likewise


async def test_what_a_group_has_not_committed_is_read_without_joining_it(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.values == [b"one"])
    await consumption.stop()
    await publisher.publish(
        [Message("in", b"k", b"two"), Message("in.b", b"k", b"three"), Message("x", b"k", b"no")]
    )
    records = await read_to_end(broker.bootstrap, r"in(\..+)?", "group", tuning)
    assert [record.value for record in records] == [b"two", b"three"]
    again = await read_to_end(broker.bootstrap, r"in(\..+)?", "group", tuning)
    assert again == records


async def test_reading_topics_nobody_wrote_to_gives_nothing(broker: EmbeddedBroker, tuning: Tuning) -> None:
    assert await read_to_end(broker.bootstrap, "in", "group", tuning) == []


async def test_reading_to_an_end_the_topic_no_longer_reaches_is_given_up(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    """As when it is cut, or the broker goes away, after its ends were asked."""
    [placed] = await publisher.place([Message("in", b"k", b"one")])
    hasty = tuning.model_copy(update={"request_timeout_ms": 500})
    async with asyncio.timeout(LONG_SECONDS), GroupProgress(broker.bootstrap, "group", hasty) as progress:
        with pytest.raises(Unavailable, match="ne donne plus rien"):
            await progress.records({}, {placed.place: 2})


async def test_the_lag_of_a_group_counts_what_it_has_not_committed(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    messages = [Message("in", b"%d" % n, b"x") for n in range(30)]
    placed = await publisher.place(messages)
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        assert (await progress.lag("in")).records == 30
        consume(reader)
        last = {p.place: max(q.offset for q in placed if q.place == p.place) for p in placed}
        await wait_applied(broker.bootstrap, "group", last, 10)
        assert (await progress.lag("in")).records == 0


async def test_waiting_for_a_group_that_does_not_move_ends_in_a_timeout(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    [placed] = await publisher.place([Message("in", b"k", b"one")])
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        with pytest.raises(TimeoutError):
            await progress.wait_applied({placed.place: placed.offset}, 0.1)


async def test_a_feeder_in_pace_loses_nothing_although_the_broker_cuts_partitions(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    consume(reader)
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        pace = Pace([progress])
        for n in range(0, 12_000, 200):
            messages = [Message("in", b"k", b"%07d" % m + b"x" * 1000) for m in range(n, n + 200)]
            await pace.room(messages, timeout_seconds=30)
            pace.placed(messages, await publisher.place(messages))
    await reader.until(lambda: len(reader.records) == 12_000)
    assert [int((value or b"")[:7]) for value in reader.values] == list(range(12_000))


async def test_a_feeder_waits_for_a_group_that_does_not_read(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        pace = Pace([progress], max_bytes=10_000)
        messages = [Message("in", b"k", b"x" * 4_000)]
        for _ in range(2):
            await pace.room(messages, timeout_seconds=1)
            pace.placed(messages, await publisher.place(messages))
        with pytest.raises(TimeoutError):
            await pace.room(messages, timeout_seconds=0.1)


async def test_a_message_larger_than_the_bound_passes_once_nothing_is_ahead(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    messages = [Message("in", b"k", b"x" * 4_000)]
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        pace = Pace([progress], max_bytes=100)
        await pace.room(messages, timeout_seconds=1)
        pace.placed(messages, await publisher.place(messages))
        with pytest.raises(TimeoutError):
            await pace.room(messages, timeout_seconds=0.1)
        consume(reader)
        await pace.room(messages, timeout_seconds=10)
        assert len(reader.records) == 1
