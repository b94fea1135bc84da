"""Reads the journal back: the rows of a scope, where scopes stand, what it takes to resume one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import NullType, TypeEngine

from chassis.journal import lookup
from chassis.journal.chain import genesis, instant
from chassis.journal.columns import opened
from chassis.journal.model import Head, Row, Snapshot, Stored, Waiting
from chassis.journal.tables import journal, scopes, snapshots, waits

_AS_GIVEN: TypeEngine[Any] = NullType()
"""Without a step in Python for each value: that takes longer than reading it."""


async def rows(connection: AsyncConnection, scope: str, after: int, limit: int | None) -> list[Row]:
    """The rows of a scope beyond a version, in order of version."""
    wanted = select(journal).where(journal.c.scope == scope, journal.c.version > after)
    found = await connection.execute(wanted.order_by(journal.c.version).limit(limit))
    return [opened(record) for record in found]


async def contents(
    connection: AsyncConnection, scope: str, after: int, limit: int
) -> Sequence[tuple[str, bytes]]:
    """The type and the data of the rows of a scope beyond a version, in order of version, as the driver gives them."""
    wanted = select(type_coerce(journal.c.type, _AS_GIVEN), type_coerce(journal.c.data, _AS_GIVEN))
    wanted = wanted.where(journal.c.scope == scope, journal.c.version > after)
    found = await connection.execute(wanted.order_by(journal.c.version).limit(limit))
    return [(type_, data) for type_, data in found.all()]


async def load(connection: AsyncConnection, scope: str) -> Stored:
    """The scope's latest snapshot, the rows after it, and its head."""
    snapshot = await _snapshot(connection, scope)
    standing = (await lookup.standings(connection, [scope])).get(scope)
    version, hash_ = standing or (0, genesis(scope))
    after = await rows(connection, scope, snapshot.version if snapshot else 0, None)
    return Stored(snapshot, after, version, hash_.hex())


async def _snapshot(connection: AsyncConnection, scope: str) -> Snapshot | None:
    wanted = select(snapshots.c.version, snapshots.c.state).where(snapshots.c.scope == scope)
    record = (await connection.execute(wanted)).one_or_none()
    return Snapshot(record.version, record.state) if record else None


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
