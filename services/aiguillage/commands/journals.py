"""Which journals there are, and one of them open: what every command that reads them starts with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from aiguillage.commands.options import settings_of
from chassis.clock import WallClock
from chassis.journal import SqlJournal

if TYPE_CHECKING:
    from chassis.settings import Settings

SERVICES = ("compliance", "orientation")


def journals_of(settings: "Settings") -> dict[str, str]:
    """The URL of each service's journal; FileNotFoundError when there is none.

    One URL without `{service}` is one journal: orientation's.
    """
    services = [
        service
        for service in SERVICES
        if settings.database is not None or (settings.data / f"{service}.sqlite").is_file()
    ]
    if not services:
        raise FileNotFoundError(f"Aucun journal dans {settings.data} : donnez --data ou --database.")
    urls = {settings.database_of(service): service for service in services}
    return {service: url for url, service in urls.items()}


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[SqlJournal]:
    """The journal behind a URL, open while the block runs."""
    journal = SqlJournal(url, WallClock())
    try:
        await journal.open()
        yield journal
    finally:
        await journal.close()


@asynccontextmanager
async def journal_of(
    database: str | None, data: Path | None, service: str = "orientation", *, may_be_new: bool = False
) -> AsyncIterator[SqlJournal]:
    """A service's journal, open while the block runs; FileNotFoundError when there is none and one is needed."""
    settings = settings_of(database=database, data=data)
    file = settings.data / f"{service}.sqlite"
    if settings.database is None and not may_be_new and not file.is_file():
        raise FileNotFoundError(f"Le journal {file} n'existe pas : donnez --data ou --database.")
    async with opened(settings.database_of(service)) as journal:
        yield journal
