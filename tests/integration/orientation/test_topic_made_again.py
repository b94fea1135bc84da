"""A topic deleted and made again on a real broker: what is said there is applied or refused, and a start is judged."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from prometheus_client import CollectorRegistry

from chassis.bus import Message, Publisher
from chassis.bus.topics import Topics
from chassis.settings import Settings
from chassis.starting import started
from contracts.envelope import identity_of
from orientation.app import OrientationService, orientation_service
from tests.cluster.stage import QUICK, RULES
from tests.kafka import KafkaCluster

SECONDS = 60.0
LOOK_SECONDS = 0.05


class Broker:
    """The topic of one bailleur, on a broker of which the test may delete it."""

    def __init__(self, kafka: KafkaCluster, topic: str) -> None:
        self.bootstrap, self.topic = kafka.bootstrap, topic

    async def make(self) -> None:
        async with asyncio.timeout(SECONDS):
            while await Topics(self.bootstrap, QUICK).make({self.topic, "orientations", "checkpoints"}):  # noqa: ASYNC110 - what is waited for happens in a broker
                await asyncio.sleep(LOOK_SECONDS)

    async def make_again(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            await admin.delete_topics([self.topic])
            while self.topic in await admin.list_topics():  # noqa: ASYNC110 - what is waited for happens in a broker
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await admin.close()
        await self.make()

    async def say(self, value: bytes) -> None:
        publisher = Publisher(self.bootstrap, QUICK)
        await publisher.start()
        try:
            async with asyncio.timeout(SECONDS):
                while await publisher.publish([Message(self.topic, b"key", value)]) != [None]:  # noqa: ASYNC110 - what is waited for happens in a broker
                    await asyncio.sleep(LOOK_SECONDS)
        finally:
            await publisher.stop()


@asynccontextmanager
async def a_service(broker: Broker, folder: Path, **changes: Any) -> AsyncIterator[OrientationService]:
    settings = Settings(kafka=broker.bootstrap, data=folder, rules=RULES, bus=QUICK, **changes)
    async with started(
        lambda: orientation_service(settings, broker.bootstrap, CollectorRegistry()), QUICK
    ) as service:
        assert service is not None
        yield service


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await condition():  # noqa: ASYNC110 - what is waited for happens in a broker
            await asyncio.sleep(LOOK_SECONDS)


async def test_what_is_said_at_offsets_that_came_back_is_judged_and_a_start_is_refused_until_somebody_answers(
    kafka: KafkaCluster, tmp_path: Path, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    await kafka.forget_everything()
    broker = Broker(kafka, f"vacancies.{says.SIREN}")
    await broker.make()
    declared = says.vacancy("made-again")
    which = {"bailleur": says.SIREN, "departement": "48", "vacancy_id": "made-again"}
    withdrawn = says.event("vacancy.withdrawn", {**which, "reason": "Vente annulée."})
    identity = identity_of(withdrawn["source"], withdrawn["id"])
    async with a_service(broker, tmp_path) as service:

        async def is_applied() -> bool:
            return identity in await service.journal.known([identity])

        async def has_refused() -> bool:
            return bool(await service.journal.rejects(1))

        async def has_read_two() -> bool:
            return any(mark.offset == 2 for mark in await service.journal.marks())

        await broker.say(encoded(withdrawn))
        await until(has_refused)
        await broker.say(encoded(declared))
        await until(has_read_two)
        assert not await is_applied()
        await broker.make_again()
        await broker.say(encoded(withdrawn))
        await until(is_applied)
        logs = {mark.incarnation for mark in await service.journal.marks() if mark.topic == broker.topic}
        assert len(logs) == 2
        cluster_id = (await service.journal.identity()).cluster_id
        assert cluster_id
        assert all(log.startswith(f"{cluster_id}/") for log in logs)
    await broker.make_again()
    async with a_service(broker, tmp_path) as service:
        check = service.checks["history"]()
        assert not check.is_ready
        assert "recréé" in str(check.detail["refused"])
        assert not service.consumption.state().is_joined
    async with a_service(broker, tmp_path, adopt="DSI de l'office") as service:
        assert service.checks["history"]().is_ready
        [adoption] = await service.journal.adoptions()
        assert adoption.office == "DSI de l'office"
    async with a_service(broker, tmp_path) as service:
        assert service.checks["history"]().is_ready
