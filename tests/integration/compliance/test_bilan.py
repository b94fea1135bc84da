"""The two documents, from the journal, the topic or a file: the same bytes; and what the commands say."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from aiguillage.cli import app
from aiguillage.stream_file import read_stream_file
from chassis.bus import Message, Publisher, Record, Tuning
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock, WallClock
from chassis.journal import Append, Appended, SqlJournal
from chassis.journal import export as export_lines
from chassis.rulebook import load
from compliance.bilan import as_csv, as_json, as_xlsx
from compliance.bilan.document import Asked, Document, bilan
from compliance.domain.snapshot import freeze, thaw
from compliance.gathering import MissingItemsError, gather_from_journal, gather_from_stream
from compliance.items import read_items
from compliance.rebuilding import rebuild_from_journal
from contracts.inputs import TOPIC_OF, read
from orientation.domain.routing import route
from orientation.rulebook import BookView
from orientation.scopes import Scopes

Running = Callable[..., Any]
ASKED = Asked(2026, ("48",), campaign=date(2027, 3, 31))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RULES = Path(__file__).parents[3] / "rules"
EXAMPLES = RULES.parent / "contracts" / "examples"


def written(document: Document) -> tuple[bytes, ...]:
    assert document.is_sound
    return tuple(write(document) for write in (as_json.write, as_csv.write, as_xlsx.write))


@pytest.fixture
def events(stream: list[Record], tmp_path: Path) -> Path:
    """The topic, dumped to a file."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join((record.value or b"") + b"\n" for record in stream))
    return path


@pytest.fixture
def built(stream: list[Record], running: Running, url: str) -> None:
    """A journal of compliance with the stream in it, a snapshot of each scope and rows after it."""

    async def build() -> None:
        async with running(url) as (compliance, journal):
            half = len(stream) // 2
            await compliance.handle(stream[:half])
            await rebuild_from_journal(journal)
            await compliance.handle(stream[half:])

    asyncio.run(build())


def command(*options: object, name: str = "bilan", year: int = 2026) -> Result:
    said = [name, "--year", year, "--departement", "48", *options]
    return CliRunner().invoke(app, [str(option) for option in said])


async def test_journal_topic_and_file_give_the_same_bytes(
    stream: list[Record], running: Running, url: str, events: Path, tmp_path: Path
) -> None:
    async with running(url) as (compliance, journal):
        half = len(stream) // 2
        await compliance.handle(stream[:half])
        await rebuild_from_journal(journal)
        await compliance.handle(stream[half:])
        found = written(bilan(await gather_from_journal(journal, ASKED.concerns), ASKED))
        exported = tmp_path / "journal.jsonl"
        exported.write_bytes(b"".join([line async for line in export_lines(journal)]))
    topic = gather_from_stream(read_items(stream), ASKED.concerns)
    assert written(bilan(topic, ASKED)) == found
    for path in (events, exported):
        file = gather_from_stream(read_stream_file(str(path)), ASKED.concerns)
        assert written(bilan(file, ASKED)) == found


def test_repeats_and_items_out_of_order_change_nothing(stream: list[Record]) -> None:
    items = read_items(stream)
    steady = bilan(gather_from_stream(items, ASKED.concerns), ASKED)
    shuffled = bilan(gather_from_stream([*items[7:], *items[:30], *items[::-1]], ASKED.concerns), ASKED)
    assert written(shuffled) == written(steady)


def test_a_stream_with_a_hole_makes_no_bilan(stream: list[Record]) -> None:
    items = read_items(stream)
    torn = [item for item in items if (item.scope, item.sequence) != (items[0].scope, 5)]
    with pytest.raises(MissingItemsError, match="il manque le fait n° 5"):
        gather_from_stream(torn, ASKED.concerns)


@pytest.mark.usefixtures("built")
def test_the_command_writes_a_bilan_and_prints_its_checks(tmp_path: Path) -> None:
    out = tmp_path / "bilan.xlsx"
    done = command("--data", tmp_path, "--out", out, "--campaign-date", "2027-03-31", "--rules", RULES)
    assert done.exit_code == 0, done.output
    assert "Proposés " in done.output
    assert "✗" not in done.output
    assert "tolérance de la campagne : 31/03/2027" in done.output
    assert "Actions correctives" in load_workbook(out).sheetnames


@pytest.mark.usefixtures("built")
def test_the_command_gives_the_same_file_from_the_journal_and_from_events(
    events: Path, tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    assert command("--data", tmp_path, "--out", ours).exit_code == 0
    assert command("--events", events, "--out", theirs).exit_code == 0
    assert ours.read_bytes() == theirs.read_bytes()


def test_one_bailleurs_bilan_holds_its_own_figures_only(events: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    command("--events", events, "--out", whole)
    rows = orjson.loads(whole.read_bytes())["tables"]["bailleurs"]["rows"]
    command("--events", events, "--out", part, "--bailleur", rows[0]["bailleur"])
    assert orjson.loads(part.read_bytes())["tables"]["bailleurs"]["rows"] == rows[:1]


def test_the_command_prints_its_checks_as_json(events: Path, tmp_path: Path) -> None:
    done = command("--events", events, "--out", tmp_path / "b.json", "--json")
    body = orjson.loads(done.output)
    assert body["is_sound"]
    assert {check["what"] for check in body["checks"]} > {"Proposés", "Attribués", "Loués"}


@pytest.mark.usefixtures("built")
def test_a_snapshot_that_was_falsified_makes_the_command_say_no(url: str, tmp_path: Path) -> None:
    asyncio.run(_falsify(url))
    out = tmp_path / "bilan.xlsx"
    done = command("--data", tmp_path, "--out", out)
    assert done.exit_code == 1
    assert "✗ (Synthèse)" in done.output
    assert "DES CHIFFRES NE CONCORDENT PAS" in str(load_workbook(out)["Lisez-moi"]["B8"].value)


async def _falsify(url: str) -> None:
    journal = SqlJournal(url, WallClock())
    await journal.open()
    await rebuild_from_journal(journal)
    scope = (await journal.scopes())[0]
    stored = await journal.load(scope)
    assert stored.snapshot is not None
    wrong = thaw(stored.snapshot.state)
    assert wrong is not None
    tally = next(tally for tally in wrong.year(2026).lines.values() if tally.counts.get("proposed"))
    tally.counts["proposed"] += 1
    await journal.append([Append(scope, stored.head_version, (), snapshot=freeze(wrong))])
    await journal.close()


def test_the_forecast_is_written_beside_last_years_exclusions(events: Path, tmp_path: Path) -> None:
    out = tmp_path / "previsionnel.json"
    done = command("--events", events, "--out", out, name="previsionnel", year=2027)
    assert done.exit_code == 0, done.output
    body = orjson.loads(out.read_bytes())
    assert (body["document"], body["legal_date"]) == ("previsionnel", "2027-02-28")
    assert sum(row["annee_precedente"] for row in body["tables"]["operations"]["rows"]) > 0


def test_without_a_journal_the_command_says_where_it_looked(tmp_path: Path) -> None:
    done = command("--data", tmp_path / "none", "--out", tmp_path / "b.csv")
    assert isinstance(done.exception, FileNotFoundError)
    assert "n'existe pas : donnez --data" in str(done.exception)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--departement", "99"], "Département inconnu ici : 99. Connus : 48."),
        (["--bailleur", "123456789"], "Le bailleur 123456789 n'a rien dans 48."),
        (["--on", "demain"], "--on demain : écrivez une date AAAA-MM-JJ."),
        (["--on", "2026-01-01"], "--on 2026-01-01 : des événements sont venus jusqu'au 2026-"),
        (["--format", "csv", "--campaign-date", "31/03/2027"], "écrivez une date AAAA-MM-JJ"),
    ],
)
def test_what_makes_no_sense_is_told(events: Path, tmp_path: Path, options: list[str], said: str) -> None:
    done = command("--events", events, "--out", tmp_path / "b.csv", *options)
    assert isinstance(done.exception, ValueError)
    assert said in str(done.exception)
    assert not (tmp_path / "b.csv").exists()


def test_a_file_whose_name_tells_no_form_needs_one(events: Path, tmp_path: Path) -> None:
    done = command("--events", events, "--out", tmp_path / "bilan.txt")
    assert "dites --format json|csv|xlsx" in str(done.exception)


def test_a_year_in_which_nothing_came_is_no_bilan(events: Path, tmp_path: Path) -> None:
    done = command("--events", events, "--out", tmp_path / "b.csv", year=2019)
    assert done.exit_code == 1
    assert "rien en 2019 pour 48" in done.output
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    "line",
    [
        b'{"hello": 1}',
        b'{"specversion": "1.0", "id": "1"}',
        orjson.dumps(orjson.loads((EXAMPLES / "progress.updated.json").read_bytes())),
    ],
)
def test_a_file_that_is_no_stream_is_told_by_its_line(events: Path, tmp_path: Path, line: bytes) -> None:
    events.write_bytes(events.read_bytes() + line + b"\n")
    done = command("--events", events, "--out", tmp_path / "b.csv")
    assert "ce n'est pas un fait du flux orientations" in str(done.exception)
    assert f"ligne {len(events.read_bytes().splitlines())}" in str(done.exception)


@pytest.mark.embedded
@pytest.mark.usefixtures("built")
def test_whoever_has_the_topic_has_the_same_bilan(stream: list[Record], tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx"
    assert command("--data", tmp_path, "--out", ours).exit_code == 0
    with EmbeddedBroker() as broker:
        broker.cluster.create_topics({"orientations": 2})
        asyncio.run(_say(broker.bootstrap, stream))
        done = command("--from", "topic", "--kafka", broker.bootstrap, "--out", theirs)
    assert done.exit_code == 0, done.output
    assert ours.read_bytes() == theirs.read_bytes()


async def _say(bootstrap: str, stream: list[Record]) -> None:
    publisher = Publisher(bootstrap, Tuning.embedded())
    await publisher.start()
    try:
        messages = [Message(record.topic, record.key, record.value or b"") for record in stream]
        assert not any(await publisher.publish(messages))
    finally:
        await publisher.stop()


async def test_an_exported_journal_of_orientation_is_read_without_its_inputs(tmp_path: Path) -> None:
    book = BookView(load(RULES))
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'orientation.sqlite'}", FixedClock(NOON))
    await journal.open()
    try:
        scopes, facts = Scopes(journal), []
        for name in ("convention.signed", "vacancy.declared"):
            line = (EXAMPLES / f"{name}.json").read_bytes()
            cause = read(line, (), TOPIC_OF[name], now=None, trust="open")
            await scopes.load(cause.scope)
            batch = scopes.open(cause.scope)
            caused = route(batch.state, cause, NOON, book)
            batch.add(cause, NOON, caused, book.rules.digest)
            [written] = await journal.append([batch.append({})])
            assert isinstance(written, Appended)
            scopes.wrote(batch, written.head_hash)
            facts += [(kind, data["sequence"]) for kind, data in caused]
        exported = tmp_path / "journal.jsonl"
        exported.write_bytes(b"".join([line async for line in export_lines(journal)]))
    finally:
        await journal.close()
    assert [(item.kind, item.sequence) for item in read_stream_file(str(exported))] == facts
    assert [kind for kind, _ in facts] == ["convention.recorded", "orientation.decided"]
