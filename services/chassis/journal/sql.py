"""A journal in a SQL database: one transaction for each call, and nothing kept in memory."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete

from chassis.clock import Clock
from chassis.journal import appending, lookup, publication, reading, refused
from chassis.journal.chain import microseconds
from chassis.journal.columns import digest as digest_bytes
from chassis.journal.database import Database
from chassis.journal.model import (
    Append,
    Head,
    KeptReject,
    Outcome,
    Published,
    PublishedMark,
    Reject,
    Row,
    Stored,
    VacancyRecord,
)
from chassis.journal.port import Journal
from chassis.journal.tables import bundles, texts


class SqlJournal(Journal):
    """The journal behind a SQLAlchemy URL (`sqlite:///PATH`); `Journal` tells what each method promises."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._database = Database(url)
        self._dialect = self._database.dialect
        self._clock = clock

    async def open(self) -> None:
        """Create the tables, or check that they are ours."""
        await self._database.prepare()

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def append(self, appends: Sequence[Append]) -> list[Outcome]:
        """One transaction for all, a savepoint for each scope once one of them fails."""
        recorded_at = microseconds(self._clock.now())
        async with self._database.writing() as connection:
            return await appending.append(connection, self._dialect, appends, recorded_at)

    async def load(self, scope: str) -> Stored:
        """Three reads in one transaction."""
        async with self._database.reading() as connection:
            return await reading.load(connection, scope)

    async def rows(self, scope: str, after: int = 0, limit: int | None = None) -> list[Row]:
        """A walk along the primary key."""
        async with self._database.reading() as connection:
            return await reading.rows(connection, scope, after, limit)

    async def scopes(self) -> list[str]:
        """Asked of the journal table itself, two seeks for each scope."""
        async with self._database.reading() as connection:
            return await reading.scope_names(connection)

    async def heads(self) -> dict[str, Head]:
        """Read from the bookkeeping, which `verify` compares with the rows."""
        async with self._database.reading() as connection:
            return await reading.heads(connection)

    async def known(self, identities: Collection[str]) -> dict[str, bytes]:
        """One statement for each thousand identities."""
        async with self._database.reading() as connection:
            return await lookup.known(connection, identities)

    async def vacancies(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], VacancyRecord]:
        """One statement for each thousand keys."""
        async with self._database.reading() as connection:
            return await lookup.vacancy_records(connection, keys)

    async def published(self, scope: str) -> Published:
        """The scope's mark and its topics'."""
        async with self._database.reading() as connection:
            return await publication.published_of(connection, scope)

    async def mark_published(self, marks: Sequence[PublishedMark]) -> None:
        """One transaction for all marks."""
        async with self._database.writing() as connection:
            await publication.mark(connection, self._dialect, marks)

    async def unpublished(self) -> list[str]:
        """One row read for each scope, none of the journal."""
        async with self._database.reading() as connection:
            return await publication.behind(connection)

    async def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        """One statement for each thousand digests."""
        async with self._database.reading() as connection:
            return await lookup.texts_of(connection, hashes)

    async def erase_text(self, hash_: str) -> bool:
        """Deleted, then driven out of the engine's files."""
        async with self._database.writing() as connection:
            erased = await connection.execute(delete(texts).where(texts.c.hash == digest_bytes(hash_)))
        await self._database.forget()
        return erased.rowcount > 0

    async def store_bundle(self, digest: str, content: bytes) -> None:
        """Inserted unless it is there."""
        async with self._database.writing() as connection:
            new = self._dialect.insert_new(bundles)
            await connection.execute(new, {"digest": digest_bytes(digest), "content": content})

    async def bundle(self, digest: str) -> bytes | None:
        """Read by its key."""
        async with self._database.reading() as connection:
            return await lookup.bundle(connection, digest)

    async def reject(self, rejects: Sequence[Reject]) -> None:
        """Inserted unless they are there."""
        async with self._database.writing() as connection:
            await refused.keep(connection, self._dialect, rejects)

    async def unpublished_rejects(self, limit: int) -> list[KeptReject]:
        """Found by an index on those not published."""
        async with self._database.reading() as connection:
            return await refused.unpublished(connection, limit)

    async def mark_rejects_published(self, ids: Collection[int]) -> None:
        """One transaction for all."""
        async with self._database.writing() as connection:
            await refused.mark_published(connection, ids)

    async def rejects(self, limit: int) -> list[KeptReject]:
        """Read backwards along the primary key."""
        async with self._database.reading() as connection:
            return await refused.latest(connection, limit)

    async def find_reject(self, id_: int) -> KeptReject | None:
        """Read by its key."""
        async with self._database.reading() as connection:
            return await refused.by_id(connection, id_)

    async def reject_counts(self) -> dict[tuple[str, str], int]:
        """Counted in the database."""
        async with self._database.reading() as connection:
            return await refused.counts(connection)
