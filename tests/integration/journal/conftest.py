"""Journals on every engine there is, and builders of what is written in them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.clock import FixedClock
from chassis.journal import Append, Entry, Journal, SqlJournal, Transition, VacancyRecord
from chassis.journal.migrating import upgrade
from tests.faults.simulated.journal import MemoryJournal
from tests.postgres import PostgresCluster

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENGINES = [
    "sqlite_file",
    "sqlite_memory",
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    "memory",
]
"""Another engine is one more name here and one more line in `url`; `memory` is the simulations' own twin."""
DATABASES = count(1)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def postgres_url(postgres: PostgresCluster) -> str:
    """An empty journal on PostgreSQL."""
    url = postgres.create(f"journal_{next(DATABASES)}")
    await upgrade(url)
    return url


@pytest.fixture
def url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if engine == "postgresql":
        created: str = request.getfixturevalue("postgres_url")
        return created
    return {
        "sqlite_file": f"sqlite:///{tmp_path}/journal.db",
        "sqlite_memory": "sqlite://",
        "memory": "memory",
    }[engine]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
async def journal(url: str, clock: FixedClock) -> AsyncIterator[Journal]:
    opened = MemoryJournal(clock) if url == "memory" else SqlJournal(url, clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def rival(journal: Journal, engine: str, url: str, clock: FixedClock) -> AsyncIterator[Journal]:
    """A second writer on the same rows; what is in memory has one door only."""
    if engine in {"sqlite_memory", "memory"}:
        yield journal
        return
    opened = SqlJournal(url, clock)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """A journal that other processes can open."""
    return f"sqlite:///{tmp_path}/journal.db"


SCOPE = "999001209:75"


def a_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def a_transition(cause: str = "one", *, facts: int = 2, **changes: object) -> Transition:
    entries = [Entry("vacancy.declared", b'{"data":{"vacancy_id":"%b"}}' % cause.encode())]
    entries += [Entry("orientation.decided", b'{"sequence":%d}' % number) for number in range(facts)]
    usual = {"event_time": NOON, "rulebook": a_digest("rules"), "entries": entries}
    return Transition(a_digest(cause), **(usual | changes))


def an_append(*causes: str, base: int = 0, scope: str = SCOPE, **changes: object) -> Append:
    return Append(scope, base, [a_transition(cause) for cause in causes], **changes)


def a_vacancy(vacancy_id: str = "V-1", scope: str = SCOPE, closed: bytes | None = None) -> VacancyRecord:
    return VacancyRecord("999001209", vacancy_id, scope, a_digest(vacancy_id), closed)


@pytest.fixture(scope="session")
def a() -> SimpleNamespace:
    """Builders of valid values: name only what the test is about."""
    return SimpleNamespace(
        SCOPE=SCOPE, digest=a_digest, transition=a_transition, append=an_append, vacancy=a_vacancy
    )
