"""How far each scope has been published: marks that only move forward, and the scopes still behind."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.dialect import Dialect
from chassis.journal.model import Published, PublishedMark
from chassis.journal.tables import published, scopes


async def published_of(connection: AsyncConnection, scope: str) -> Published:
    """What was acknowledged of a scope; nothing, of a scope never written."""
    version = await connection.scalar(select(scopes.c.published_version).where(scopes.c.scope == scope))
    sequences = await connection.execute(
        select(published.c.topic, published.c.sequence).where(published.c.scope == scope)
    )
    return Published(version or 0, dict(sequences.all()))


async def mark(connection: AsyncConnection, dialect: Dialect, marks: Sequence[PublishedMark]) -> None:
    """Move the marks forward. A mark that goes back, or beyond the scope's head, moves nothing.

    They are moved in the order appends lock scopes in, so that two writers cannot wait for each other.
    """
    ordered = sorted(marks, key=lambda mark: mark.scope)
    if not ordered:
        return
    forward = update(scopes).where(
        scopes.c.scope == bindparam("marked"),
        scopes.c.published_version < bindparam("reached"),
        scopes.c.head_version >= bindparam("reached"),
    )
    await connection.execute(
        forward.values(published_version=bindparam("reached")),
        [{"marked": mark.scope, "reached": mark.version} for mark in ordered],
    )
    sequences = [
        {"scope": mark.scope, "topic": topic, "sequence": sequence}
        for mark in ordered
        for topic, sequence in sorted(mark.sequences.items())
    ]
    if sequences:
        await connection.execute(
            dialect.upsert(published, ["scope", "topic"], ["sequence"], rising=True), sequences
        )


async def behind(connection: AsyncConnection) -> list[str]:
    """The scopes with rows not yet acknowledged everywhere, in order."""
    late = select(scopes.c.scope).where(scopes.c.published_version < scopes.c.head_version)
    return list(await connection.scalars(late.order_by(scopes.c.scope)))
