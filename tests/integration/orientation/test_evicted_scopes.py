"""A scope out of memory decides as one that stayed, and its waits end on time."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from prometheus_client import CollectorRegistry

from aiguillage.lines import SAMPLE, event_time, topic_of
from aiguillage.sample import make_sample
from chassis.bus import Message, Record
from chassis.clock import FixedClock
from chassis.journal import NEVER, SqlJournal, verify
from chassis.left_behind import LOOK_EVERY
from chassis.metrics import Metrics
from chassis.rulebook import load
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

RULES = Path(__file__).parents[3] / "rules"
DAWN = datetime(2026, 1, 1, 8, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
BATCH = 5

Facts = dict[str, list[tuple[str, int, str, bytes]]]


class Anywhere:
    """Takes every message."""

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        return [None for _ in messages]


class OneBook:
    def __init__(self) -> None:
        self._book = BookView(load(RULES))

    def current(self) -> BookView:
        return self._book


@asynccontextmanager
async def a_service(
    url: str, in_memory: int, book: OneBook, clock: FixedClock, mode: Literal["wall", "event"]
) -> AsyncIterator[Orientation]:
    journal = SqlJournal(url, clock)
    await journal.open()
    service = Orientation(
        Scopes(journal, in_memory),
        journal,
        Publishing(journal, Anywhere(), clock),  # type: ignore[arg-type]  # the one method it calls
        book,
        clock,
        Meter(Metrics(CollectorRegistry())),
        mode,
        "open",
    )
    await service.start()
    yield service
    assert len(service.scopes.names()) <= in_memory
    await journal.close()


@pytest.fixture(scope="module")
def year() -> list[Record]:
    """A year of a département's several bailleurs, in order of time."""
    lines = [line for line in make_sample("48", 90, seed=5) if topic_of(line) != SAMPLE]
    ordered = sorted(lines, key=event_time)
    return [Record(topic_of(line), 0, offset, None, line, (), 0) for offset, line in enumerate(ordered)]


@pytest.fixture(scope="module")
def book() -> OneBook:
    return OneBook()


async def facts_of(journal: SqlJournal) -> Facts:
    assert (await verify(journal)).is_sound
    return {
        scope: [(row.cause, row.ordinal, row.type, row.data) for row in await journal.rows(scope)]
        for scope in await journal.scopes()
    }


async def played(folder: Path, year: list[Record], book: OneBook, in_memory: int, restarts: int) -> Facts:
    """Play the year, waits included, in so many lives of the service."""
    url, clock = f"sqlite:///{folder}/{in_memory}-{restarts}.sqlite", FixedClock(DAWN)
    batches = [year[start : start + BATCH] for start in range(0, len(year), BATCH)]
    length = len(batches) // (restarts + 1) + 1
    for start in range(0, len(batches), length):
        async with a_service(url, in_memory, book, clock, "event") as service:
            for batch in batches[start : start + length]:
                await service.handle(batch)
    async with a_service(url, in_memory, book, clock, "event") as service:
        await service.run_until(LATER)
        assert isinstance(service.journal, SqlJournal)
        return await facts_of(service.journal)


@pytest.mark.parametrize("restarts", [0, 3])
async def test_a_limit_of_one_scope_changes_no_byte_of_a_year(
    tmp_path: Path, year: list[Record], book: OneBook, restarts: int
) -> None:
    unlimited = await played(tmp_path, year, book, in_memory=1_000, restarts=0)
    assert len(unlimited) > 1
    assert any(row[2] == "proposal.expired" for rows in unlimited.values() for row in rows)
    assert await played(tmp_path, year, book, in_memory=1, restarts=restarts) == unlimited


async def test_waits_of_scopes_out_of_memory_end_on_the_wall_clock(
    tmp_path: Path, year: list[Record], book: OneBook
) -> None:
    clock = FixedClock(LATER)
    async with a_service(f"sqlite:///{tmp_path}/j.sqlite", 1, book, clock, "wall") as service:
        await service.handle(year)
        due = [name for name, waiting in (await service.journal.waits()).items() if waiting.next_due != NEVER]
        assert len(due) > 1
        clock.set(LATER + timedelta(days=400))
        await service.on_idle()
        await service.on_idle()
        waits = await service.journal.waits()
        assert all((waits[name].next_due or LATER) >= clock.now() for name in due)


async def test_a_wait_the_journal_still_names_after_it_ended_is_looked_into_once(
    tmp_path: Path, year: list[Record], book: OneBook
) -> None:
    """As earlier versions left it where a proposal was answered."""
    url, clock = f"sqlite:///{tmp_path}/j.sqlite", FixedClock(LATER)
    async with a_service(url, 1_000, book, clock, "wall") as service:
        await service.handle(year)
        scopes = await service.journal.scopes()
    assert len(scopes) > 2
    by_hand = sqlite3.connect(tmp_path / "j.sqlite")
    by_hand.execute("UPDATE waits SET due = 0")
    by_hand.commit()
    by_hand.close()
    async with a_service(url, 1, book, clock, "wall") as service:
        assert service.scopes.names_due(clock.now()) == scopes
        await service.on_idle()
        clock.set(clock.now() + 2 * LOOK_EVERY)
        await service.on_idle()
        assert service.scopes.names_due(clock.now()) == []


async def test_a_start_loads_no_scope_and_still_knows_their_waits(
    tmp_path: Path, year: list[Record], book: OneBook
) -> None:
    url, clock = f"sqlite:///{tmp_path}/j.sqlite", FixedClock(LATER)
    async with a_service(url, 1_000, book, clock, "wall") as service:
        await service.handle(year)
        known = service.scopes.names_due(LATER + timedelta(days=400))
    assert len(known) > 1
    async with a_service(url, 1_000, book, clock, "wall") as service:
        assert service.scopes.names() == []
        assert service.scopes.names_due(LATER + timedelta(days=400)) == known


async def test_a_journal_that_does_not_tell_its_waits_is_read_to_know_them(
    tmp_path: Path, year: list[Record], book: OneBook
) -> None:
    """As one migrated from an earlier version is."""
    url, clock = f"sqlite:///{tmp_path}/j.sqlite", FixedClock(LATER)
    async with a_service(url, 1_000, book, clock, "wall") as service:
        await service.handle(year)
        known = service.scopes.names_due(LATER + timedelta(days=400))
    by_hand = sqlite3.connect(tmp_path / "j.sqlite")
    by_hand.execute("DELETE FROM waits")
    by_hand.commit()
    by_hand.close()
    async with a_service(url, 1, book, clock, "wall") as service:
        assert service.scopes.names_due(LATER + timedelta(days=400)) == known
