"""What a service may rely on when it publishes."""

import asyncio
import time

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from chassis.bus import GroupProgress, Message, Placed, Publisher, Tuning, Unavailable, read_to_end
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

NOWHERE = "127.0.0.1:9"


async def test_a_message_that_cannot_be_sent_fails_alone_and_in_its_place(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    too_large = Message("out", b"k", b"x" * (tuning.max_request_bytes + 1))
    outcomes = await publisher.publish(
        [Message("out", b"k", b"one"), too_large, Message("out", b"k", b"two")]
    )
    assert outcomes[0] is None
    assert isinstance(outcomes[1], MessageSizeTooLargeError)
    assert outcomes[2] is None
    values = [record.value for record in await read_to_end(broker.bootstrap, "out", "any", tuning)]
    assert values == [b"one", b"two"]


async def test_messages_with_one_key_keep_their_order_and_their_headers(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    messages = [Message("out", b"k", b"%d" % n, (("n", b"%d" % n),)) for n in range(3000)]
    assert not any(await publisher.publish(messages))
    records = await read_to_end(broker.bootstrap, "out", "any", tuning)
    assert [record.value for record in records] == [message.value for message in messages]
    assert [record.headers for record in records] == [message.headers for message in messages]
    assert {record.key for record in records} == {b"k"}


async def test_an_outcome_says_where_the_message_stands(publisher: Publisher) -> None:
    first, second = await publisher.place([Message("out", b"k", b"one"), Message("out", b"k", b"two")])
    assert isinstance(first, Placed)
    assert isinstance(second, Placed)
    assert (second.place, second.offset) == (first.place, first.offset + 1)


async def test_without_a_broker_starting_and_publishing_are_unavailable(tuning: Tuning) -> None:
    publisher = Publisher(NOWHERE, tuning)
    with pytest.raises(Unavailable):
        await publisher.start()
    with pytest.raises(Unavailable):
        await publisher.publish([Message("out", b"k", b"one")])
    await publisher.stop()


async def test_messages_unacknowledged_in_time_are_unavailable_and_never_leave_later(
    broker: EmbeddedBroker, tuning: Tuning
) -> None:
    publisher = Publisher(broker.bootstrap, tuning.model_copy(update={"publish_timeout_seconds": 0.5}))
    assert await publisher.publish([Message("out", b"k", b"one")]) == [None]
    broker.cluster.set_down()
    began = time.monotonic()
    outcomes = await publisher.publish([Message("out", b"k", b"lost"), Message("out", b"k", b"lost too")])
    assert [type(outcome) for outcome in outcomes] == [Unavailable, Unavailable]
    assert time.monotonic() - began < 5
    broker.cluster.set_up()
    assert await publisher.publish([Message("out", b"k", b"two")]) == [None]
    values = [record.value for record in await read_to_end(broker.bootstrap, "out", "any", tuning)]
    assert values == [b"one", b"two"]
    await publisher.stop()


async def test_publishing_after_a_stop_reconnects(publisher: Publisher) -> None:
    await publisher.stop()
    assert await publisher.publish([Message("out", b"k", b"one")]) == [None]


async def test_tasks_may_share_a_publisher(publisher: Publisher) -> None:
    calls = [publisher.publish([Message("out", b"%d" % n, b"x")] * 10) for n in range(5)]
    for outcomes in await asyncio.gather(*calls):
        assert outcomes == [None] * 10


async def test_nothing_to_publish_is_nothing_to_do(publisher: Publisher) -> None:
    assert await publisher.publish([]) == []


async def test_following_a_group_without_a_broker_is_unavailable(tuning: Tuning) -> None:
    with pytest.raises(Unavailable):
        async with GroupProgress(NOWHERE, "group", tuning):
            pass
