"""An older journal's inputs decided again into a new journal, and what is decided otherwise, with why."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from aiguillage.kept_rulebooks import KeptRulebooks
from chassis.clock import WallClock
from chassis.journal import SEMANTICS, SqlJournal, verify, walk
from chassis.rulebook import Rulebook
from contracts.canonical import decode, encode
from orientation.replaying import replay
from orientation.restatement import UNEXPLAINED, Restated, restate
from orientation.restatement.reasons import CONSEQUENCE, FIELDS
from orientation.rulebook import BookView
from tests.journals.stored import Service, on_sqlite

OpenStored = Callable[[str, Service], AbstractAsyncContextManager[SqlJournal]]
INPUTS = 273


@pytest.fixture
async def fresh(tmp_path: Path) -> Any:  # noqa: ANN401 - an open journal
    journal = SqlJournal(f"sqlite:///{tmp_path}/restated.sqlite", WallClock())
    await journal.open()
    yield journal
    await journal.close()


async def test_0_2_is_restated_and_differs_only_as_this_version_wants(
    open_stored: OpenStored, fresh: SqlJournal
) -> None:
    async with open_stored("0.2", "orientation") as old:
        report = await restate(old, fresh, KeptRulebooks(old, fresh).of)
        before = [(row.cause, row.ordinal) for scope in await old.scopes() async for row in walk(old, scope)]
    wanted = {reason.name for reason in FIELDS.values()}
    assert {reason.name for _, reason in report.differences} <= wanted, report.differences
    assert (report.scopes, report.inputs) == (4, INPUTS)
    after = [row for scope in await fresh.scopes() async for row in walk(fresh, scope)]
    assert {row.semantics for row in after} == {SEMANTICS}
    assert [(row.cause, row.ordinal) for row in after] == before


async def test_the_new_journal_is_proved_replays_and_is_all_to_be_published(
    open_stored: OpenStored, fresh: SqlJournal
) -> None:
    async with open_stored("0.2", "orientation") as old:
        books = KeptRulebooks(old, fresh)
        report = await restate(old, fresh, books.of)
        await books.in_force()
        assert await fresh.bundle_in_force() == await old.bundle_in_force()
    assert (await verify(fresh)).is_sound
    await fresh.examine()
    again = await replay(fresh, KeptRulebooks(fresh).of)
    assert (again.inputs, again.facts, again.differences) == (report.inputs, report.facts, [])
    assert await fresh.unpublished() == await fresh.scopes()


async def test_free_texts_come_along(open_stored: OpenStored, fresh: SqlJournal) -> None:
    async with open_stored("0.2", "orientation") as old:
        await restate(old, fresh, KeptRulebooks(old, fresh).of)
        named = [
            value
            for scope in await old.scopes()
            async for row in walk(old, scope)
            if row.ordinal == 0
            for name, value in orjson.loads(row.data)["data"].items()
            if name.endswith("_sha256")
        ]
        assert await fresh.texts(named) == await old.texts(named)
        assert len(await fresh.texts(named)) > 5


async def test_what_no_change_explains_is_told_and_what_follows_from_it_apart(
    open_stored: OpenStored, fresh: SqlJournal
) -> None:
    async with open_stored("0.2", "orientation") as old:
        report = await restate(old, fresh, _with_one_attempt(old, fresh))
    found = {reason for _, reason in report.differences}
    kinds = {difference.kind for difference, _ in report.differences}
    assert {UNEXPLAINED, CONSEQUENCE} <= found
    assert {"facts", "wait_gone", "wait_new"} <= kinds
    await _is_sound_and_replays(fresh, report)


async def _is_sound_and_replays(fresh: SqlJournal, report: Restated) -> None:
    assert (await verify(fresh)).is_sound
    again = await replay(fresh, KeptRulebooks(fresh).of)
    assert (again.inputs, again.facts, again.differences) == (report.inputs, report.facts, [])


def _with_one_attempt(old: SqlJournal, fresh: SqlJournal) -> Callable[[str], Awaitable[BookView]]:
    """The rulebooks of a journal, but a dwelling is proposed once."""

    async def of(digest: str) -> BookView:
        bundle: Any = decode(await old.bundle(digest) or b"")
        for rule in bundle["rules"].values():
            if "attempts" in rule.get("then", {}):
                rule["then"]["attempts"] = 1
        book = BookView(Rulebook.from_bundle(encode(bundle)))
        await fresh.store_bundle(book.rules.digest, book.loaded.bundle())
        return book

    return of


def _command(*arguments: str) -> Any:  # noqa: ANN401 - typer's result
    return CliRunner().invoke(app, arguments)


def test_the_command_migrates_proves_and_restates_a_folder(tmp_path: Path) -> None:
    on_sqlite("0.2", "orientation", tmp_path)
    new = tmp_path / "new"
    assert _command("migrate", "--data", str(tmp_path)).exit_code == 0
    told = _command("restate", "--data", str(tmp_path), "--to", str(new), "--json")
    assert told.exit_code == 0
    body = orjson.loads(told.output)
    assert (body["semantics"], body["scopes"], body["inputs"]) == (SEMANTICS, 4, INPUTS)
    assert [path.name for path in new.iterdir()] == ["orientation.sqlite"]
    assert _command("verify", "--data", str(new)).exit_code == 0
    assert _command("replay", "--data", str(new)).exit_code == 0
    again = _command("restate", "--data", str(tmp_path), "--to", str(new))
    assert "n'est pas vide : donnez par --to un dossier neuf" in str(again.exception)
    onto = _command("restate", "--data", str(tmp_path), "--to", f"sqlite:///{new}/orientation.sqlite")
    assert "Un journal est déjà écrit dans la base donnée par --to" in str(onto.exception)
    refused = _command("replay", "--data", str(tmp_path))
    assert "aiguillage journal restate" in str(refused.exception)
