"""A database that does not answer: consuming pauses, nothing is acknowledged, health tells it, it ends by itself."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
import resource
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.bus import GroupProgress
from chassis.journal import postgresql as postgresql_engine
from chassis.journal import sqlite as sqlite_engine
from chassis.journal import verify
from chassis.journal.migrating import upgrade
from orientation.app import GROUP
from tests.postgres import PostgresCluster, a_cluster

DATABASE = "orientation"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event_type = 'Lock'"
HELD = "LOCK TABLE scopes IN EXCLUSIVE MODE; SELECT pg_sleep(3600)"
HOLDING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
LET_GO = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
RETRIES = 3
"""Times the batch in hand is tried again before the trouble ends."""

Trouble = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresCluster]:
    """A server of this module's own."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture
async def database(server: PostgresCluster) -> str:
    """An empty journal on it."""
    server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await upgrade(server.create(DATABASE))
    return server.url(DATABASE)


class Watch:
    """What the service acknowledges and tells of itself while its database is in trouble."""

    def __init__(self, house: Any, progress: GroupProgress, topic: str) -> None:
        self._house, self._progress, self._topic = house, progress, topic

    async def committed(self) -> int:
        return sum((await self._progress.committed(await self._progress.places(self._topic))).values())

    def health(self) -> dict[str, str]:
        return {name: check().status for name, check in self._house.service.checks.items()}

    async def until_it_says_so(self) -> None:
        """Wait until the batch in hand was given up several times, and health tells it."""
        with capture_logs() as said:
            await self._house.until(lambda: [one["event"] for one in said].count("batch_delayed") >= RETRIES)
        await self._house.until(lambda: self._house.service.consumption.state().is_retrying)
        assert (self.health()["consumer"], self.health()["journal"]) == ("not_ready", "not_ready")

    async def until_well(self) -> None:
        await self._house.until(lambda: set(self.health().values()) == {"ready"})


@asynccontextmanager
async def watched(house: Any, topic: str) -> AsyncIterator[Watch]:
    async with GroupProgress(house.bootstrap, GROUP, house.tuning) as progress:
        yield Watch(house, progress, topic)


async def comes_through(
    house: Any, says: Any, encoded: Callable[[Any], bytes], trouble: Trouble, many: int
) -> None:
    """Say many vacancies around a trouble: all are decided once, in order, and nothing before it was acknowledged."""
    topic = f"vacancies.{says.SIREN}"
    await house.say(f"conventions.{says.SIREN}", encoded(says.convention("AL-48", "100")))
    await house.say(topic, encoded(says.vacancy("V-0")))
    await house.decided("V-0")
    async with watched(house, topic) as watch:
        await house.until(lambda: house.service.consumption.state().last_commit_age_seconds is not None)
        async with asyncio.timeout(10):
            while await watch.committed() < 1:
                await house.is_level()
        async with trouble():
            await asyncio.gather(
                *(house.say(topic, encoded(says.vacancy(f"V-{number}"))) for number in range(1, many + 1))
            )
            await watch.until_it_says_so()
            assert await watch.committed() < 1 + many
            assert house.service.consumption.state().is_joined
        await house.until(lambda: len(house.events("orientation.decided")) >= 1 + many)
        await watch.until_well()
        async with asyncio.timeout(10):
            while await watch.committed() < 1 + many:
                await house.is_level()
    made = {data["decision_id"]: data["vacancy_id"] for data in house.events("orientation.decided")}
    assert Counter(made.values()) == Counter(f"V-{number}" for number in range(1 + many))
    assert not await house.service.journal.rejects(1)
    assert not await house.service.journal.unpublished()
    assert (await verify(house.service.journal)).is_sound


async def test_a_locked_file_pauses_consuming_until_it_is_free(
    open_house: Any,
    says: Any,
    encoded: Callable[[Any], bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_engine, "PRAGMAS", ("busy_timeout=20", *sqlite_engine.PRAGMAS[1:]))

    @asynccontextmanager
    async def locked() -> AsyncIterator[None]:
        holder = sqlite3.connect(tmp_path / "orientation.sqlite", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")
        holder.close()

    async with open_house(tmp_path) as house:
        await comes_through(house, says, encoded, locked, many=3)


async def test_a_full_disk_pauses_consuming_until_there_is_room(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    @asynccontextmanager
    async def full() -> AsyncIterator[None]:
        room = (tmp_path / "orientation.sqlite-wal").stat().st_size
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    async with open_house(tmp_path) as house:
        await comes_through(house, says, encoded, full, many=3)


async def test_a_server_restarted_in_the_middle_of_a_batch_loses_and_doubles_nothing(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], server: PostgresCluster, database: str
) -> None:
    @asynccontextmanager
    async def restarted() -> AsyncIterator[None]:
        holding = await _hold(server)
        stopping = asyncio.create_task(_stop_once_waited_for(server))
        yield
        await stopping
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await asyncio.to_thread(server.start)

    async with open_house(database=database) as house:
        await comes_through(house, says, encoded, restarted, many=3)


async def _hold(server: PostgresCluster) -> "asyncio.Task[str]":
    """Keep the table of heads from whoever writes, as a batch in the middle of its transaction would."""
    holding = asyncio.create_task(asyncio.to_thread(server.sql, HELD, DATABASE))
    while await asyncio.to_thread(server.sql, HOLDING) != "1":
        assert not holding.done()
    return holding


async def _stop_once_waited_for(server: PostgresCluster) -> None:
    while await asyncio.to_thread(server.sql, WAITING) != "1":
        pass
    await asyncio.to_thread(server.stop, "immediate")


@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout"])
async def test_a_statement_that_takes_too_long_is_tried_again(
    open_house: Any,
    says: Any,
    encoded: Callable[[Any], bytes],
    server: PostgresCluster,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
) -> None:
    monkeypatch.setitem(postgresql_engine.SETTINGS, limit, "100")

    @asynccontextmanager
    async def slow() -> AsyncIterator[None]:
        holding = await _hold(server)
        yield
        await asyncio.to_thread(server.sql, LET_GO)
        await asyncio.gather(holding, return_exceptions=True)

    async with open_house(database=database) as house:
        await comes_through(house, says, encoded, slow, many=3)


async def test_a_server_whose_disk_is_full_is_waited_for(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], server: PostgresCluster, database: str
) -> None:
    @asynccontextmanager
    async def full() -> AsyncIterator[None]:
        server.limit_files(2 << 20)
        yield
        server.limit_files(None)

    async with open_house(database=database) as house:
        await comes_through(house, says, encoded, full, many=1_500)
