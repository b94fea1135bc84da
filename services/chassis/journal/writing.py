"""The statements that write sealed appends: rows, heads, vacancies, waits, snapshots, texts, refusals."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal import refused
from chassis.journal.chain import microseconds
from chassis.journal.columns import digest, sealed_state
from chassis.journal.dialect import Dialect
from chassis.journal.lookup import Standing
from chassis.journal.model import Append, Appended
from chassis.journal.proving import snapshot_digest
from chassis.journal.tables import journal, scopes, snapshots, texts, vacancies, waits

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seal:
    """An append ready to be written: its rows as columns in the table's order, and the head they lead to."""

    append: Append
    rows: list[Columns]
    head: Standing

    def appended(self) -> Appended:
        """What its writer is told once it is written."""
        return Appended(self.append.scope, self.head.version, self.head.hash.hex())


async def write(connection: AsyncConnection, dialect: Dialect, seals: Sequence[Seal]) -> None:
    """Write them all, in a fixed order of scopes so that two writers cannot wait for each other.

    Raises the driver's `IntegrityError` when a row, a cause or a vacancy is there already.
    """
    ordered = sorted(seals, key=lambda seal: seal.append.scope)
    await _put_rows(connection, dialect.insert_tuples(journal), ordered)
    await _put(connection, _heads(dialect), [_head(seal) for seal in ordered if seal.rows])
    await _put(connection, dialect.upsert(waits, ["scope"], ["due"]), _waits(ordered))
    await _put(connection, _declarations(dialect), _vacancies(ordered))
    await _put(connection, _frozen(dialect), _snapshots(ordered))
    await _put(connection, dialect.insert_new(texts), _texts(ordered))
    await refused.keep(connection, dialect, [reject for seal in ordered for reject in seal.append.refused])


async def _put_rows(connection: AsyncConnection, statement: str, seals: Sequence[Seal]) -> None:
    rows = [tuple(row.values()) for seal in seals for row in seal.rows]
    if rows:
        await connection.exec_driver_sql(statement, rows)


async def _put(connection: AsyncConnection, statement: Executable, rows: list[Columns]) -> None:
    if rows:
        await connection.execute(statement, rows)


def _heads(dialect: Dialect) -> Executable:
    return dialect.upsert(scopes, ["scope"], ["head_version", "head_hash"])


def _declarations(dialect: Dialect) -> Executable:
    return dialect.upsert(vacancies, ["bailleur", "vacancy_id", "scope"], ["content", "closed"])


def _frozen(dialect: Dialect) -> Executable:
    return dialect.upsert(snapshots, ["scope"], ["version", "state", "head_hash", "digest"])


def _head(seal: Seal) -> Columns:
    return {"scope": seal.append.scope, "head_version": seal.head.version, "head_hash": seal.head.hash}


def _waits(seals: Sequence[Seal]) -> list[Columns]:
    return [
        {"scope": seal.append.scope, "due": microseconds(seal.append.next_due)}
        for seal in seals
        if seal.append.next_due is not None
    ]


def _vacancies(seals: Sequence[Seal]) -> list[Columns]:
    return [
        {
            "bailleur": vacancy.bailleur,
            "vacancy_id": vacancy.vacancy_id,
            "scope": vacancy.scope,
            "content": digest(vacancy.content),
            "closed": None if vacancy.closed is None else sealed_state(vacancy.closed),
        }
        for seal in seals
        for vacancy in seal.append.vacancies
    ]


def _snapshots(seals: Sequence[Seal]) -> list[Columns]:
    return [
        {
            "scope": seal.append.scope,
            "version": seal.head.version,
            "state": state,
            "head_hash": seal.head.hash,
            "digest": snapshot_digest(seal.head, state),
        }
        for seal in seals
        if (state := seal.append.snapshot) is not None
    ]


def _texts(seals: Sequence[Seal]) -> list[Columns]:
    written = {
        hash_: text
        for seal in seals
        for transition in seal.append.transitions
        for hash_, text in transition.texts.items()
    }
    for hash_, text in written.items():
        if sha256(text.encode()).hexdigest() != hash_:
            raise ValueError(f"the text filed under {hash_} has another SHA-256")
    return [{"hash": digest(hash_), "text": text} for hash_, text in written.items()]
