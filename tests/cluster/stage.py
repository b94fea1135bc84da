"""Both services as many processes on a real Kafka and a real PostgreSQL, and all they leave behind."""

import asyncio
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self

from aiguillage.conversation import HEARD
from chassis.bus import GroupProgress, Publisher, Record, Tail, Tuning, Unavailable
from chassis.bus.topics import Topics
from chassis.clock import WallClock
from chassis.journal import Journal, SqlJournal
from chassis.journal.migrating import upgrade
from compliance import app as compliance_app
from flux.scope import Scope
from orientation import app as orientation_app
from orientation.domain.routing import DEADLINE_FIRED
from orientation.domain.state import ScopeState
from orientation.scopes import replay
from tests.cluster.hurried import Hurried
from tests.cluster.replica import Replica
from tests.cluster.season import Season
from tests.faults.checker import History, Kept, Verdict, check, kept_by
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

RULES = Path(__file__).parents[2] / "rules"
GROUPS = {
    "orientation": (orientation_app.GROUP, orientation_app.INPUTS),
    "compliance": (compliance_app.GROUP, compliance_app.STREAM),
}
ALL_TOPICS = r"(?!__).+"
SESSION_MS = 3_000
QUICK = Tuning(
    session_timeout_ms=SESSION_MS,
    rebalance_timeout_ms=5_000,
    metadata_max_age_ms=500,
    request_timeout_ms=5_000,
    publish_timeout_seconds=10.0,
    revoke_wait_seconds=3.0,
    longest_retry_seconds=1.0,
)
"""Production's numbers, in a hurry to notice who is gone."""
PATIENT = QUICK.model_copy(update={"request_timeout_ms": 120_000})
"""For who reads everything at once, on a machine that is busy."""
LOOK_SECONDS = 0.1
READY_SECONDS, DRAIN_SECONDS, READ_SECONDS = 120.0, 300.0, 600.0
SOUND_TRIES, SOUND_SECONDS = 10, 3.0
"""How often, and after how long, the last words of `progress` are looked for: reading everything takes its own time."""
NUMBER = count(1)
YEAR = 2026


@dataclass(slots=True)
class Stage:
    """Where replicas run; whatever still runs is killed when it closes."""

    kafka: KafkaCluster
    postgres: PostgresCluster
    folder: Path
    settings: Mapping[str, str]
    database: str
    clock: Hurried | None = None
    """What replicas read the time from; the machine's clock, or the events' own, without one."""
    replicas: list[Replica] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        kafka: KafkaCluster,
        postgres: PostgresCluster,
        folder: Path,
        clock: Hurried | None = None,
        **more: str,
    ) -> AsyncIterator[Self]:
        """An empty cluster, two empty journals, nobody there yet; `more` are settings of the services."""
        database = f"stage_{os.getpid()}_{next(NUMBER)}_{{service}}"
        for service in GROUPS:
            await upgrade(postgres.create(database.replace("{service}", service)))
        await kafka.forget_everything()
        if clock is not None:
            more["CLOCK"] = "wall"
        settings = settings_of(kafka.bootstrap, folder, DATABASE=postgres.url(database), **more)
        stage = cls(kafka, postgres, folder, settings, database, clock)
        try:
            yield stage
        finally:
            for replica in stage.replicas:
                await replica.kill()

    async def start(self, service: str, number: int = 1) -> list[Replica]:
        """Start so many replicas of a service, at once."""
        names = [f"{service}-{len(self.replicas) + each}.log" for each in range(1, number + 1)]
        started = [await self._started(service, name) for name in names]
        self.replicas += started
        return started

    async def _started(self, service: str, name: str) -> Replica:
        return await Replica.start(service, self.settings, self.folder / name, self.clock)

    async def a_rogue(self, service: str) -> Replica:
        """A process of a service whose database was forgotten: an empty journal in a folder of its own."""
        folder = self.folder / f"rogue-{next(NUMBER)}"
        settings = {name: value for name, value in self.settings.items() if name != "AIGUILLAGE_DATABASE"}
        settings["AIGUILLAGE_DATA"] = str(folder)
        return await Replica.start(service, settings, folder.with_suffix(".log"), self.clock)

    async def has_begun(self, service: str) -> bool:
        """Whether its group has committed something of what its journal holds: then one journal alone is the right."""
        group, pattern = GROUPS[service]
        with suppress(Unavailable):
            async with GroupProgress(self.kafka.bootstrap, group, QUICK) as progress:
                committed = await progress.commits(await progress.places(pattern))
            async with self.journal(service) as journal:
                return any(each.offset for each in committed.values()) and bool(await journal.heads())
        return False

    def alive(self, service: str) -> list[Replica]:
        """The replicas of a service that run, frozen ones included."""
        return [each for each in self.replicas if each.service == service and each.is_alive]

    def fallen(self) -> list[Replica]:
        """Replicas that ended although nobody told them to."""
        return [each for each in self.replicas if not each.is_alive and not each.is_dismissed]

    async def joined(self, replicas: list[Replica]) -> None:
        """Wait until these are in their groups."""
        await self.until(lambda: all(each.has_logged("group_joined") for each in replicas), READY_SECONDS)

    @staticmethod
    async def until(condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition holds, `TimeoutError` when it does not in time."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(LOOK_SECONDS)

    async def lag(self, service: str) -> int:
        """How many records of its topics a service's replicas have not committed."""
        group, pattern = GROUPS[service]
        async with GroupProgress(self.kafka.bootstrap, group, QUICK) as progress:
            return (await progress.lag(pattern)).records

    async def drained(self, season: Season | None = None) -> None:
        """Wait until the parties have nothing left to say, nor the services to apply, to publish, to count."""
        async with asyncio.timeout(DRAIN_SECONDS):
            while await self._is_busy(season):  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(LOOK_SECONDS)

    async def _is_busy(self, season: Season | None) -> bool:
        try:
            return bool(
                await self.lag("orientation")
                or (season is not None and await season.answer())
                or await self._unpublished()
                or await self.lag("compliance")
            )
        except Unavailable:
            return True

    async def waits_over(self, at: datetime) -> int:
        """How many waits were over at an instant, and have not ended."""
        async with self.journal("orientation") as journal:
            states = [await _state(journal, scope) for scope in await journal.scopes()]
        return sum(sum(1 for _ in iter(lambda: state.pop_due(at), None)) for state in states)  # noqa: B023 - at once

    async def waits_ended(self) -> int:
        """How many waits have ended by an input of their own."""
        async with self.journal("orientation") as journal:
            scopes = [await journal.rows(scope) for scope in await journal.scopes()]
        return sum(row.type == DEADLINE_FIRED and not row.ordinal for rows in scopes for row in rows)

    async def _unpublished(self) -> bool:
        async with self.journal("orientation") as journal:
            return bool(await journal.unpublished() or await journal.unpublished_rejects(1))

    @asynccontextmanager
    async def journal(self, service: str) -> AsyncIterator[SqlJournal]:
        """A service's journal, to read in."""
        url = self.postgres.url(self.database.replace("{service}", service))
        journal = SqlJournal(url, WallClock())
        await journal.open()
        try:
            yield journal
        finally:
            await journal.close()

    async def proved(self, season: Season, settled_at: datetime | None = None) -> Verdict:
        """The checker's verdict on everything, once drained; the last words of `progress` are waited for.

        On the wall clock `settled_at` is an instant before which every wait has to have ended.
        """
        verdict = check(await self.history(season, settled_at))
        for _ in range(SOUND_TRIES):
            if verdict.is_sound:
                break
            await asyncio.sleep(SOUND_SECONDS)
            verdict = check(await self.history(season, settled_at))
        return verdict

    async def history(self, season: Season | None = None, settled_at: datetime | None = None) -> History:
        """What stands on the topics and in the journals; a busy server is asked again."""
        async with asyncio.timeout(READ_SECONDS):
            while True:
                with suppress(Unavailable):
                    return await self._history(season, settled_at)
                await asyncio.sleep(LOOK_SECONDS)

    async def _history(self, season: Season | None, settled_at: datetime | None) -> History:
        records: dict[str, list[Record]] = defaultdict(list)
        async with Tail(self.kafka.bootstrap, ALL_TOPICS, PATIENT) as tail:
            for record in await tail.read():
                records[record.topic].append(record)
        kept = {service: await self._kept(service) for service in GROUPS}
        fed = season.fed if season else []
        return History(fed, records, kept["orientation"], kept["compliance"], settled_at)

    async def _kept(self, service: str) -> Kept:
        async with self.journal(service) as journal:
            return await kept_by(journal)


async def _state(journal: Journal, scope: str) -> ScopeState:
    state = ScopeState(Scope.parse(scope))
    replay(state, await journal.rows(scope))
    return state


@asynccontextmanager
async def a_season(
    stage: Stage, departement: str, vacancies: int, seed: int, year: int = YEAR
) -> AsyncIterator[Season]:
    """A year's parties beside the stage, their topics made as an operator would."""
    publisher = Publisher(stage.kafka.bootstrap, QUICK)
    await publisher.start()
    try:
        async with Tail(stage.kafka.bootstrap, HEARD, QUICK) as tail:
            season = Season.of(publisher, tail, departement, vacancies, seed, year)
            season.clock = stage.clock
            assert not await Topics(stage.kafka.bootstrap, PATIENT).make({*season.topics(), "orientations"})
            yield season
    finally:
        await publisher.stop()


def settings_of(bootstrap: str, folder: Path, **more: str) -> dict[str, str]:
    """The settings of a service, and nothing of the machine's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    ours = {
        "KAFKA": bootstrap,
        "RULES": str(RULES),
        "DATA": str(folder),
        "PORT": "0",
        "CLOCK": "event",
        **{
            f"BUS__{name.upper()}": str(value)
            for name, value in QUICK.model_dump(exclude_defaults=True).items()
        },
        **more,
    }
    return kept | {f"AIGUILLAGE_{name}": value for name, value in ours.items()}
