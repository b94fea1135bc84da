"""Three brokers, two of which must hold a message: one may die at any moment, and of two nothing is lost."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from aiguillage.feeding import message_of
from chassis.bus import Message, Publisher, Unavailable
from contracts.envelope import open_emitted
from tests.cluster.season import own_topic
from tests.cluster.stage import QUICK, Stage, a_season
from tests.kafka import KafkaCluster, a_kafka
from tests.postgres import PostgresCluster

pytestmark = [pytest.mark.slow, pytest.mark.kafka]

DEPARTEMENT, VACANCIES, SEED = "48", 60, 5
HASTY = QUICK.model_copy(update={"publish_timeout_seconds": 3.0, "request_timeout_ms": 1_000})
NOTICED_SOON = "broker.session.timeout.ms=4000\nbroker.heartbeat.interval.ms=500\n"
"""That a broker is gone: of itself Kafka takes nine seconds."""
ELECTED_SECONDS, DECIDED_SECONDS = 30.0, 60.0


@pytest.fixture
def three() -> Iterator[KafkaCluster]:
    with a_kafka(brokers=3, more=lambda *_: NOTICED_SOON) as cluster:
        yield cluster


async def test_a_leader_dies_and_another_decides_on_two_die_and_nothing_is_acknowledged_or_lost(
    three: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    async with (
        Stage.open(three, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        third = len(season.lines) // 3
        await stage.joined(await stage.start("orientation") + await stage.start("compliance"))
        await season.tell(season.lines[:third])
        spoken = own_topic(season.lines[third])
        first = (await three.leaders(spoken))[0]
        assert first in (await three.leaders("orientations")).values()
        before = await _decided(stage)

        three.hurt("kill", first)
        assert list(three.unpacked_by(first)), "what a killed broker unpacked does not go with its folder"
        await season.tell(season.lines[third : 2 * third])
        for topic in (spoken, "orientations"):
            await _until_led(three, topic, without=first)
        await _until_decided(stage, before + third // 2)

        second = (await three.leaders(spoken))[0]
        three.hurt("kill", second)
        assert await _acknowledged(three, season.lines[2 * third :]) == 0
        assert not stage.fallen()

        for broker in (first, second):
            three.hurt("restart", broker)
        await season.tell(season.lines[2 * third :])
        await stage.drained(season)
        verdict = await stage.proved(season)
        assert verdict.is_sound, str(verdict)
        assert verdict.counts["decisions"] >= VACANCIES
        assert not stage.fallen()


async def _until_led(kafka: KafkaCluster, topic: str, *, without: int) -> None:
    """Wait until each partition has somebody else to lead it."""
    async with asyncio.timeout(ELECTED_SECONDS):
        while {-1, without} & set((await kafka.leaders(topic)).values()):  # noqa: ASYNC110 - brokers elect
            await asyncio.sleep(0.1)


async def _decided(stage: Stage) -> int:
    """How many decisions stand on the stream."""
    records = (await stage.history()).records.get("orientations", [])
    return sum(open_emitted(record.value or b"").type == "orientation.decided" for record in records)


async def _until_decided(stage: Stage, number: int) -> None:
    async with asyncio.timeout(DECIDED_SECONDS):
        while await _decided(stage) < number:  # noqa: ASYNC110 - other processes decide
            await asyncio.sleep(0.1)


async def _acknowledged(kafka: KafkaCluster, lines: Sequence[bytes]) -> int:
    """How many of these messages the cluster says it holds."""
    publisher = Publisher(kafka.bootstrap, HASTY)
    messages = [Message(own_topic(line), message_of(line).key, line) for line in lines]
    try:
        outcomes = await publisher.publish(messages)
    except Unavailable:
        return 0
    finally:
        await publisher.stop()
    return outcomes.count(None)
