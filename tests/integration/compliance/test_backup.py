"""Compliance's journal restored from a backup counts the stream again from its beginning to the same figures."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from chassis.bus import Record
from chassis.journal import verify
from chassis.journal.migrating import upgrade
from compliance.domain.snapshot import freeze
from tests.postgres import PostgresCluster, a_cluster

HALF = 150

Running = Callable[..., Any]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresCluster]:
    with a_cluster() as cluster:
        yield cluster


def held(compliance: Any) -> dict[str, bytes]:
    return {projection.scope: freeze(projection) for projection in compliance.projections.held()}


async def _goes_on(
    running: Running,
    url: str,
    stream: list[Record],
    back_up: Callable[[], None],
    restore: Callable[[], str],
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream[:HALF])
        await asyncio.to_thread(back_up)
        await compliance.handle(stream[HALF:])
        lost = held(compliance)
    async with running(await asyncio.to_thread(restore)) as (compliance, journal):
        assert held(compliance) != lost
        await compliance.handle(stream)
        assert held(compliance) == lost
        assert not compliance.holes
        assert (await verify(journal)).rows == len(stream) + await _alerts(compliance)


async def _alerts(compliance: Any) -> int:
    """How many alerts were told of all scopes: they are rows beside the items."""
    scopes = [projection.scope for projection in compliance.projections.held()]
    return sum([(await compliance.watching.standing(scope)).standing.sequence for scope in scopes])


async def test_a_file_restored_from_the_commands_copy(
    stream: list[Record], running: Running, tmp_path: Path
) -> None:
    copies = tmp_path / "copies"

    def back_up() -> None:
        done = CliRunner().invoke(app, ["backup", str(copies), "--data", str(tmp_path)])
        assert (done.exit_code, "compliance : " in done.output) == (0, True), done.output

    def restore() -> str:
        return f"sqlite:///{copies}/compliance.sqlite"

    await _goes_on(running, f"sqlite:///{tmp_path}/compliance.sqlite", stream, back_up, restore)


async def test_a_database_restored_from_pg_dump(
    stream: list[Record], running: Running, server: PostgresCluster
) -> None:
    await upgrade(server.create("counted"))

    def restore() -> str:
        server.restore(server.dump("earlier"), "counted")
        return server.url("counted")

    def back_up() -> None:
        server.restore(server.dump("counted"), "earlier")

    await _goes_on(running, server.url("counted"), stream, back_up, restore)
