"""A journal in a SQL database: one transaction for each call, and nothing kept in memory."""

from collections.abc import Collection, Mapping, Sequence

from chassis.clock import Clock
from chassis.journal import appending, judging, keeping, lookup, publication, reading, refused
from chassis.journal.chain import microseconds
from chassis.journal.database import Database
from chassis.journal.identity import Adoption, Identity, Mark
from chassis.journal.identity import sql as identity_sql
from chassis.journal.model import (
    Append,
    Head,
    Heard,
    KeptReject,
    Outcome,
    Place,
    Published,
    PublishedMark,
    Reject,
    Row,
    Stored,
    VacancyRecord,
    Waiting,
)
from chassis.journal.port import Journal


class SqlJournal(Journal):
    """The journal behind a URL (`sqlite:///PATH`, `postgresql://…`); `Journal` tells what each method promises."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._database = Database(url)
        self._dialect = self._database.dialect
        self._clock = clock

    async def open(self) -> None:
        """Check that the tables are ours; an empty SQLite file gets them, an empty server is `SchemaMismatch`."""
        await self._database.prepare()

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    @property
    def is_answering(self) -> bool:
        """As the database's last transaction ended."""
        return self._database.is_answering

    @property
    def corruption(self) -> str | None:
        """As the database's transactions ended since the start."""
        return self._database.corruption

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        """One transaction for all, a savepoint for each scope once one of them fails."""
        recorded_at = microseconds(self._clock.now())
        return await self._database.write(appending.append, self._dialect, appends, recorded_at, reached)

    async def examine(self) -> None:
        """One row read for each scope, and two seeks."""
        await self._database.read(reading.examine)

    async def load(self, scope: str, *, is_whole: bool = False) -> Stored:
        """Three reads in one transaction."""
        return await self._database.read(reading.load, scope, is_whole=is_whole)

    async def rows(
        self, scope: str, after: int = 0, limit: int | None = None, *, is_proved: bool = True
    ) -> list[Row]:
        """A walk along the primary key, from the row before the first."""
        return await self._database.read(reading.rows, scope, after, limit, is_proved=is_proved)

    async def contents(self, scope: str, after: int, limit: int) -> Sequence[tuple[str, bytes]]:
        """The same walk, two columns wide."""
        return await self._database.read(reading.contents, scope, after, limit)

    async def scopes(self) -> list[str]:
        """Asked of the journal table itself, two seeks for each scope."""
        return await self._database.read(reading.scope_names)

    async def heads(self) -> dict[str, Head]:
        """Read from the bookkeeping, which `verify` compares with the rows."""
        return await self._database.read(reading.heads)

    async def waits(self) -> dict[str, Waiting]:
        """One row read for each scope, none of the journal."""
        return await self._database.read(reading.waits_of_all)

    async def known(self, identities: Collection[str]) -> dict[str, bytes]:
        """One statement for each thousand identities."""
        return await self._database.read(lookup.known, identities)

    async def vacancies(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], VacancyRecord]:
        """One statement for each thousand keys."""
        return await self._database.read(lookup.vacancy_records, keys)

    async def published(self, scope: str) -> Published:
        """The scope's mark and its topics'."""
        return await self._database.read(publication.published_of, scope)

    async def mark_published(self, marks: Sequence[PublishedMark]) -> None:
        """One transaction for all marks."""
        await self._database.write(publication.mark, self._dialect, marks)

    async def unpublished(self) -> list[str]:
        """One row read for each scope, none of the journal."""
        return await self._database.read(publication.behind)

    async def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        """One statement for each thousand digests."""
        return await self._database.read(keeping.texts_of, hashes)

    async def erase_text(self, hash_: str) -> bool:
        """Deleted, then driven out of the engine's files."""
        was_there = await self._database.write(keeping.delete_text, hash_)
        await self._database.forget()
        return was_there

    async def store_bundle(self, digest: str, content: bytes) -> None:
        """Inserted unless it is there."""
        await self._database.write(keeping.store_bundle, self._dialect, digest, content)

    async def put_in_force(self, digest: str, content: bytes, signed: bytes | None = None) -> None:
        """All in one transaction."""
        await self._database.write(keeping.put_in_force, self._dialect, digest, content, signed)

    async def signature_in_force(self) -> bytes | None:
        """Two rows read."""
        return await self._database.read(keeping.signature_in_force)

    async def bundle_in_force(self) -> bytes | None:
        """Two rows read."""
        return await self._database.read(keeping.bundle_in_force)

    async def bundle(self, digest: str) -> bytes | None:
        """Read by its key."""
        return await self._database.read(keeping.bundle, digest)

    async def reject(self, rejects: Sequence[Reject], reached: Sequence[Mark] = ()) -> list[Reject]:
        """Inserted unless they are there, or applied."""
        return await self._database.write(judging.reject, self._dialect, rejects, reached)

    async def refused(self, places: Collection[Place]) -> set[Heard]:
        """One range of an index for each partition."""
        return await self._database.read(refused.among, places)

    async def unpublished_rejects(
        self, limit: int, after: int = 0, but_topics: Collection[str] = ()
    ) -> list[KeptReject]:
        """Found by an index on those not published."""
        return await self._database.read(refused.unpublished, limit, after, but_topics)

    async def unpublished_reject_ids(self, limit: int, but_topics: Collection[str] = ()) -> list[int]:
        """Found by the same index, no value read."""
        return await self._database.read(refused.unpublished_ids, limit, but_topics)

    async def mark_rejects_published(self, ids: Collection[int]) -> None:
        """One transaction for all."""
        await self._database.write(refused.mark_published, ids)

    async def rejects(self, limit: int) -> list[KeptReject]:
        """Read backwards along the primary key."""
        return await self._database.read(refused.latest, limit)

    async def find_reject(self, id_: int) -> KeptReject | None:
        """Read by its key."""
        return await self._database.read(refused.by_id, id_)

    async def reject_counts(self) -> dict[tuple[str, str], int]:
        """Counted in the database."""
        return await self._database.read(refused.counts)

    async def identity(self) -> Identity:
        """Drawn at the first call, read from then on."""
        return await self._database.write(identity_sql.identity_of, self._dialect)

    async def bind(self, cluster_id: str) -> None:
        """One row, unless it says another."""
        await self._database.write(identity_sql.bind, cluster_id)

    async def adopt(self, adoption: Adoption) -> None:
        """One transaction for the word and what it undoes."""
        await self._database.write(identity_sql.adopt, adoption)

    async def adoptions(self) -> list[Adoption]:
        """Read in their order."""
        return await self._database.read(identity_sql.adoptions_of)

    async def marks(self) -> list[Mark]:
        """One row for each input partition."""
        return await self._database.read(identity_sql.marks_of)
