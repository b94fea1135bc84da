"""Opens the database behind a URL, and translates its errors into the journal's."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal import wording
from chassis.journal.dialect import WRITES, Dialect
from chassis.journal.errors import JournalCorrupt, JournalUnavailable
from chassis.journal.schema import prepare
from chassis.journal.sqlite import SQLITE

P = ParamSpec("P")
T = TypeVar("T")

ENGINES = ("postgresql", "sqlite")
"""The engines a journal can stand on, by the first word of their URL."""


class Database:
    """Connections to one database, for reading and for writing; connects at first use."""

    is_answering: bool = True
    """Whether the last transaction did not end for want of the database."""
    corruption: str | None = None
    """What was first found altered, in French."""

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.dialect = _dialect(parsed.get_backend_name())
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
        """Check the tables, or create them on an engine that does; `SchemaMismatch` where they are not ours."""
        await self.write(prepare, creates=self.dialect.creates_its_tables)

    async def forget(self) -> None:
        """Make sure that what was just deleted has no copy left in the engine's own files."""
        await to_the_end(self._forget())

    async def _forget(self) -> None:
        with self._translated():
            async with self._turn, self._engine.connect() as connection:
                outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await outside.exec_driver_sql(self.dialect.after_erasure)

    async def close(self) -> None:
        """Give every connection back."""
        await self._engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except JournalCorrupt as error:
            self.corruption = self.corruption or str(error)
            raise
        except (PoolTimeoutError, OSError) as error:
            self.is_answering = False
            raise JournalUnavailable(f"La base ne répond pas ({error}) : {wording.WAIT}.") from error
        except DBAPIError as error:
            journal_error = self.dialect.judged(error)
            self.is_answering = journal_error is not JournalUnavailable
            if journal_error is None:
                raise  # a mistake of ours: it must be seen as it is
            if journal_error is JournalCorrupt:
                told = JournalCorrupt(wording.corrupt(wording.words(error)))
                self.corruption = self.corruption or str(told)
                raise told from error
            raise journal_error(wording.unavailable(wording.words(error))) from error
        else:
            self.is_answering = True


def _parsed(url: str) -> URL:
    """The parts of a database's URL; `ValueError` in French when it is none. A password in it is not shown."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(
            "L'adresse de la base (--database, AIGUILLAGE_DATABASE) est illisible : "
            "écrivez postgresql://UTILISATEUR@HÔTE/BASE ou sqlite:///CHEMIN."
        ) from None


def _dialect(backend: str) -> Dialect:
    if backend not in ENGINES:
        raise ValueError(f"Pas de journal sur « {backend} », mais sur {', '.join(ENGINES)}.")
    if backend == "sqlite":
        return SQLITE
    from chassis.journal.postgresql import POSTGRESQL  # noqa: PLC0415 - its driver is slow to import

    return POSTGRESQL


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; a cancellation is raised only once the work has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
