"""A server that fails is `JournalUnavailable`: nothing is acknowledged, nothing half there, all well afterwards."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import FixedClock
from chassis.journal import (
    Append,
    Entry,
    JournalCorrupt,
    JournalUnavailable,
    PublishedMark,
    SqlJournal,
    lookup,
    verify,
)
from chassis.journal import postgresql as postgresql_engine
from chassis.journal.migrating import upgrade
from tests.postgres import PostgresCluster, a_cluster

DATABASE = "faulty"
DISCONNECT = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"  # noqa: S608 - ours
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event_type = 'Lock'"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresCluster]:
    """A server of this module's own, which nobody else minds losing."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture
async def written(
    server: PostgresCluster, clock: FixedClock, a: SimpleNamespace
) -> AsyncIterator[SqlJournal]:
    """A journal with one transition of three rows."""
    server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await upgrade(server.create(DATABASE))
    journal = SqlJournal(server.url(DATABASE), clock)
    await journal.open()
    await journal.append([a.append("one")])
    yield journal
    await journal.close()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_stopped_between_transactions_is_found_again(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace, mode: str
) -> None:
    server.stop(mode)
    for _ in range(2):
        with pytest.raises(JournalUnavailable) as raised:
            await written.append([a.append("two", base=3)])
        assert raised.value.__cause__ is not None
    with pytest.raises(JournalUnavailable):
        await written.heads()
    server.start()
    await _accepted(written, a.append("two", base=3))
    assert (await verify(written)).rows == 6


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_server_stopped_during_a_transaction_loses_it_whole(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace, mode: str
) -> None:
    held, never = asyncio.Event(), asyncio.Event()
    holding = asyncio.ensure_future(_hold(written, held, never))
    await held.wait()
    writing = asyncio.ensure_future(written.append([a.append("two", base=3)]))
    while await asyncio.to_thread(server.sql, WAITING) != "1":
        assert not writing.done()
    await asyncio.to_thread(server.stop, mode)
    with pytest.raises(JournalUnavailable):
        await writing
    never.set()
    with pytest.raises(JournalUnavailable):
        await holding
    await asyncio.to_thread(server.start)
    await _accepted(written, a.append("two", base=3))
    report = await verify(written)
    assert (report.is_sound, report.rows) == (True, 6)


async def test_a_connection_ended_by_an_administrator_is_made_again(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace
) -> None:
    server.sql(DISCONNECT)
    with pytest.raises(JournalUnavailable):
        await written.append([a.append("two", base=3)])
    await written.append([a.append("two", base=3)])
    assert (await verify(written)).rows == 6


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
async def test_an_append_held_up_too_long_gives_up_and_works_once_free(
    server: PostgresCluster,
    written: SqlJournal,
    clock: FixedClock,
    a: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
) -> None:
    monkeypatch.setitem(postgresql_engine.SETTINGS, limit, "100")
    hasty = SqlJournal(server.url(DATABASE), clock)
    held, free = asyncio.Event(), asyncio.Event()
    holding = asyncio.ensure_future(_hold(written, held, free))
    await held.wait()
    with pytest.raises(JournalUnavailable, match="timeout"):
        await hasty.append([a.append("two", base=3)])
    assert len(await hasty.rows(a.SCOPE)) == 3
    free.set()
    await holding
    await hasty.append([a.append("two", base=3)])
    assert (await verify(written)).rows == 6
    await hasty.close()


async def test_a_server_that_has_gone_silent_is_not_waited_for(
    server: PostgresCluster,
    written: SqlJournal,
    clock: FixedClock,
    a: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql_engine, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(postgresql_engine, "CONNECT_TIMEOUT_SECONDS", 0.5)
    impatient = SqlJournal(server.url(DATABASE), clock)
    await impatient.append([a.append("two", base=3)])
    pids = [
        int(pid) for pid in server.sql("SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL").split()
    ]
    stopped = [pid for pid in pids if _signalled(pid, signal.SIGSTOP)]
    try:
        with pytest.raises(JournalUnavailable):
            await impatient.append([a.append("three", base=6)])
    finally:
        for pid in stopped:
            _signalled(pid, signal.SIGCONT)
    await _accepted(impatient, a.append("three", base=6))
    assert (await verify(written)).rows == 9
    await impatient.close()


def _signalled(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


async def test_a_full_disk_is_unavailable_and_nothing_is_half_written(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace
) -> None:
    noise = [Entry("fact", os.urandom(500_000)) for _ in range(8)]
    big = Append(a.SCOPE, 3, [a.transition("two", entries=noise)])
    server.limit_files(2 << 20)
    try:
        for _ in range(2):
            with pytest.raises(JournalUnavailable, match=r"File too large|No space"):
                await written.append([big])
        assert len(await written.rows(a.SCOPE)) == 3
        assert await written.append([a.append("three", scope="small:75")])
    finally:
        server.limit_files(None)
    await written.append([big])
    report = await verify(written)
    assert (report.is_sound, report.rows) == (True, 14)


async def test_a_connection_that_only_reads_is_given_up(written: SqlJournal, a: SimpleNamespace) -> None:
    await written._database.write(_demoted)
    with pytest.raises(JournalUnavailable, match="read-only"):
        await written.append([a.append("two", base=3)])
    await written.append([a.append("two", base=3)])
    assert (await verify(written)).rows == 6


async def _demoted(connection: AsyncConnection) -> None:
    await connection.execute(text("SET default_transaction_read_only = on"))


async def test_of_several_hosts_the_one_that_answers_is_written(
    server: PostgresCluster, written: SqlJournal, clock: FixedClock, a: SimpleNamespace
) -> None:
    here = server.url(DATABASE).partition("?host=")[2]
    url = server.url(DATABASE).replace("?host=", f"?host={here}/nobody:5432&host=") + ":5432"
    elsewhere = SqlJournal(url, clock)
    await elsewhere.append([a.append("two", base=3)])
    await elsewhere.close()
    assert (await verify(written)).rows == 6


async def test_a_server_that_became_a_standby_is_left_for_the_primary(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace
) -> None:
    server.sql(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = on")
    server.sql(DISCONNECT)
    for _ in range(2):
        with pytest.raises(JournalUnavailable):
            await written.append([a.append("two", base=3)])
    server.sql(f"ALTER DATABASE {DATABASE} SET default_transaction_read_only = off")
    await _accepted(written, a.append("two", base=3))
    assert (await verify(written)).rows == 6


async def test_writers_that_wait_for_each_other_are_parted_and_one_tries_again(
    written: SqlJournal, a: SimpleNamespace
) -> None:
    await written.append([a.append("x", scope="x:75"), a.append("y", scope="y:75")])
    met = asyncio.Barrier(2)
    ended = await asyncio.gather(
        *(written._database.write(_lock_both, met, order) for order in (("x:75", "y:75"), ("y:75", "x:75"))),
        return_exceptions=True,
    )
    assert sorted(type(end).__name__ for end in ended) == ["JournalUnavailable", "NoneType"]
    assert "deadlock" in str(next(end for end in ended if end))


async def test_marks_wait_for_a_writer_of_the_same_scopes_and_not_it_for_them(
    server: PostgresCluster, written: SqlJournal, a: SimpleNamespace
) -> None:
    await written.append([a.append("x", scope="x:75"), a.append("y", scope="y:75")])
    held, free = asyncio.Event(), asyncio.Event()
    writing = asyncio.ensure_future(written._database.write(_lock_in_order, held, free))
    await held.wait()
    marking = asyncio.ensure_future(
        written.mark_published([PublishedMark("y:75", 3), PublishedMark("x:75", 3)])
    )
    while await asyncio.to_thread(server.sql, WAITING) != "1":
        assert not marking.done()
    free.set()
    await asyncio.gather(writing, marking)
    assert await written.unpublished() == [a.SCOPE]


async def _lock_in_order(connection: AsyncConnection, held: asyncio.Event, free: asyncio.Event) -> None:
    await lookup.standings(connection, ["x:75"], lock=True)
    held.set()
    await free.wait()
    await lookup.standings(connection, ["y:75"], lock=True)


async def _lock_both(connection: AsyncConnection, met: asyncio.Barrier, order: tuple[str, str]) -> None:
    locked = text("SELECT 1 FROM scopes WHERE scope = :scope FOR UPDATE")
    await connection.execute(locked, {"scope": order[0]})
    await met.wait()
    await connection.execute(locked, {"scope": order[1]})


async def _hold(journal: SqlJournal, held: asyncio.Event, free: asyncio.Event) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(text("LOCK TABLE scopes IN EXCLUSIVE MODE"))
        held.set()
        await free.wait()

    await journal._database.write(work)


async def _accepted(journal: SqlJournal, append: Append) -> None:
    """Try again at once until the server is back, as often as connections of the pool may be dead."""
    for _ in range(20):
        try:
            await journal.append([append])
        except JournalUnavailable:
            continue
        return
    raise AssertionError("the journal did not recover by itself")


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("40001", JournalUnavailable),
        ("40P01", JournalUnavailable),
        ("53100", JournalUnavailable),
        ("57014", JournalUnavailable),
        ("58030", JournalUnavailable),
        ("XX000", JournalUnavailable),
        ("XX001", JournalCorrupt),
        ("XX002", JournalCorrupt),
        ("42703", DBAPIError),
        ("22021", DBAPIError),
    ],
)
async def test_what_the_server_says_is_told_apart_by_its_sqlstate(
    written: SqlJournal, state: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match="on purpose"):
        await written._database.write(_raise, state)
    assert len(await written.heads()) == 1


async def _raise(connection: AsyncConnection, state: str) -> None:
    await connection.exec_driver_sql(
        f"DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = '{state}'; END $$"
    )
