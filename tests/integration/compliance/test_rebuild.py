"""Projections are rebuilt from the journal or from the stream, to the same bytes."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from aiguillage.cli import app
from chassis.bus import Message, Publisher, Record, Tuning
from chassis.bus.embedded import EmbeddedBroker
from chassis.journal import Append
from compliance.domain.snapshot import freeze, thaw
from compliance.items import read_alerts, read_items
from compliance.rebuilding import rebuild_from_journal, rebuild_from_stream

Running = Callable[..., Any]


async def rows_of(journal: Any) -> dict[str, list[bytes]]:
    return {scope: [row.data for row in await journal.rows(scope)] for scope in await journal.scopes()}


async def digests(compliance: Any) -> dict[str, str]:
    return {p.scope: sha256(freeze(p)).hexdigest() for p in compliance.projections.held()}


async def test_the_journal_and_the_stream_rebuild_the_same_bytes(
    stream: list[Record], running: Running, outlet: Any, url: str, tmp_path: Path
) -> None:
    async with running(url) as (compliance, journal):
        await compliance.handle(stream)
        live, rows = await digests(compliance), await rows_of(journal)
        again = await rebuild_from_journal(journal)
    assert {each.scope: each.digest for each in again} == live
    assert all(each.stood for each in again)
    async with running(f"sqlite+aiosqlite:///{tmp_path / 'anew.sqlite'}") as (_, journal):
        told = [Record(m.topic, 0, 0, m.key, m.value, [], 0) for m in outlet.said if m.topic == "alerts"]
        anew = await rebuild_from_stream(journal, read_items(stream), read_alerts(told))
        assert {each.scope: each.digest for each in anew} == live
        assert sum(each.added for each in anew) == len(stream)
        assert await rows_of(journal) == rows


async def test_a_service_goes_on_from_what_was_rebuilt(
    stream: list[Record], running: Running, url: str, tmp_path: Path
) -> None:
    half = len(stream) // 2
    anew = f"sqlite+aiosqlite:///{tmp_path / 'anew.sqlite'}"
    async with running(anew) as (_, journal):
        await rebuild_from_stream(journal, read_items(stream[:half]))
    async with running(anew) as (compliance, _):
        await compliance.handle(stream)
        found = await digests(compliance)
    async with running(url) as (compliance, _):
        await compliance.handle(stream)
        assert await digests(compliance) == found


async def test_a_snapshot_that_was_wrong_is_told_and_replaced(
    stream: list[Record], running: Running, url: str
) -> None:
    async with running(url) as (compliance, journal):
        await compliance.handle(stream)
        await rebuild_from_journal(journal)
        scope = (await journal.scopes())[0]
        stored = await journal.load(scope)
        wrong = thaw(stored.snapshot.state)
        assert wrong is not None
        wrong.worst["BAILLEUR"] = 7
        await journal.append([Append(scope, stored.head_version, (), snapshot=freeze(wrong))])
        checked = await rebuild_from_journal(journal, is_written=False)
        assert [each.scope for each in checked if not each.stood] == [scope]
        rebuilt = await rebuild_from_journal(journal)
        assert [each.scope for each in rebuilt if not each.stood] == [scope]
        assert all(each.stood for each in await rebuild_from_journal(journal))


async def test_nothing_is_taken_in_past_a_hole_of_the_stream(
    stream: list[Record], running: Running, url: str
) -> None:
    items = read_items(stream)
    scope = items[0].scope
    torn = [item for item in items if (item.scope, item.sequence) != (scope, 5)]
    async with running(url) as (_, journal):
        found = {each.scope: each for each in await rebuild_from_stream(journal, torn)}
        assert (found[scope].sequence, found[scope].missing) == (4, 5)
        assert all(each.missing is None for name, each in found.items() if name != scope)
        healed = {each.scope: each for each in await rebuild_from_stream(journal, items)}
        assert healed[scope].missing is None
        assert healed[scope].sequence == max(item.sequence for item in items if item.scope == scope)


async def test_what_comes_twice_in_the_stream_is_taken_once(
    stream: list[Record], running: Running, url: str
) -> None:
    items = read_items(stream)
    async with running(url) as (_, journal):
        await rebuild_from_stream(journal, [*items, *reversed(items)])
        again = await rebuild_from_stream(journal, [replace(item) for item in items])
        assert sum(each.added for each in again) == 0


@pytest.fixture
def built(stream: list[Record], running: Running, url: str) -> Any:
    """A journal with the stream in it, ready for a command."""

    async def build() -> dict[str, str]:
        async with running(url) as (compliance, _):
            await compliance.handle(stream)
            return await digests(compliance)

    return asyncio.run(build())


def test_the_command_counts_again_and_gives_the_digests(built: dict[str, str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["compliance", "rebuild", "--data", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    assert {row["scope"]: row["sha256"] for row in orjson.loads(done.output)} == built
    told = CliRunner().invoke(app, ["compliance", "rebuild", "--data", str(tmp_path), "--check"])
    assert told.exit_code == 0
    assert "inchangés" in told.output


def test_the_command_needs_a_journal(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["compliance", "rebuild", "--data", str(tmp_path / "none")])
    assert isinstance(done.exception, FileNotFoundError)


@pytest.mark.embedded
def test_the_command_rebuilds_a_lost_database_from_the_topic(
    built: dict[str, str], stream: list[Record], tmp_path: Path
) -> None:
    with EmbeddedBroker() as broker:
        broker.cluster.create_topics({"orientations": 2})
        asyncio.run(_say(broker.bootstrap, stream))
        command = ["compliance", "rebuild", "--from", "topic", "--kafka", broker.bootstrap, "--json"]
        done = CliRunner().invoke(app, [*command, "--data", str(tmp_path / "lost")])
        assert done.exit_code == 0, done.output
        assert {row["scope"]: row["sha256"] for row in orjson.loads(done.output)} == built
        again = CliRunner().invoke(app, [*command, "--data", str(tmp_path / "lost")])
        assert [row["added"] for row in orjson.loads(again.output)] == [0] * len(built)


async def _say(bootstrap: str, stream: list[Record]) -> None:
    publisher = Publisher(bootstrap, Tuning.embedded())
    await publisher.start()
    try:
        messages = [Message(record.topic, record.key, record.value or b"") for record in stream]
        assert not any(await publisher.publish(messages))
    finally:
        await publisher.stop()


def test_a_check_compares_with_the_journal_only(tmp_path: Path) -> None:
    command = ["compliance", "rebuild", "--from", "topic", "--check", "--data", str(tmp_path)]
    told = CliRunner().invoke(app, command).exception
    assert isinstance(told, ValueError)
    assert "--check compare avec le journal" in str(told)
