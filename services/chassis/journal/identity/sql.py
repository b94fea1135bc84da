"""The statements that read and write a journal's identity, marks and adoptions."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.chain import instant, microseconds
from chassis.journal.dialect import Dialect
from chassis.journal.identity.model import Adoption, Identity, Mark
from chassis.journal.tables import adoptions, applied_marks, identity

_ONLY = 1
"""The one row of `identity`."""


async def identity_of(connection: AsyncConnection, dialect: Dialect) -> Identity:
    """Which journal this is; drawn now, of one that was never asked."""
    drawn = {"id": _ONLY, "journal_id": uuid4().hex, "cluster_id": ""}
    await connection.execute(dialect.insert_new(identity), drawn)
    journal_id, cluster_id = (
        await connection.execute(select(identity.c.journal_id, identity.c.cluster_id))
    ).one()
    return Identity(journal_id, cluster_id or None)


async def bind(connection: AsyncConnection, cluster_id: str) -> None:
    """The journal is written from this cluster from now on, unless it is from another."""
    await connection.execute(
        update(identity).where(identity.c.cluster_id == "").values(cluster_id=cluster_id)
    )


async def adopt(connection: AsyncConnection, adoption: Adoption) -> None:
    """Note who answers for it, on which cluster; marks are forgotten: all of it is read from the beginning."""
    await connection.execute(update(identity).values(cluster_id=adoption.cluster_id))
    await connection.execute(delete(applied_marks))
    await connection.execute(
        adoptions.insert().values(
            at=microseconds(adoption.at),
            office=adoption.office,
            cluster_id=adoption.cluster_id,
            before=adoption.before,
        )
    )


async def adoptions_of(connection: AsyncConnection) -> list[Adoption]:
    """Every adoption, the oldest first."""
    found = await connection.execute(select(adoptions).order_by(adoptions.c.id))
    return [Adoption(instant(row.at), row.office, row.cluster_id, row.before) for row in found]


async def marks_of(connection: AsyncConnection) -> list[Mark]:
    """Every mark, in order."""
    c = applied_marks.c
    found = await connection.execute(select(applied_marks).order_by(c.topic, c.partition, c.incarnation))
    return [Mark(row.topic, row.partition, row.incarnation, row.offset) for row in found]


async def move_marks(connection: AsyncConnection, dialect: Dialect, marks: Iterable[Mark]) -> None:
    """Move marks forward, in a fixed order so that two writers cannot wait for each other."""
    rows = [
        {
            "topic": mark.topic,
            "partition": mark.partition,
            "incarnation": mark.incarnation,
            "offset": mark.offset,
        }
        for mark in sorted(marks, key=lambda mark: mark.key)
    ]
    if rows:
        keys = ["topic", "partition", "incarnation"]
        await connection.execute(dialect.upsert(applied_marks, keys, ["offset"], rising=True), rows)
