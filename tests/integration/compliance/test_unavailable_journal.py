"""Compliance and a database that does not answer: the batch comes again, and counts once, on every engine."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.bus import Record, Unavailable
from chassis.journal import sqlite as sqlite_engine
from chassis.journal import verify
from chassis.journal.migrating import upgrade
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze
from compliance.items import read_items
from tests.postgres import PostgresCluster, a_cluster

DATABASE = "compliance"
HALF = 150

Running = Callable[..., Any]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresCluster]:
    """A server of this module's own."""
    with a_cluster() as cluster:
        yield cluster


@contextmanager
def a_locked_file(file: Path) -> Iterator[None]:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.execute("ROLLBACK")
    holder.close()


@contextmanager
def a_full_disk(file: Path) -> Iterator[None]:
    room = Path(f"{file}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def a_stopped_server(server: PostgresCluster) -> Iterator[None]:
    server.stop("immediate")
    yield
    server.start()


async def _comes_through(
    running: Running, url: str, stream: list[Record], trouble: AbstractContextManager[None]
) -> None:
    projections: dict[str, Projection] = {}
    for item in read_items(stream):
        apply(projections.setdefault(item.scope, Projection(item.scope)), item.kind, item.data)
    async with running(url) as (compliance, journal):
        await compliance.handle(stream[:HALF])
        with trouble:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await compliance.handle(stream[HALF:])
            assert not journal.is_answering
        await _accepted(compliance, stream[HALF:])
        assert journal.is_answering
        assert {p.scope: freeze(p) for p in compliance.projections.held()} == {
            scope: freeze(projection) for scope, projection in projections.items()
        }
        assert (await verify(journal)).rows == len(stream) + await _alerts(compliance)


async def _alerts(compliance: Any) -> int:
    """How many alerts were told of all scopes: they are rows beside the items."""
    scopes = [projection.scope for projection in compliance.projections.held()]
    return sum([(await compliance.watching.standing(scope)).standing.sequence for scope in scopes])


async def _accepted(compliance: Any, records: list[Record]) -> None:
    """The batch comes again until the connections that died are all made anew."""
    for _ in range(20):
        try:
            await compliance.handle(records)
        except Unavailable:
            continue
        return
    raise AssertionError("compliance did not recover by itself")


@pytest.mark.parametrize("trouble", [a_locked_file, a_full_disk])
async def test_a_file_that_cannot_be_written_for_a_while(
    stream: list[Record],
    running: Running,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Callable[[Path], AbstractContextManager[None]],
) -> None:
    monkeypatch.setattr(sqlite_engine, "PRAGMAS", ("busy_timeout=20", *sqlite_engine.PRAGMAS[1:]))
    file = tmp_path / "compliance.sqlite"
    await _comes_through(running, f"sqlite:///{file}", stream, trouble(file))


async def test_a_server_that_goes_away_for_a_while(
    stream: list[Record], running: Running, server: PostgresCluster
) -> None:
    server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await upgrade(server.create(DATABASE))
    await _comes_through(running, server.url(DATABASE), stream, a_stopped_server(server))
