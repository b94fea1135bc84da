"""What is kept beside the rows by its digest: free texts that can be erased, rulebooks that cannot."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.columns import digest
from chassis.journal.dialect import Dialect
from chassis.journal.errors import JournalCorrupt
from chassis.journal.lookup import among
from chassis.journal.tables import bundle_signatures, bundles, in_force, texts

_ONLY = 1
"""The one row of `in_force`."""


async def texts_of(connection: AsyncConnection, hashes: Collection[str]) -> dict[str, str]:
    """Each of these texts that is there and not erased; `JournalCorrupt` on one that was changed."""
    found = among(connection, select(texts), texts.c.hash, [digest(hash_) for hash_ in hashes])
    return {hash_.hex(): _authentic(hash_, text) async for hash_, text in found}


def _authentic(hash_: bytes, text: str) -> str:
    if sha256(text.encode()).digest() != hash_:
        raise JournalCorrupt(f"le texte gardé sous {hash_.hex()} a une autre empreinte")
    return text


async def delete_text(connection: AsyncConnection, hash_: str) -> bool:
    """Take a text out; False when there was none."""
    deleted = await connection.execute(delete(texts).where(texts.c.hash == digest(hash_)))
    return deleted.rowcount > 0


async def store_bundle(connection: AsyncConnection, dialect: Dialect, name: str, content: bytes) -> None:
    """Keep a rulebook under its digest, unless it is there."""
    await connection.execute(dialect.insert_new(bundles), {"digest": digest(name), "content": content})


async def put_in_force(
    connection: AsyncConnection, dialect: Dialect, name: str, content: bytes, signed: bytes | None
) -> None:
    """Keep a rulebook, what signed it if anything did, and that it is the one in force from now on."""
    await store_bundle(connection, dialect, name, content)
    if signed is not None:
        row = {"digest": digest(name), "signed": signed}
        await connection.execute(dialect.upsert(bundle_signatures, ["digest"], ["signed"]), row)
    only = {"id": _ONLY, "digest": digest(name)}
    await connection.execute(dialect.upsert(in_force, ["id"], ["digest"]), only)


async def bundle_in_force(connection: AsyncConnection) -> bytes | None:
    """The rulebook last put in force, if one ever was; `JournalCorrupt` when it was changed."""
    wanted = select(bundles.c.digest, bundles.c.content)
    return await _authentic_bundle(connection, wanted.join(in_force, in_force.c.digest == bundles.c.digest))


async def signature_in_force(connection: AsyncConnection) -> bytes | None:
    """What signed the rulebook last put in force, as it was kept; None when nothing did."""
    wanted = select(bundle_signatures.c.signed)
    found = await connection.execute(wanted.join(in_force, in_force.c.digest == bundle_signatures.c.digest))
    signed = found.scalar_one_or_none()
    return None if signed is None else bytes(signed)


async def bundle(connection: AsyncConnection, name: str) -> bytes | None:
    """The rulebook of that digest, if it was stored; `JournalCorrupt` when it was changed."""
    wanted = select(bundles.c.digest, bundles.c.content)
    return await _authentic_bundle(connection, wanted.where(bundles.c.digest == digest(name)))


async def _authentic_bundle(connection: AsyncConnection, wanted: Select[tuple[bytes, bytes]]) -> bytes | None:
    record = (await connection.execute(wanted)).one_or_none()
    if record is None:
        return None
    if sha256(record.content).digest() != record.digest:
        raise JournalCorrupt(f"le recueil gardé sous {record.digest.hex()} a une autre empreinte")
    return bytes(record.content)
