"""Reads the journal back: the rows of a scope, where scopes stand, what it takes to resume one."""

from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy import Row as Record
from sqlalchemy import ScalarSelect, Select, and_, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType, TypeEngine

from chassis.journal import lookup
from chassis.journal.chain import instant
from chassis.journal.columns import opened
from chassis.journal.errors import JournalCorrupt
from chassis.journal.lookup import Standing
from chassis.journal.model import Head, Row, Snapshot, Stored, Waiting
from chassis.journal.proving import beginning, proved, snapshot_digest
from chassis.journal.semantics import required
from chassis.journal.tables import journal, scopes, snapshots, waits

log = structlog.get_logger("journal")

_AS_GIVEN: TypeEngine[Any] = NullType()
"""Without a step in Python for each value: that takes longer than reading it."""

_EVERY = select(*(type_coerce(column, _AS_GIVEN).label(column.name) for column in journal.c)).order_by(
    journal.c.version
)
"""Every column, in the table's order."""


async def rows(
    connection: AsyncConnection, scope: str, after: int, limit: int | None, *, is_proved: bool
) -> list[Row]:
    """The rows of a scope beyond a version, in order of version; each proved by the one before it when asked."""
    if is_proved:
        return [opened(record) for record in await _proved_after(connection, scope, after, limit)]
    wanted = _EVERY.where(journal.c.scope == scope, journal.c.version > after)
    return [opened(record) for record in await connection.execute(wanted.limit(limit))]


async def contents(
    connection: AsyncConnection, scope: str, after: int, limit: int
) -> Sequence[tuple[str, bytes]]:
    """The type and the data of the same rows, proved."""
    return [(record.type, record.data) for record in await _proved_after(connection, scope, after, limit)]


async def _proved_after(
    connection: AsyncConnection, scope: str, after: int, limit: int | None
) -> Sequence[Record[Any]]:
    more = None if limit is None else limit + (after > 0)
    wanted = _EVERY.where(journal.c.scope == scope, journal.c.version >= after)
    records = (await connection.execute(wanted.limit(more))).all()
    return _after(scope, after, records) if records else ()


def _after(scope: str, after: int, records: Sequence[Record[Any]]) -> Sequence[Record[Any]]:
    """The records beyond a version, proved from the row of that version, which comes first."""
    if after <= 0:
        proved(scope, records, beginning(scope))
        return records
    if records[0].version != after:
        raise JournalCorrupt(f"{scope}, il manque la version {after}")
    proved(scope, records[1:], Standing(after, records[0].hash))
    return records[1:]


async def load(connection: AsyncConnection, scope: str, *, is_whole: bool) -> Stored:
    """The scope's latest sound snapshot, the rows after it, and its head, all proved; every row when `is_whole`.

    Raises `JournalCorrupt`; `OtherSemantics` when it is not this version that decided its last row.
    """
    standing = (await lookup.standings(connection, [scope])).get(scope) or beginning(scope)
    snapshot = None if is_whole else await _snapshot(connection, scope, standing)
    since = Standing(snapshot.version, snapshot.head_hash) if snapshot else beginning(scope)
    wanted = _EVERY.where(journal.c.scope == scope, journal.c.version > since.version)
    records = (await connection.execute(wanted)).all()
    if proved(scope, records, since) != standing:
        raise JournalCorrupt(f"{scope}, {ENDS_ELSEWHERE}")
    if (last := records[-1] if records else snapshot) is not None:
        required(scope, last.semantics)
    kept = Snapshot(snapshot.version, snapshot.state) if snapshot else None
    return Stored(kept, [opened(record) for record in records], standing.version, standing.hash.hex())


async def _snapshot(connection: AsyncConnection, scope: str, standing: Standing) -> Record[Any] | None:
    """The scope's snapshot with what its row is decided under; None when there is none, or one that is not sound."""
    its_row = and_(journal.c.scope == snapshots.c.scope, journal.c.version == snapshots.c.version)
    wanted = select(snapshots, journal.c.hash, journal.c.semantics).join(journal, its_row, isouter=True)
    record = (await connection.execute(wanted.where(snapshots.c.scope == scope))).one_or_none()
    if record is None:
        return None
    is_sound = (
        record.version <= standing.version
        and record.hash == record.head_hash
        and record.digest == snapshot_digest(Standing(record.version, record.head_hash), record.state)
    )
    if not is_sound:
        log.warning("snapshot_refolded", scope=scope, version=record.version)
    return record if is_sound else None


ENDS_ELSEWHERE = "les lignes ne finissent pas à la tête gardée à côté d'elles"


async def examine(connection: AsyncConnection) -> None:
    """Look at where every scope stands: raises `JournalCorrupt`, `OtherSemantics` as `Journal.examine` says."""
    last = and_(journal.c.scope == scopes.c.scope, journal.c.version == scopes.c.head_version)
    wanted = select(scopes, journal.c.hash, journal.c.semantics).join(journal, last, isouter=True)
    found = (await connection.execute(wanted.order_by(scopes.c.scope))).all()
    if forgotten := set(await scope_names(connection)) - {record.scope for record in found}:
        raise JournalCorrupt(f"{min(forgotten)} a des lignes, et aucune tête n'est gardée à côté d'elles")
    for record in found:
        if record.hash != record.head_hash:
            raise JournalCorrupt(f"{record.scope}, {ENDS_ELSEWHERE}")
        if record.published_version > record.head_version:
            raise JournalCorrupt(
                f"{record.scope} est dit publié jusqu'à {record.published_version}, "
                f"et finit à {record.head_version}"
            )
        required(record.scope, record.semantics)


async def heads(connection: AsyncConnection) -> dict[str, Head]:
    """Where every scope stands."""
    found = await connection.execute(select(scopes.c.scope, scopes.c.head_version, scopes.c.head_hash))
    return {scope: Head(version, hash_.hex()) for scope, version, hash_ in found}


async def waits_of_all(connection: AsyncConnection) -> dict[str, Waiting]:
    """Every scope's version, and when it next has something to do."""
    told = select(scopes.c.scope, scopes.c.head_version, waits.c.due)
    found = await connection.execute(told.join(waits, waits.c.scope == scopes.c.scope, isouter=True))
    return {scope: Waiting(version, None if due is None else instant(due)) for scope, version, due in found}


async def scope_names(connection: AsyncConnection) -> list[str]:
    """Every scope that has a row in the journal itself, in order."""
    return list(await connection.scalars(_distinct_scopes()))


def _distinct_scopes() -> Select[tuple[str]]:
    # Jumps from each scope to the next along the primary key; DISTINCT would read every row.
    def first_scope_after(scope: object | None) -> ScalarSelect[str]:
        first = select(func.min(journal.c.scope))
        return (first if scope is None else first.where(journal.c.scope > scope)).scalar_subquery()

    found = select(first_scope_after(None).label("scope")).cte("found", recursive=True)
    found = found.union_all(select(first_scope_after(found.c.scope)).where(found.c.scope.is_not(None)))
    return select(found.c.scope).where(found.c.scope.is_not(None)).order_by(found.c.scope)
