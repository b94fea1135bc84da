"""All that is SQLite's own: how a connection is prepared, a transaction begun, a text forgotten."""

from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.journal.dialect import WRITES, Dialect
from chassis.journal.errors import JournalCorrupt, JournalError, JournalUnavailable

BUSY_TIMEOUT_MS = 5_000
PAGE_BYTES = 16_384  # rows are of a kilobyte or two: several fit a page
CHECKPOINT_PAGES = 1_000  # 16 MB of write-ahead log between two checkpoints
PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT_MS}",  # first: the next one may already have to wait
    f"page_size={PAGE_BYTES}",  # of a new database; one that exists keeps its own
    "journal_mode=WAL",
    "synchronous=FULL",  # what was committed survives a power cut
    "foreign_keys=OFF",
    "secure_delete=ON",  # an erased text is overwritten, not just unlinked
    f"wal_autocheckpoint={CHECKPOINT_PAGES}",
)
SIGNS_OF_CORRUPTION = ("malformed", "not a database", "Could not decode to UTF-8")
"""Words of the engine's errors that no retry will mend."""


def _engine(url: URL) -> AsyncEngine:
    in_memory = url.database in (None, "", ":memory:")
    # A database in memory lives and dies with its one connection: its users queue for it.
    pool: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if in_memory else {}
    engine = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, **pool)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = None  # else the driver decides by itself when a transaction begins
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its turn at once: a reader that becomes a writer half-way can only fail.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _judged(error: DBAPIError) -> type[JournalError] | None:
    if any(sign in str(error.orig) for sign in SIGNS_OF_CORRUPTION):
        return JournalCorrupt
    return JournalUnavailable if isinstance(error, OperationalError | InterfaceError) else None


SQLITE = Dialect(
    driver="sqlite+aiosqlite",
    engine=_engine,
    insert=insert,
    mark="?",
    reading={},
    has_one_writer=True,
    alone=None,
    creates_its_tables=True,
    after_erasure="PRAGMA wal_checkpoint(TRUNCATE)",
    judged=_judged,
)
