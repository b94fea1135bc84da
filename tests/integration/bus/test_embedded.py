"""The in-process broker: what it is good for, and the limits we rely on knowing."""

import asyncio
import random
from typing import Any

import pytest

from chassis.bus import Consumption, GroupProgress, Message, Publisher, Subscription, Tuning, read_to_end
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

Reader = Any  # the class is in conftest.py: tests cannot import each other


def test_it_says_in_both_languages_that_it_keeps_nothing(broker: EmbeddedBroker) -> None:
    assert broker.bootstrap.startswith("127.0.0.1:")
    assert broker.bootstrap in broker.notice
    assert "ne garde rien" in broker.notice
    assert "keeps nothing" in broker.notice


def test_two_brokers_do_not_meet() -> None:
    with EmbeddedBroker() as first, EmbeddedBroker() as second:
        assert first.bootstrap != second.bootstrap


def test_a_stopped_broker_cannot_be_controlled(broker: EmbeddedBroker) -> None:
    broker.stop()
    with pytest.raises(RuntimeError, match="not running"):
        broker.cluster.set_down()


async def test_a_topic_made_on_first_use_has_four_partitions(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    await publisher.publish([Message("out", b"k", b"one")])
    broker.cluster.create_topic("wide", 12)
    async with GroupProgress(broker.bootstrap, "any", tuning) as progress:
        assert len(await progress.places("out")) == 4
        assert len(await progress.places("wide")) == 12


async def test_a_partition_is_cut_at_five_mebibytes_read_or_not(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    """Why every feeder keeps pace; if librdkafka ever stops cutting, Pace can go."""
    incompressible = random.Random(1)
    for _ in range(8):
        await publisher.publish([Message("out", b"k", incompressible.randbytes(1_000_000))])
    kept = await read_to_end(broker.bootstrap, "out", "any", tuning)
    assert len(kept) < 8
    assert kept[-1].offset == 7


async def test_without_its_controls_it_still_serves_a_group(
    monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    monkeypatch.setattr("chassis.bus.librdkafka._candidates", list)
    with EmbeddedBroker() as broker:
        publisher = Publisher(broker.bootstrap, broker.tuning)
        await publisher.publish([Message("in", b"k", b"one")])
        await publisher.stop()
        consumption = Consumption(
            broker.bootstrap, Subscription("group", "^in$", reader.handle), broker.tuning
        )
        running = asyncio.create_task(consumption.run())
        await reader.until(lambda: reader.values == [b"one"])
        await consumption.stop()
        await running
