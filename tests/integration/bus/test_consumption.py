"""What a service may rely on when it consumes."""

import asyncio
import time
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from chassis.bus import (
    Consumption,
    EngineFault,
    GroupProgress,
    Message,
    Publisher,
    Subscription,
    Tuning,
    Unavailable,
)
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

Reader = Any  # the class is in conftest.py: tests cannot import each other
Consume = Any  # likewise


async def test_a_batch_is_given_again_while_the_handler_says_unavailable(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.failing = [Unavailable("the journal is locked")] * 3
    await publisher.publish([Message("in", b"k", b"one")])
    consume(reader)
    await reader.until(lambda: reader.values == [b"one"])
    assert reader.batches == 4


async def test_nothing_is_committed_while_the_handler_says_unavailable(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.failing = [Unavailable("the journal is locked")] * 2
    [placed] = await publisher.place([Message("in", b"k", b"one")])
    consumption = consume(reader)
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        await reader.until(lambda: reader.batches == 2)
        assert consumption.state().last_commit_age_seconds is None
        assert await progress.committed([placed.place]) == {placed.place: 0}
        await reader.until(lambda: reader.batches == 3)
        await progress.wait_applied({placed.place: placed.offset}, 5)


async def test_null_and_undecodable_headers_reach_the_handler(
    broker: EmbeddedBroker, reader: Reader, consume: Consume
) -> None:
    headers = [("absent", None), ("latin", b"\xe9\xff"), ("reply_to", b"\xff"), ("text", b"ok")]
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await producer.start()
    await producer.send_and_wait("in", b"one", key=b"k", headers=headers)
    await producer.send_and_wait("in", None, key=b"k")
    await producer.stop()
    consume(reader)
    await reader.until(lambda: len(reader.records) == 2)
    assert reader.records[0].headers == tuple(headers)
    assert reader.values == [b"one", None]
    assert reader.records[0].key == b"k"


async def test_a_reply_to_header_publishes_nothing(
    broker: EmbeddedBroker, tuning: Tuning, reader: Reader, consume: Consume
) -> None:
    async with GroupProgress(broker.bootstrap, "other", tuning) as progress:
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
        await producer.start()
        await producer.send_and_wait("in", b"one", headers=[("reply_to", b"elsewhere")])
        await producer.stop()
        consume(reader)
        await reader.until(lambda: bool(reader.handled_when_caught_up))
        assert reader.values == [b"one"]
        assert await progress.places("elsewhere") == []


async def test_each_partition_is_committed_just_past_its_last_handled_record(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    messages = [Message("in", b"key-%d" % (n % 7), b"%d" % n) for n in range(50)]
    placed = await publisher.place(messages)
    consume(reader)
    await reader.until(lambda: len(reader.records) == 50)
    last = {p.place: max(q.offset for q in placed if q.place == p.place) for p in placed}
    assert len(last) > 1
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        await progress.wait_applied(last, 5)
        assert await progress.committed(last) == {place: offset + 1 for place, offset in last.items()}
        assert (await progress.lag("in")).records == 0


async def test_a_restart_goes_on_where_the_group_had_committed(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    first = consume(reader)
    await reader.until(lambda: reader.values == [b"one"])
    await first.stop()
    await publisher.publish([Message("in", b"k", b"two")])
    consume(reader)
    await reader.until(lambda: len(reader.records) > 1)
    assert reader.values == [b"one", b"two"]


async def test_stopping_lets_the_batch_in_hand_finish_and_commits_it(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.gate.clear()
    [placed] = await publisher.place([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.batches == 1)
    stopping = asyncio.create_task(consumption.stop())
    reader.gate.set()
    began = time.monotonic()
    await stopping
    assert time.monotonic() - began < 5
    assert reader.values == [b"one"]
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        assert await progress.committed([placed.place]) == {placed.place: placed.offset + 1}


async def test_stopping_is_bounded_even_when_the_handler_never_ends(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.gate.clear()
    await publisher.publish([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.batches == 1)
    began = time.monotonic()
    await consumption.stop()
    assert time.monotonic() - began < 5
    assert reader.records == []


async def test_stopping_is_bounded_and_clean_while_the_broker_is_away(
    broker: EmbeddedBroker, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.values == [b"one"])
    broker.cluster.set_down()
    began = time.monotonic()
    await consumption.stop()
    assert time.monotonic() - began < 5


async def test_of_several_addresses_one_that_answers_is_enough(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    subscription = Subscription("group", "^in$", reader.handle)
    async with Consumption(f"127.0.0.1:1,{broker.bootstrap}", subscription, tuning).running():
        await reader.until(lambda: reader.values == [b"one"])


async def test_a_handler_that_breaks_stops_the_service_and_commits_nothing(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher, reader: Reader
) -> None:
    reader.failing = [KeyError("a bug")]
    [placed, _] = await publisher.place([Message("in", b"k", b"one"), Message("in", b"k", b"two")])
    consumption = Consumption(broker.bootstrap, Subscription("group", "^in$", reader.handle), tuning)
    with pytest.raises(EngineFault) as fault:
        await asyncio.wait_for(consumption.run(), 10)
    assert isinstance(fault.value.__cause__, KeyError)
    assert reader.values == []
    async with GroupProgress(broker.bootstrap, "group", tuning) as progress:
        assert await progress.committed([placed.place]) == {placed.place: 0}


async def test_an_idle_hook_that_breaks_stops_the_service(
    broker: EmbeddedBroker, tuning: Tuning, reader: Reader
) -> None:
    async def broken(caught_up: bool) -> None:
        raise ValueError(caught_up)

    subscription = Subscription("group", "^in$", reader.handle, broken)
    with pytest.raises(EngineFault):
        await asyncio.wait_for(Consumption(broker.bootstrap, subscription, tuning).run(), 10)


async def test_an_idle_hook_that_is_unavailable_is_called_less_and_less_often(
    broker: EmbeddedBroker, tuning: Tuning, reader: Reader
) -> None:
    called: list[float] = []
    is_enough = asyncio.Event()

    async def away(caught_up: bool) -> None:
        called.append(asyncio.get_running_loop().time())
        if len(called) == 6:
            is_enough.set()
        raise Unavailable(str(caught_up))

    slower = tuning.model_copy(
        update={"idle_seconds": 0.01, "first_retry_seconds": 0.02, "longest_retry_seconds": 0.1}
    )
    subscription = Subscription("group", "^in$", reader.handle, away)
    async with Consumption(broker.bootstrap, subscription, slower).running():
        await asyncio.wait_for(is_enough.wait(), 10)
    gaps = [later - sooner for sooner, later in pairwise(called[:6])]
    assert all(gap >= least for gap, least in zip(gaps, (0.02, 0.04, 0.08, 0.1, 0.1), strict=True))


async def test_a_topic_born_later_is_heard(publisher: Publisher, reader: Reader, consume: Consume) -> None:
    consumption = consume(reader)
    await reader.until(lambda: consumption.state().is_joined and bool(reader.handled_when_caught_up))
    await publisher.publish([Message("in.999001209", b"k", b"one"), Message("other", b"k", b"no")])
    await reader.until(lambda: reader.values == [b"one"])
    assert {place.topic for place in consumption.state().assignment} == {"in.999001209"}


async def test_the_idle_hook_says_caught_up_only_when_every_record_was_handled(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"%d" % n, b"x" * 1000) for n in range(2000)])
    consumption = consume(reader)
    await reader.until(lambda: bool(reader.handled_when_caught_up))
    assert reader.handled_when_caught_up[0] == 2000
    assert consumption.state().total_lag_records == 0
    assert consumption.state().last_poll_age_seconds is not None


async def test_the_idle_hook_waits_for_the_batch_in_hand(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.gate.clear()
    await publisher.publish([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.batches == 1)
    with suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await reader.until(lambda: bool(reader.handled_when_caught_up))
    assert consumption.state().is_joined
    assert reader.handled_when_caught_up == []
    reader.gate.set()
    await reader.until(lambda: bool(reader.handled_when_caught_up))
    assert reader.handled_when_caught_up[0] == 1


async def test_consuming_goes_on_after_the_broker_was_away(
    broker: EmbeddedBroker, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    consume(reader)
    await reader.until(lambda: reader.values == [b"one"])
    broker.cluster.set_down()
    [outcome] = await publisher.publish([Message("in", b"k", b"lost")])
    assert isinstance(outcome, Unavailable)
    broker.cluster.set_up()
    assert await publisher.publish([Message("in", b"k", b"two")]) == [None]
    await reader.until(lambda: b"two" in reader.values)


async def test_a_service_started_before_its_broker_answers_waits_for_it(
    broker: EmbeddedBroker, publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    await publisher.publish([Message("in", b"k", b"one")])
    broker.cluster.set_down()
    consumption = consume(reader)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await reader.until(lambda: consumption.state().is_joined)
    assert not consumption.state().is_joined
    broker.cluster.set_up()
    await reader.until(lambda: reader.values == [b"one"])


async def test_a_batch_given_up_in_a_rebalance_is_delivered_again(
    publisher: Publisher, reader: Reader, consume: Consume
) -> None:
    reader.failing = [Unavailable("the journal is locked")] * 100_000
    await publisher.publish([Message("in", b"k", b"one")])
    consumption = consume(reader)
    await reader.until(lambda: reader.batches > 1)
    await publisher.publish([Message("in.999001209", b"k", b"two")])
    await reader.until(
        lambda: {place.topic for place in consumption.state().assignment} == {"in", "in.999001209"}
    )
    reader.failing = []
    await reader.until(lambda: len(reader.records) == 2)
    assert sorted(reader.values) == [b"one", b"two"]
