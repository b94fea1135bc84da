"""Opens the database behind a URL, and translates its errors into the journal's."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.dialect import WRITES, Dialect
from chassis.journal.errors import JournalCorrupt, JournalUnavailable, SchemaMismatch
from chassis.journal.sqlite import SQLITE
from chassis.journal.tables import SCHEMA_VERSION, metadata, schema_version

P = ParamSpec("P")
T = TypeVar("T")

DIALECTS: dict[str, Dialect] = {"sqlite": SQLITE}
"""The engines a journal can stand on, by the first word of their URL."""


class Database:
    """Connections to one database, for reading and for writing; connects at first use."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend not in DIALECTS:
            raise ValueError(f"no journal on {backend!r}; there is one on {', '.join(sorted(DIALECTS))}")
        self.dialect = DIALECTS[backend]
        self._engine = self.dialect.engine(parsed.set(drivername=self.dialect.driver))
        self._reader = self._engine.execution_options(**self.dialect.reading)
        self._writer = self._engine.execution_options(**{WRITES: True})
        self._turn: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if self.dialect.has_one_writer else nullcontext()
        )

    async def read(
        self, work: Callable[Concatenate[AsyncConnection, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do some work in a transaction that sees one state throughout.

        Raises `JournalUnavailable`, `JournalCorrupt`. Once begun it goes to its end even if its caller is
        cancelled: a driver interrupted half-way may keep the file locked.
        """

        async def transaction() -> T:
            with self._translated():
                async with self._reader.begin() as connection:
                    return await work(connection, *args, **kwargs)

        return await to_the_end(transaction())

    async def write(
        self, work: Callable[Concatenate[AsyncConnection, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do some work in a transaction, committed at its end or rolled back whole; otherwise as `read`."""

        async def transaction() -> T:
            with self._translated():
                async with self._turn, self._writer.begin() as connection:
                    return await work(connection, *args, **kwargs)

        return await to_the_end(transaction())

    async def prepare(self) -> None:
        """Create the tables where there are none; `SchemaMismatch` where they are another version's."""
        await self.write(_prepare)

    async def forget(self) -> None:
        """Make sure that what was just deleted has no copy left in the engine's own files."""
        if self.dialect.after_erasure is not None:
            await to_the_end(self._forget(self.dialect.after_erasure))

    async def _forget(self, statement: str) -> None:
        with self._translated():
            async with self._turn, self._engine.connect() as connection:
                outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await outside.exec_driver_sql(statement)

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (PoolTimeoutError, OSError) as error:
            raise JournalUnavailable(f"the database did not answer: {error}") from error
        except DBAPIError as error:
            if any(sign in str(error.orig) for sign in self.dialect.signs_of_corruption):
                raise JournalCorrupt(f"the database cannot be read: {error.orig}") from error
            if isinstance(error, OperationalError | InterfaceError):
                raise JournalUnavailable(f"the database did not answer: {error.orig}") from error
            raise  # a mistake of ours: it must be seen as it is


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; a cancellation is raised only once the work has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _prepare(connection: AsyncConnection) -> None:
    await connection.run_sync(schema_version.create, checkfirst=True)
    found = list(await connection.scalars(select(schema_version.c.version)))
    if not found:
        await connection.run_sync(metadata.create_all)
        await connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
    elif found != [SCHEMA_VERSION]:
        raise SchemaMismatch(f"the database has schema {found}, this journal needs {SCHEMA_VERSION}")
