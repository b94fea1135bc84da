"""A running orientation service, a plain Kafka client beside it, and builders of what parties say."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Literal

import orjson
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client import CollectorRegistry

from chassis.bus import Record, Tail
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.settings import Settings
from contracts.envelope import open_emitted
from orientation.app import OrientationService, orientation_service

RULES = Path(__file__).parents[3] / "rules"
SIREN, DEPARTEMENT = "999001209", "48"
SCOPE = f"{SIREN}:{DEPARTEMENT}"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAIT_SECONDS = 20
LOOK_SECONDS = 0.01
LARGEST_SENT_BYTES = 2 * 1024 * 1024
PARTITIONS = 2
FAMILIES = ("vacancies", "conventions", "outcomes", "programmes")
PARTIES = (SIREN, "999109630", "999001200", "AL-48", "CD-48")

Headers = Sequence[tuple[str, bytes | None]]
Place = tuple[str, int, int]
"""Topic, partition, offset."""


class House:
    """The service under test and, beside it, a client that says anything and hears everything."""

    def __init__(
        self,
        service: OrientationService,
        producer: AIOKafkaProducer,
        tail: Tail,
        clock: FixedClock,
        settings: Settings,
    ) -> None:
        self.service = service
        self.bootstrap, self.tuning = settings.kafka, settings.tuning
        self.clock = clock
        self.records: list[Record] = []
        self._producer = producer
        self._tail = tail

    async def say(
        self, topic: str, value: bytes | None, headers: Headers = (), key: bytes = SCOPE.encode()
    ) -> Place:
        placed = await self._producer.send_and_wait(topic, value, key=key, headers=list(headers))
        return topic, placed.partition, placed.offset

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read what is published until a condition holds; a test that waits in vain fails."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                await asyncio.sleep(LOOK_SECONDS)
                self.records += await self._tail.read()

    def events(self, kind: str, topic: str = "orientations") -> list[dict[str, Any]]:
        """Data of the events of a short type heard on a topic, in order; doubles left in."""
        said = [orjson.loads(record.value or b"") for record in self.records if record.topic == topic]
        return [event["data"] for event in said if event["type"] == f"fr.aiguillage.{kind}.v1"]

    def exact(self, kind: str) -> list[dict[str, Any]]:
        """As `events` on the ordered stream, numbers read exactly."""
        said = [
            open_emitted(record.value or b"") for record in self.records if record.topic == "orientations"
        ]
        return [event.data for event in said if event.type == kind]

    def decisions(self, vacancy_id: str) -> list[dict[str, Any]]:
        return [data for data in self.events("orientation.decided") if data["vacancy_id"] == vacancy_id]

    async def decided(self, vacancy_id: str) -> dict[str, Any]:
        """The last decision heard of a vacancy, once there is one."""
        await self.until(lambda: bool(self.decisions(vacancy_id)))
        return self.decisions(vacancy_id)[-1]

    async def proposal(self, vacancy_id: str) -> dict[str, Any]:
        """The last proposal heard of a vacancy."""

        def found() -> list[dict[str, Any]]:
            return [data for data in self.events("proposal.issued") if data["vacancy_id"] == vacancy_id]

        await self.until(lambda: bool(found()))
        return found()[-1]

    async def refused(self, place: Place) -> Record:
        """The record on `<topic>.rejected` that speaks of a place."""
        await self.until(lambda: bool(self._refusals(place)))
        [record] = self._refusals(place)
        return record

    def _refusals(self, place: Place) -> list[Record]:
        return [
            record
            for record in self.records
            if record.topic == f"{place[0]}.rejected" and _place_in(why(record)) == place
        ]

    async def is_level(self) -> None:
        """Wait until everything said was handled."""
        await self.until(lambda: self.service.consumption.state().total_lag_records == 0)


def why(record: Record) -> dict[str, str]:
    """What the headers of a rejected message say, by name without prefix."""
    return {name.removeprefix("aiguillage-error-"): (value or b"").decode() for name, value in record.headers}


def _place_in(said: dict[str, str]) -> Place:
    return said["topic"], int(said["partition"]), int(said["offset"])


class Says:
    """Builds the events of the parties; name only what the test is about."""

    SIREN, SCOPE, NOON = SIREN, SCOPE, NOON

    def __init__(self) -> None:
        self._number = count(1)

    def event(
        self,
        kind: str,
        data: dict[str, Any],
        source: str = f"/bailleurs/{SIREN}",
        time: str = "2026-03-02T09:00:00Z",
        **envelope: Any,
    ) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"{kind}-{next(self._number)}",
            "source": source,
            "type": f"fr.aiguillage.{kind}.v1",
            "time": time,
            "datacontenttype": "application/json",
            "data": data,
            **envelope,
        }

    def vacancy(self, vacancy_id: str, dwelling: Any = None, **changes: Any) -> dict[str, Any]:
        envelope = {name: changes.pop(name) for name in ("id", "source", "time") if name in changes}
        return self.event(
            "vacancy.declared",
            {
                "vacancy_id": vacancy_id,
                "bailleur": SIREN,
                "available_on": "2026-04-01",
                "cause": "conge",
                "purpose": "relocation",
                "dwelling": {
                    "dwelling_id": f"D-{vacancy_id}",
                    "commune": "48095",
                    "typologie": "T3",
                    "financement": "PLUS",
                    "qpv": False,
                    **(dwelling or {}),
                },
                **changes,
            },
            **envelope,
        )

    def convention(self, reservataire: str, share: str = "50", **changes: Any) -> dict[str, Any]:
        kinds = {"AL-48": "action_logement", "CD-48": "departement"}
        kind = changes.pop("kind", kinds.get(reservataire, "autre"))
        envelope = {name: changes.pop(name) for name in ("id", "time") if name in changes}
        return self.event(
            "convention.signed",
            {
                "convention_id": f"{SIREN}-{DEPARTEMENT}-{reservataire}",
                "bailleur": SIREN,
                "departement": DEPARTEMENT,
                "reservataire": {"id": reservataire, "kind": kind, "name": f"Réservataire {reservataire}"},
                "year": 2026,
                "share_percent": share,
                "territory": {"scale": "departement"},
                "decompte": {"method": "proposition", "year_of": "event"},
                "effective": {"from": "2026-01-01", "until": "2026-12-31"},
                **changes,
            },
            **{"time": "2026-01-02T09:00:00Z", **envelope},
        )

    def refusal(self, proposal: dict[str, Any], by: str | None = None, **changes: Any) -> dict[str, Any]:
        party = by or proposal["reservataire"]
        envelope = {name: changes.pop(name) for name in ("id", "time") if name in changes}
        return self.event(
            "proposal.refused",
            {
                "proposal_id": proposal["proposal_id"],
                "vacancy_id": proposal["vacancy_id"],
                "bailleur": SIREN,
                "departement": DEPARTEMENT,
                "reservataire": party,
                "by": "reservataire",
                "reason": "absence_de_candidat",
                **changes,
            },
            source=f"/reservataires/{party}",
            **envelope,
        )


@pytest.fixture(scope="session")
def says() -> Says:
    return Says()


@contextmanager
def prepared_broker() -> Iterator[EmbeddedBroker]:
    """A broker that has every topic of the tests: one made later would cost each consumer a rejoin."""
    with EmbeddedBroker() as running:
        own = [f"{family}.{party}" for family in FAMILIES for party in PARTIES]
        running.cluster.create_topics(dict.fromkeys([*FAMILIES, *own], PARTITIONS))
        running.cluster.create_topics(
            dict.fromkeys(("orientations", "proposals.AL-48", "proposals.CD-48"), 1)
        )
        yield running


OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture(scope="session")
def house_on(tmp_path_factory: pytest.TempPathFactory) -> OpenHouse:
    """Start the service on a broker; the same `data`, or `database`, is the same journal."""

    @asynccontextmanager
    async def opened(
        broker: EmbeddedBroker,
        data: Path | None = None,
        clock: Literal["wall", "event"] = "wall",
        trust: Literal["topics", "open"] = "topics",
        max_records: int = 500,
        database: str | None = None,
    ) -> AsyncIterator[House]:
        tuning = broker.tuning.model_copy(
            update={
                "session_timeout_ms": 600,
                "idle_seconds": 0.05,
                "publish_timeout_seconds": 2.0,
                "max_records": max_records,
            }
        )
        settings = Settings(
            kafka=broker.bootstrap,
            data=data or tmp_path_factory.mktemp("data"),
            rules=RULES,
            database=database,
            clock=clock,
            trust=trust,
            bus=tuning,
        )
        producer = AIOKafkaProducer(
            bootstrap_servers=broker.bootstrap, max_request_size=LARGEST_SENT_BYTES, linger_ms=0
        )
        watch = FixedClock(NOON)
        await producer.start()
        try:
            async with (
                orientation_service(settings, broker.bootstrap, CollectorRegistry(), watch) as service,
                Tail(
                    broker.bootstrap, r"orientations|concertations|proposals\..+|.+\.rejected", tuning
                ) as tail,
            ):
                yield House(service, producer, tail, watch, settings)
        finally:
            await producer.stop()

    return opened


@pytest.fixture(scope="session")
def a_broker() -> Callable[[], AbstractContextManager[EmbeddedBroker]]:
    return prepared_broker


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with prepared_broker() as running:
        yield running


@pytest.fixture
def open_house(broker: EmbeddedBroker, house_on: OpenHouse) -> OpenHouse:
    """Start the service on the test's own broker."""
    return partial(house_on, broker)


@pytest.fixture(scope="session")
def encoded() -> Callable[[Any], bytes]:
    """An event as a sender would write it."""
    return orjson.dumps


@pytest.fixture(scope="session")
def reasons() -> Callable[[Record], dict[str, str]]:
    return why


@pytest.fixture(scope="session")
def journal_rows() -> Callable[[House], Any]:
    """Every row of the service's journal, scope by scope."""

    async def rows(house: House) -> list[Any]:
        journal = house.service.journal
        found: Iterable[Any] = [row for scope in await journal.scopes() for row in await journal.rows(scope)]
        return list(found)

    return rows
