"""Keeps refused messages until they are published and looked into, and withholds what may not be kept."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Row as Record
from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal import lookup
from chassis.journal.chain import instant, microseconds
from chassis.journal.dialect import Dialect
from chassis.journal.errors import JournalCorrupt
from chassis.journal.model import Heard, KeptReject, Place, Reject
from chassis.journal.tables import rejects
from contracts.rejected import RejectionReason

LARGEST_KEPT_BYTES = 512 * 1024
"""A message above this size is known by its digest only."""
LARGEST_KEPT_KEY_BYTES = 64 * 1024
"""And one with a key above this: told with both, no broker would take it."""

PERSONAL_MESSAGE = "Le message désigne une personne : seul le chemin du champ est conservé."

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")

c = rejects.c
Columns = dict[str, Any]


async def keep(connection: AsyncConnection, dialect: Dialect, arrivals: Sequence[Reject]) -> list[Reject]:
    """Store each reject once, if its input was not applied; gives back those that stand.

    The same value at the same place of a topic is the same reject.
    """
    carried = [reject.carries[0] for reject in arrivals if reject.carries is not None]
    applied = set((await lookup.known(connection, carried)).items())
    standing = [reject for reject in arrivals if reject.carries not in applied]
    if standing:
        await connection.execute(dialect.insert_new(rejects), [_columns(reject) for reject in standing])
    return standing


async def unpublished(
    connection: AsyncConnection, limit: int, after: int, but_topics: Collection[str]
) -> list[KeptReject]:
    """The oldest rejects after a number, not of these topics, and not yet acknowledged by the broker."""
    oldest = select(rejects).where(c.published == 0, c.id > after, c.topic.not_in(but_topics))
    return [_opened(record) for record in await connection.execute(oldest.order_by(c.id).limit(limit))]


async def unpublished_ids(connection: AsyncConnection, limit: int, but_topics: Collection[str]) -> list[int]:
    """The numbers alone of the oldest rejects not of these topics and not yet acknowledged by the broker."""
    oldest = select(c.id).where(c.published == 0, c.topic.not_in(but_topics))
    return list(await connection.scalars(oldest.order_by(c.id).limit(limit)))


async def mark_published(connection: AsyncConnection, ids: Collection[int]) -> None:
    """These rejects were acknowledged by the broker; marked in order, so that no two writers wait for each other."""
    if ids:
        marked = update(rejects).where(rejects.c.id == bindparam("marked")).values(published=1)
        await connection.execute(marked, [{"marked": id_} for id_ in sorted(ids)])


async def latest(connection: AsyncConnection, limit: int) -> list[KeptReject]:
    """The newest rejects, newest first."""
    newest = select(rejects).order_by(rejects.c.id.desc()).limit(limit)
    return [_opened(record) for record in await connection.execute(newest)]


async def among(connection: AsyncConnection, places: Collection[Place]) -> set[Heard]:
    """Those of these places where a message was refused, with the digest of its value and the log it stood in."""
    if not places:
        return set()
    offsets: dict[tuple[str, int], list[int]] = defaultdict(list)
    for topic, partition, offset in places:
        offsets[topic, partition].append(offset)
    spans = [
        and_(c.topic == topic, c.partition == partition, c.offset.between(min(found), max(found)))
        for (topic, partition), found in offsets.items()
    ]
    columns = c.topic, c.partition, c.offset, c.digest, c.incarnation
    refused = await connection.execute(select(*columns).where(or_(*spans)))
    return {
        Heard((topic, partition, offset), digest.hex(), incarnation)
        for topic, partition, offset, digest, incarnation in refused
        if offset in offsets[topic, partition]
    }


async def by_id(connection: AsyncConnection, id_: int) -> KeptReject | None:
    """One reject."""
    record = (await connection.execute(select(rejects).where(rejects.c.id == id_))).one_or_none()
    return _opened(record) if record else None


async def counts(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many rejects there are for each (topic, reason)."""
    grouped = select(rejects.c.topic, rejects.c.reason, func.count()).group_by(
        rejects.c.topic, rejects.c.reason
    )
    return {(topic, reason): count for topic, reason, count in await connection.execute(grouped)}


def is_too_large(reject: Reject) -> bool:
    """Whether a refused message is more than is kept, by its value or by its key."""
    return len(reject.value or b"") > LARGEST_KEPT_BYTES or len(reject.key or b"") > LARGEST_KEPT_KEY_BYTES


def _columns(reject: Reject) -> Columns:
    value = reject.value or b""
    is_personal = reject.reason == RejectionReason.DONNEE_PERSONNELLE
    is_withheld = is_personal or is_too_large(reject)
    return {
        "topic": reject.topic,
        "partition": reject.partition,
        "offset": reject.offset,
        "digest": sha256(value).digest(),
        "key": None if is_withheld else reject.key,
        "value": None if is_withheld else reject.value,
        "headers": _packed([] if is_withheld else reject.headers),
        "reason": str(reject.reason),
        "path": _keepable(reject.path),
        "message": PERSONAL_MESSAGE if is_personal else _keepable(reject.message),
        "at": microseconds(reject.at),
        "incarnation": reject.incarnation,
    }


def _keepable(words: str) -> str:
    # What is said of a message may cite it, and no database keeps U+0000 or half a character as text.
    return _UNKEEPABLE.sub("\ufffd", words)


def _opened(record: Record[Any]) -> KeptReject:
    if record.value is not None and sha256(record.value).digest() != record.digest:
        raise JournalCorrupt(f"le message refusé n° {record.id} a une autre empreinte")
    reject = Reject(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=_unpacked(record.headers),
        reason=record.reason,
        path=record.path,
        message=record.message,
        at=instant(record.at),
        incarnation=record.incarnation,
    )
    return KeptReject(record.id, record.digest.hex(), reject, is_published=bool(record.published))


def _packed(headers: Sequence[tuple[str, bytes | None]]) -> bytes:
    return orjson.dumps([(name, None if value is None else value.hex()) for name, value in headers])


def _unpacked(headers: bytes) -> list[tuple[str, bytes | None]]:
    return [(name, None if value is None else bytes.fromhex(value)) for name, value in orjson.loads(headers)]
