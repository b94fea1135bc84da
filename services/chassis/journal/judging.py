"""One transaction at a time judges a partition's messages: what another applied or refused is there to be seen."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal import refused
from chassis.journal.dialect import Dialect
from chassis.journal.identity.model import Mark
from chassis.journal.identity.sql import move_marks
from chassis.journal.model import Place, Reject

KEY_BYTES = 8


async def reject(
    connection: AsyncConnection, dialect: Dialect, arrivals: Sequence[Reject], reached: Sequence[Mark] = ()
) -> list[Reject]:
    """Keep refusals in a transaction that judges their partitions alone; gives back those that stand."""
    await alone(connection, dialect, [arrival.place for arrival in arrivals])
    standing = await refused.keep(connection, dialect, arrivals)
    await move_marks(connection, dialect, reached)
    return standing


async def alone(connection: AsyncConnection, dialect: Dialect, places: Iterable[Place]) -> None:
    """Have these places' partitions until the transaction ends; to be asked once, before anything is looked up."""
    if dialect.alone is None:
        return
    keys = sorted({_key(topic, partition) for topic, partition, _ in places})
    if keys:
        await connection.exec_driver_sql(dialect.alone, (keys,))


def _key(topic: str, partition: int) -> int:
    return int.from_bytes(sha256(f"{topic}/{partition}".encode()).digest()[:KEY_BYTES], signed=True)
