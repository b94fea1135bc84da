"""All that is PostgreSQL's own: how long it may take to answer, what its errors mean, a text forgotten."""

from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.journal.dialect import Dialect
from chassis.journal.errors import JournalCorrupt, JournalError, JournalUnavailable

CONNECT_TIMEOUT_SECONDS = 5
LOCK_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 30_000
SILENCE_SECONDS = 35  # beyond the statement's own time: the server itself does not answer any more

SETTINGS = {
    "application_name": "aiguillage",
    "jit": "off",  # statements are small and many
    "lock_timeout": str(LOCK_TIMEOUT_MS),
    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
    "idle_in_transaction_session_timeout": str(STATEMENT_TIMEOUT_MS),  # a frozen writer gives its locks back
}
"""Set on every connection; a `statement_timeout` given for the role or the database does not count."""

DATA_IS_DAMAGED = {"XX001", "XX002"}
READ_ONLY = "25006"
FAILURES = {
    "08",  # connection lost
    "25",  # transaction ended by the server, or a standby that only reads
    "28",  # not let in
    "3D",  # the database is not there
    "40",  # deadlock, serialization
    "53",  # disk full, memory, too many connections
    "55",  # a lock not had in time
    "57",  # timeout, shutting down, starting up
    "58",  # the server's own files
    "XX",  # the server's own fault
}
"""Classes of SQLSTATE that say nothing of our statement: another try may do."""


def _judged(error: DBAPIError) -> type[JournalError] | None:
    """What the journal says when the driver says this; None when the statement itself was wrong."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in DATA_IS_DAMAGED:
        return JournalCorrupt
    is_lost = isinstance(error, OperationalError | InterfaceError | InternalError)
    return JournalUnavailable if is_lost or state[:2] in FAILURES else None


def _engine(url: URL) -> AsyncEngine:
    connecting: dict[str, Any] = {
        "server_settings": SETTINGS,
        "timeout": CONNECT_TIMEOUT_SECONDS,
        "command_timeout": SILENCE_SECONDS,
    }
    if "target_session_attrs" not in url.query:
        connecting["target_session_attrs"] = "read-write"  # among several hosts, the one that is primary now
    engine = create_async_engine(url, connect_args=connecting, pool_timeout=CONNECT_TIMEOUT_SECONDS)
    event.listen(engine.sync_engine, "handle_error", _leave_a_standby)
    return engine


def _leave_a_standby(context: ExceptionContext) -> None:
    # The server was demoted under our connections: they are given up, the next ones look for the primary.
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


POSTGRESQL = Dialect(
    driver="postgresql+asyncpg",
    engine=_engine,
    insert=insert,
    mark="${}",
    reading={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    has_one_writer=False,
    alone="SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key",
    creates_its_tables=False,
    after_erasure="VACUUM texts",
    judged=_judged,
)
