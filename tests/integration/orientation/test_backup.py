"""A journal is backed up while it runs, lost, restored and brought up to the topics: nothing is decided anew."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from aiguillage.recovering import recover
from chassis.bus import GroupProgress, Message, Publisher, Record
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import WallClock
from chassis.journal import SqlJournal, verify
from chassis.journal.migrating import upgrade
from chassis.settings import Settings
from contracts.envelope import open_emitted
from orientation.app import GROUP, INPUTS
from tests.postgres import PostgresCluster, a_cluster

DATABASE = "kept"
RULES = Path(__file__).parents[3] / "rules"


class Files:
    """Orientation's journal as a SQLite file; the copy is that of the command."""

    def __init__(self, folder: Path) -> None:
        self.data, self.database = folder / "data", None
        self._copy = folder / "backup"

    async def back_up(self) -> None:
        done = await command("backup", str(self._copy), "--data", str(self.data))
        assert done.exit_code == 0, done.output
        assert "copie intacte" in done.output

    async def lose_and_restore(self) -> None:
        for file in self.data.glob("orientation.sqlite*"):
            file.unlink()
        copy(self._copy / "orientation.sqlite", self.data / "orientation.sqlite")

    @property
    def options(self) -> list[str]:
        return ["--data", str(self.data)]

    @property
    def url(self) -> str:
        return f"sqlite:///{self.data}/orientation.sqlite"


class Server:
    """Orientation's journal in PostgreSQL; the copy is pg_dump's."""

    def __init__(self, server: PostgresCluster, folder: Path) -> None:
        self._server = server
        self.data, self.database = folder, server.url(DATABASE)

    async def back_up(self) -> None:
        self._taken = await asyncio.to_thread(self._server.dump, DATABASE)

    async def lose_and_restore(self) -> None:
        await asyncio.to_thread(self._server.restore, self._taken, DATABASE)

    @property
    def options(self) -> list[str]:
        return ["--database", self.database, "--data", str(self.data)]

    @property
    def url(self) -> str:
        return self.database


async def command(*arguments: str) -> Any:
    return await asyncio.to_thread(CliRunner().invoke, app, arguments)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresCluster]:
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Files | Server:
    """An empty journal on each engine, with the way its operators keep copies of it."""
    if request.param == "sqlite":
        return Files(tmp_path)
    server: PostgresCluster = request.getfixturevalue("server")
    server.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    await upgrade(server.create(DATABASE))
    return Server(server, tmp_path)


async def facts_of(url: str) -> dict[str, list[tuple[str, int, str, bytes, str]]]:
    """What the journal holds of each scope, but for the hour it was written."""
    async with opened(url) as journal:
        assert (await verify(journal)).is_sound
        return {
            scope: [(r.cause, r.ordinal, r.type, r.data, r.rulebook) for r in await journal.rows(scope)]
            for scope in await journal.scopes()
        }


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlJournal]:
    journal = SqlJournal(url, WallClock())
    await journal.open()
    yield journal
    await journal.close()


async def first_half(house: Any, says: Any, encoded: Callable[[Any], bytes]) -> None:
    """Conventions, vacancies, a refusal, something refused, an outcome that waits for its proposal."""
    for party in ("AL-48", "CD-48"):
        await house.say(f"conventions.{says.SIREN}", encoded(says.convention(party, "40")))
    for number in range(8):
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy(f"early-{number}")))
        await house.decided(f"early-{number}")
    proposal = house.events("proposal.issued")[0]
    await house.say(f"outcomes.{proposal['reservataire']}", encoded(says.refusal(proposal)))
    await house.until(lambda: len(house.decisions(proposal["vacancy_id"])) == 2)
    await house.refused(await house.say(f"vacancies.{says.SIREN}", b"{"))


async def second_half(house: Any, says: Any, encoded: Callable[[Any], bytes]) -> None:
    """More of the same after the backup; a dossier that was settled comes back; waits end with nobody answering."""
    waiting = [p for p in house.events("proposal.issued") if p["vacancy_id"] != "early-0"]
    for proposal in waiting[:3]:
        await house.say(f"outcomes.{proposal['reservataire']}", encoded(says.refusal(proposal)))
    for number in range(8):
        house.clock.set(house.clock.now() + timedelta(minutes=5))
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy(f"late-{number}")))
        await house.decided(f"late-{number}")
    withdrawn = says.event(
        "vacancy.withdrawn",
        {"vacancy_id": "early-7", "bailleur": says.SIREN, "departement": "48", "reason": "conge annulé"},
    )
    await house.say(f"vacancies.{says.SIREN}", encoded(withdrawn))
    await house.until(lambda: bool(house.events("vacancy.recorded")))
    await house.refused(await house.say(f"vacancies.{says.SIREN}", b"["))
    house.clock.set(house.clock.now() + timedelta(days=40))
    await house.until(lambda: len(house.events("proposal.expired")) >= 10)
    await house.is_level()


def doubles(records: list[Record]) -> None:
    """Every id has one content, and every sequence of a topic and scope one id; no sequence is missing."""
    content: dict[str, bytes | None] = {}
    ids: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for record in records:
        if record.topic.endswith(".rejected"):
            continue
        event = open_emitted(record.value or b"")
        assert content.setdefault(f"{record.topic} {event.id}", record.value) == record.value
        place = ids[record.topic, record.key.decode() if record.key else ""]
        assert place.setdefault(event.data["sequence"], event.id) == event.id
    for said in ids.values():
        assert sorted(said) == list(range(1, len(said) + 1))


@pytest.mark.slow
async def test_a_journal_restored_and_recovered_is_the_one_that_was_lost(
    broker: EmbeddedBroker,
    open_house: Any,
    says: Any,
    encoded: Callable[[Any], bytes],
    kept: Files | Server,
) -> None:
    kept.data.mkdir(exist_ok=True)
    async with open_house(kept.data, database=kept.database) as house:
        await first_half(house, says, encoded)
        await kept.back_up()
        await second_half(house, says, encoded)
        refused_before = [r for r in house.records if r.topic.endswith(".rejected")]
        hour = house.clock.now()
    lost = await facts_of(kept.url)

    await kept.lose_and_restore()
    held = await facts_of(kept.url)
    assert 0 < len(held[says.SCOPE]) < len(lost[says.SCOPE])
    done = await command("recover", "--kafka", broker.bootstrap, *kept.options)
    assert done.exit_code == 0, done.output
    assert "arrêté" not in done.output
    assert await facts_of(kept.url) == lost

    async with GroupProgress(broker.bootstrap, GROUP, house.tuning) as progress:
        assert not any((await progress.committed(await progress.places(INPUTS))).values())

    async with open_house(kept.data, database=kept.database) as house:
        house.clock.set(hour)
        await house.is_level()
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy("after")))
        await house.decided("after")
        doubles(house.records)
        assert {d["vacancy_id"] for d in house.events("orientation.decided")} == {
            *(f"early-{n}" for n in range(8)),
            *(f"late-{n}" for n in range(8)),
            "after",
        }
        assert [r for r in house.records if r.topic.endswith(".rejected")] == refused_before
        assert len(await house.service.journal.rejects(10)) == len(refused_before) == 2
    after = await facts_of(kept.url)
    assert after[says.SCOPE][: len(lost[says.SCOPE])] == lost[says.SCOPE]


async def test_what_is_taken_back_is_the_same_however_few_records_are_read_at_once(
    broker: EmbeddedBroker, open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    kept = Files(tmp_path)
    kept.data.mkdir()
    async with open_house(kept.data) as house:
        await first_half(house, says, encoded)
        await kept.back_up()
        for number in range(4):
            await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy(f"late-{number}")))
            await house.decided(f"late-{number}")
        await house.refused(await house.say(f"vacancies.{says.SIREN}", b"["))
    lost, refusals = await facts_of(kept.url), await refusals_of(kept.url)
    settings = Settings(data=kept.data, rules=RULES)
    for at_once in (2, 500):
        await kept.lose_and_restore()
        assert await facts_of(kept.url) != lost
        async with opened(kept.url) as journal:
            caught = await recover(
                journal, broker.bootstrap, house.tuning, settings, at_once, at=WallClock().now()
            )
            assert await journal.unpublished_reject_ids(1) == []
        [scope] = caught.scopes
        assert (caught.is_whole, caught.refused, scope.inputs) == (True, 2, 4)
        assert (await facts_of(kept.url), await refusals_of(kept.url)) == (lost, refusals)


async def refusals_of(url: str) -> set[tuple[str, int, bytes | None]]:
    async with opened(url) as journal:
        kept = await journal.rejects(10)
    return {(one.reject.topic, one.reject.offset, one.reject.value) for one in kept}


async def test_a_stream_that_no_longer_holds_what_follows_the_backup_is_not_guessed(
    open_house: Any,
    says: Any,
    encoded: Callable[[Any], bytes],
    a_broker: Any,
    tmp_path: Path,
) -> None:
    kept = Files(tmp_path)
    kept.data.mkdir()
    async with open_house(kept.data) as house:
        await first_half(house, says, encoded)
        await kept.back_up()
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy("late")))
        await house.decided("late")
        stream = [record for record in house.records if record.topic == "orientations"]
    await kept.lose_and_restore()
    before = await facts_of(kept.url)
    with a_broker() as later:
        await _tell(later, stream[-1:])
        done = await command("recover", "--kafka", later.bootstrap, *kept.options)
    assert done.exit_code == 1
    assert "n'est plus sur le sujet" in done.output
    assert "ne démarrez pas" in done.output
    assert await facts_of(kept.url) == before


async def _tell(broker: EmbeddedBroker, records: list[Record]) -> None:
    publisher = Publisher(broker.bootstrap, broker.tuning)
    assert await publisher.publish([Message(r.topic, r.key, r.value or b"") for r in records]) == [
        None
    ] * len(records)
    await publisher.stop()


async def test_a_backup_never_goes_over_another_one(
    open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    kept = Files(tmp_path)
    async with open_house(kept.data) as house:
        await house.say(f"vacancies.{says.SIREN}", encoded(says.vacancy("only")))
        await house.decided("only")
        await kept.back_up()
        again = await command("backup", str(tmp_path / "backup"), "--data", str(kept.data))
    assert again.exit_code != 0
    assert "n'en recouvre jamais une autre" in str(again.exception)
