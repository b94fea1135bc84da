"""A copy of the delivered rules to edit, a running service that follows them, and a client beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any, Literal

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from chassis.bus import Tail
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.health import Check
from chassis.settings import Settings
from orientation.app import OrientationService, orientation_service

RULES = Path(__file__).parents[3] / "rules"
SIREN, DEPARTEMENT, HOLDER = "999001209", "48", "AL-48"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""Now: what is declared is of tomorrow."""
WAIT_SECONDS, LOOK_SECONDS = 20, 0.01
ANSWER = "delais/reponse.yaml"
"""The rule the tests edit: how many days a réservataire has, for one bailleur."""
PLACE = f"bailleurs/{SIREN}/{ANSWER}"
PARTITIONS = {
    **dict.fromkeys(("vacancies", "conventions", "programmes", "outcomes", "orientations"), 2),
    **dict.fromkeys(("rulebooks", "rulebooks.reports", f"proposals.{HOLDER}"), 1),
}


def an_answer_within(days: int | str) -> str:
    """The rule file that gives so many days from tomorrow, so that it may be edited; line 10 is what it decides."""
    return f"""id: reponse
title: "Délai de réponse convenu"
references:
  - title: "Convention locale"
owner: pole-attributions
effective: {{from: 2026-03-03}}
regulatory: non
priority: 100
when: always
then: {{respond_within_days: {days}}}
because: "Réponse attendue sous {days} jours."
"""


class Rules:
    """A directory of rules, edited as an operator would."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.file = directory / PLACE

    def say(self, days: int | str) -> None:
        """Save the rule, in place."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(an_answer_within(days), encoding="utf-8")

    def illustrate(self) -> None:
        """Write the rule's example, which a publication asks for."""
        example = "- {name: Un T3, facts: {dwelling.typologie: T3}, matches: oui}\n"
        self.file.with_name("reponse.examples.yaml").write_text(example, encoding="utf-8")


class Desk:
    """The service under test and, beside it, a client that says and hears."""

    def __init__(self, service: OrientationService, producer: AIOKafkaProducer, tail: Tail) -> None:
        self.service = service
        self.heard: list[dict[str, Any]] = []
        self.registry: CollectorRegistry
        self._producer = producer
        self._tail = tail

    async def say(self, event: dict[str, Any]) -> None:
        topic = {"vacancy": "vacancies", "convention": "conventions"}[event["type"].split(".")[2]]
        await self._producer.send_and_wait(topic, orjson.dumps(event), key=f"{SIREN}:{DEPARTEMENT}".encode())

    async def until(self, condition: Callable[[], Any]) -> None:
        """Read what is published until a condition holds; a test that waits in vain fails."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                await asyncio.sleep(LOOK_SECONDS)
                self.heard += [orjson.loads(record.value or b"{}") for record in await self._tail.read()]

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Data of the events of a short type, in order."""
        return [event["data"] for event in self.heard if event.get("type") == f"fr.aiguillage.{kind}.v1"]

    async def decided(self, vacancy_id: str) -> dict[str, Any]:
        """Declare a vacancy; its decision."""
        await self.say(a_vacancy(vacancy_id))
        await self.until(lambda: self._of("orientation.decided", vacancy_id))
        return self._of("orientation.decided", vacancy_id)[0]

    def proposal(self, vacancy_id: str) -> dict[str, Any]:
        return self._of("proposal.issued", vacancy_id)[0]

    def _of(self, kind: str, vacancy_id: str) -> list[dict[str, Any]]:
        return [data for data in self.events(kind) if data.get("vacancy_id") == vacancy_id]

    @property
    def rulebook(self) -> Check:
        return self.service.checks["rulebook"]()

    @property
    def digest(self) -> str:
        return str(self.rulebook.detail["digest"])

    def metric(self, name: str) -> float | None:
        return self.registry.get_sample_value(f"aiguillage_{name}", {"service": "orientation"})


def an_event(kind: str, name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": name,
        "source": f"/bailleurs/{SIREN}",
        "type": f"fr.aiguillage.{kind}.v1",
        "time": "2026-03-03T09:00:00Z",
        "data": {"bailleur": SIREN, **data},
    }


def a_vacancy(vacancy_id: str) -> dict[str, Any]:
    dwelling = {"dwelling_id": f"D-{vacancy_id}", "commune": "48095", "typologie": "T3"}
    body = {
        "vacancy_id": vacancy_id,
        "available_on": "2026-04-01",
        "cause": "conge",
        "purpose": "relocation",
        "dwelling": {**dwelling, "financement": "PLUS", "qpv": False},
    }
    return an_event("vacancy.declared", f"vacancy-{vacancy_id}", body)


def a_convention() -> dict[str, Any]:
    body = {
        "convention_id": f"{SIREN}-48-AL",
        "departement": DEPARTEMENT,
        "reservataire": {"id": HOLDER, "kind": "action_logement", "name": "Action Logement"},
        "year": 2026,
        "share_percent": "100",
        "territory": {"scale": "departement"},
        "decompte": {"method": "proposition", "year_of": "event"},
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
    }
    return an_event("convention.signed", "convention", body)


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """The delivered rules, and one of the bailleur's own: thirty days to answer."""
    copied = Rules(Path(copytree(RULES, tmp_path / "rules")))
    copied.say(30)
    copied.illustrate()
    return copied


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        running.cluster.create_topics(PARTITIONS)
        yield running


OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def open_desk(broker: EmbeddedBroker, tmp_path: Path) -> OpenDesk:
    """Start the service on the test's broker and journal; `rules` is a directory or `topic`."""

    @asynccontextmanager
    async def opened(rules: Path | Literal["topic"]) -> AsyncIterator[Desk]:
        quick = {"session_timeout_ms": 600, "idle_seconds": 0.05, "publish_timeout_seconds": 2.0}
        tuning = broker.tuning.model_copy(update=quick)
        settings = Settings(
            kafka=broker.bootstrap, data=tmp_path / "data", rules=rules, trust="open", bus=tuning
        )
        producer = AIOKafkaProducer(
            bootstrap_servers=broker.bootstrap, linger_ms=0, max_request_size=2_000_000
        )
        registry = CollectorRegistry()
        await producer.start()
        try:
            async with (
                orientation_service(settings, broker.bootstrap, registry, FixedClock(NOON)) as service,
                Tail(broker.bootstrap, r"orientations|rulebooks\.reports", tuning) as tail,
            ):
                desk = Desk(service, producer, tail)
                desk.registry = registry
                await desk.say(a_convention())
                await desk.until(lambda: desk.events("convention.recorded"))
                yield desk
        finally:
            await producer.stop()

    return opened


Until = Callable[[Callable[[], Any]], Awaitable[None]]


@pytest.fixture
def until() -> Until:
    """Wait until a condition holds; a test that waits in vain fails."""

    async def wait(condition: Callable[[], Any]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in another task
                await asyncio.sleep(LOOK_SECONDS)

    return wait


@pytest.fixture(scope="session")
def vacancy() -> Callable[[str], dict[str, Any]]:
    return a_vacancy


@pytest.fixture(scope="session")
def convention() -> dict[str, Any]:
    return a_convention()


@pytest.fixture(scope="session")
def place() -> str:
    """Where the edited rule lies, relative to the directory."""
    return PLACE
