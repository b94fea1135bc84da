"""The stored journals on every engine, brought to today's tables."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from chassis.clock import FixedClock
from chassis.journal import SqlJournal
from chassis.journal.migrating import upgrade
from tests.journals.stored import Service, on_postgresql, on_sqlite

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
DATABASES = count(1)

Place = Callable[[str, Service], Awaitable[str]]
OpenStored = Callable[[str, Service], AbstractAsyncContextManager[SqlJournal]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Lays a release's journal out in an engine, its tables as today's; gives its URL."""

    async def placed(number: str, service: Service) -> str:
        if request.param == "sqlite":
            url = on_sqlite(number, service, tmp_path)
        else:
            cluster = request.getfixturevalue("postgres")
            url = on_postgresql(number, service, cluster, f"stored_{service}_{next(DATABASES)}")
        await upgrade(url)
        return url

    return placed


@pytest.fixture
def open_stored(place: Place) -> OpenStored:
    """One of a release's journals, open."""

    @asynccontextmanager
    async def opened(number: str, service: Service) -> AsyncIterator[SqlJournal]:
        journal = SqlJournal(await place(number, service), FixedClock(NOW))
        try:
            await journal.open()
            yield journal
        finally:
            await journal.close()

    return opened
