"""Heads said on `checkpoints` betray a cut tail and a chain computed anew, on the command line too."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from aiguillage.said_heads import SaidHeads
from chassis.bus import Message, Unavailable
from chassis.checkpoints import CHECKPOINTS, FAREWELL_SECONDS, Checkpointing
from chassis.clock import FixedClock
from chassis.journal import Head, Row, SqlJournal, verify
from chassis.journal.chain import genesis, hash_of
from chassis.journal.database import to_the_end
from contracts.envelope import open_emitted
from contracts.generate import schema_of

OTHER = "999001209:77"
LONG_SECONDS = 10


def checkpoints_of(service: str, values: Sequence[bytes]) -> dict[str, Collection[Head]]:
    """The heads these events tell of a service's journal, by scope."""
    with SaidHeads() as said:
        said.add(values)
        return dict(said.of(service))


class Topic:
    """Keeps what is published, as a broker that retains everything would; refuses while it is `away`."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.has_some = asyncio.Event()
        self.away = False

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        if self.away:
            return [Unavailable("away") for _ in messages]
        self.said += messages
        self.has_some.set()
        return [None for _ in messages]

    @property
    def values(self) -> list[bytes]:
        return [message.value for message in self.said]


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder, as a service has one."""
    return tmp_path


@pytest.fixture
async def written(folder: Path, clock: FixedClock, a: SimpleNamespace) -> AsyncIterator[SqlJournal]:
    """Orientation's journal: two scopes of six rows."""
    journal = SqlJournal(f"sqlite:///{folder}/orientation.sqlite", clock)
    await journal.open()
    await journal.append([a.append("one", "two"), a.append("three", "four", scope=OTHER)])
    yield journal
    await journal.close()


@pytest.fixture
def by_hand(folder: Path) -> Callable[..., None]:
    """Runs statements on the file as somebody with a SQL prompt would."""

    def run(*statements: str) -> None:
        connection = sqlite3.connect(folder / "orientation.sqlite")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return run


def a_checkpointing(journal: SqlJournal, topic: Topic, every_seconds: float = 60) -> Checkpointing:
    return Checkpointing("orientation", journal, topic, every_seconds)


async def test_each_head_is_said_once_until_its_scope_moves(
    written: SqlJournal, topic: Topic, a: SimpleNamespace
) -> None:
    checkpointing = a_checkpointing(written, topic)
    assert [await checkpointing.publish(), await checkpointing.publish()] == [2, 0]
    await written.append([a.append("five", base=6)])
    assert await checkpointing.publish() == 1
    assert {message.topic for message in topic.said} == {CHECKPOINTS}
    said = checkpoints_of("orientation", topic.values)
    assert {scope: {head.version for head in heads} for scope, heads in said.items()} == {
        a.SCOPE: {6, 9},
        OTHER: {6},
    }
    assert checkpoints_of("compliance", topic.values) == {}


async def test_two_publishers_of_one_journal_say_the_same_bytes_under_the_same_id(
    written: SqlJournal, topic: Topic
) -> None:
    for _ in range(2):
        await a_checkpointing(written, topic).publish()
    first, second = topic.said[:2], topic.said[2:]
    assert first == second
    assert len({open_emitted(value).id for value in topic.values}) == 2


async def test_what_is_said_is_the_published_contract(written: SqlJournal, topic: Topic) -> None:
    await a_checkpointing(written, topic).publish()
    for value in topic.values:
        Draft202012Validator(schema_of("checkpoint.published")).validate(open_emitted(value).data)


async def test_a_checkpoint_the_broker_did_not_take_is_said_later_by_itself(
    written: SqlJournal, topic: Topic
) -> None:
    topic.away = True
    checkpointing = a_checkpointing(written, topic, every_seconds=0.01)
    with pytest.raises(Unavailable):
        await checkpointing.publish()
    async with checkpointing.running():
        topic.away = False
        async with asyncio.timeout(LONG_SECONDS):
            await topic.has_some.wait()
    assert len(topic.said) == 2


async def test_a_service_that_stops_says_its_last_heads(written: SqlJournal, topic: Topic) -> None:
    async with a_checkpointing(written, topic, every_seconds=3_600).running():
        assert topic.said == []
    assert len(topic.said) == 2


class SlowLedger(SqlJournal):
    """Does not tell where it stands before it is let; what was asked goes to its end, as every transaction."""

    def __init__(self, url: str, clock: FixedClock) -> None:
        super().__init__(url, clock)
        self.let = asyncio.Event()
        self.asked = asyncio.Event()

    async def heads(self) -> dict[str, Head]:
        self.asked.set()
        await to_the_end(self.let.wait())
        return await super().heads()


@pytest.mark.parametrize("every_seconds", [3_600, 0.01])
async def test_a_service_that_stops_does_not_wait_for_a_journal_slow_to_tell_its_heads(
    clock: FixedClock, topic: Topic, every_seconds: float
) -> None:
    journal = SlowLedger("sqlite://", clock)
    await journal.open()
    too_late = asyncio.get_running_loop().call_later(3 * FAREWELL_SECONDS, journal.let.set)
    async with a_checkpointing(journal, topic, every_seconds).running():
        if every_seconds < 1:
            await journal.asked.wait()
    assert not journal.let.is_set()
    too_late.cancel()
    journal.let.set()
    await journal.close()


async def _rewrite(journal: SqlJournal, by_hand: Callable[..., None], scope: str, version: int) -> None:
    """Alter a row, then compute the chain anew from it on, bookkeeping included."""
    by_hand(f"UPDATE journal SET type = 'forged' WHERE scope = '{scope}' AND version = {version}")  # noqa: S608 - ours
    rows: list[Row] = await journal.rows(scope, is_proved=False)
    previous = genesis(scope).hex()
    for row in rows:
        previous = hash_of(previous, row)
        by_hand(
            f"UPDATE journal SET hash = x'{previous}' "  # noqa: S608 - ours
            f"WHERE scope = '{scope}' AND version = {row.version}"
        )
    by_hand(f"UPDATE scopes SET head_hash = x'{previous}' WHERE scope = '{scope}'")  # noqa: S608 - ours


async def _cut(journal: SqlJournal, by_hand: Callable[..., None], scope: str, after: int) -> None:
    """Cut the tail of a scope, bookkeeping included."""
    head = (await journal.rows(scope))[after - 1].hash
    by_hand(
        f"DELETE FROM journal WHERE scope = '{scope}' AND version > {after}",  # noqa: S608 - ours
        f"UPDATE scopes SET head_version = {after}, head_hash = x'{head}' WHERE scope = '{scope}'",  # noqa: S608 - ours
    )


async def test_the_checkpoints_tell_between_which_versions_a_chain_was_computed_anew(
    written: SqlJournal, topic: Topic, by_hand: Callable[..., None], a: SimpleNamespace
) -> None:
    checkpointing = a_checkpointing(written, topic)
    for base, cause in ((6, "five"), (9, "six"), (12, "seven")):
        await checkpointing.publish()
        await written.append([a.append(cause, base=base)])
    await _rewrite(written, by_hand, a.SCOPE, version=11)
    assert (await verify(written)).is_sound
    [fault] = (await verify(written, checkpoints_of("orientation", topic.values))).faults
    assert (fault.scope, fault.version) == (a.SCOPE, 12)
    assert fault.what.endswith("récrit après la version 9")


async def test_a_scope_that_went_two_ways_after_a_cut_is_found_however_it_grew_again(
    written: SqlJournal, topic: Topic, by_hand: Callable[..., None], a: SimpleNamespace
) -> None:
    await a_checkpointing(written, topic).publish()
    await _cut(written, by_hand, a.SCOPE, after=3)
    await written.append([a.append("another", base=3)])
    await a_checkpointing(written, topic).publish()
    assert (await verify(written)).is_sound
    [fault] = (await verify(written, checkpoints_of("orientation", topic.values))).faults
    assert (fault.scope, fault.version) == (a.SCOPE, 6)


@pytest.mark.parametrize(
    ("crime", "told"),
    [
        (_cut, "version 4 : publié jusqu'à 6 : la fin a été coupée"),
        (
            _rewrite,
            "version 6 : l'empreinte n'est pas celle publiée à cette version : récrit après la version 0",
        ),
    ],
)
async def test_the_command_says_which_scope_from_which_version_and_exits_with_1(
    written: SqlJournal,
    topic: Topic,
    by_hand: Callable[..., None],
    a: SimpleNamespace,
    folder: Path,
    crime: Callable[..., object],
    told: str,
) -> None:
    await a_checkpointing(written, topic).publish()
    file = folder / "checkpoints.jsonl"
    file.write_bytes(b"\n".join(topic.values))
    against = ["verify", "--data", str(folder), "--checkpoints", str(file)]
    sound = await asyncio.to_thread(CliRunner().invoke, app, against)
    assert (sound.exit_code, "journal intact" in sound.output) == (0, True)

    await crime(written, by_hand, a.SCOPE, 3)  # type: ignore[misc]  # both are coroutines
    alone = await asyncio.to_thread(CliRunner().invoke, app, against[:3])
    assert (alone.exit_code, "journal intact" in alone.output) == (0, True)
    found = await asyncio.to_thread(CliRunner().invoke, app, against)
    assert found.exit_code == 1
    assert f"orientation {a.SCOPE} {told}\n" in found.output
    assert OTHER not in found.output


def test_heads_of_another_service_are_no_ground_to_call_a_journal_intact(
    written: SqlJournal, folder: Path
) -> None:
    assert written is not None
    (folder / "none.jsonl").write_bytes(b"\n")
    found = CliRunner().invoke(
        app, ["verify", "--data", str(folder), "--checkpoints", str(folder / "none.jsonl")]
    )
    assert found.exit_code != 0
    assert "Aucun point de contrôle de orientation" in str(found.exception)


def test_what_is_no_checkpoint_is_unreadable() -> None:
    with pytest.raises(ValueError, match="pas un point de contrôle"):
        checkpoints_of("orientation", [b"{}"])


def test_an_example_of_the_contract_is_a_head() -> None:
    example = (Path(__file__).parents[3] / "contracts/examples/checkpoint.published.json").read_bytes()
    [(scope, heads)] = checkpoints_of("orientation", [example]).items()
    assert scope == "999001209:75"
    assert [type(head) for head in heads] == [Head]
