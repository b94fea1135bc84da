"""Decides, in one transaction, which scopes of a batch are written and which are in conflict."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal import judging, lookup, refused
from chassis.journal.columns import sealed
from chassis.journal.dialect import Dialect
from chassis.journal.errors import JournalCorrupt
from chassis.journal.identity.marks import lowered
from chassis.journal.identity.model import Mark
from chassis.journal.identity.sql import move_marks
from chassis.journal.lookup import Standing
from chassis.journal.model import Append, Conflict, Heard, Outcome, Place
from chassis.journal.proving import beginning
from chassis.journal.writing import Seal, write

Kind = Literal["version", "cause", "vacancy"]
"""What the database itself can refuse."""


async def append(
    connection: AsyncConnection,
    dialect: Dialect,
    appends: Sequence[Append],
    recorded_at: int,
    reached: Sequence[Mark] = (),
) -> list[Outcome]:
    """Write what can be written, outcomes in the order asked; `ValueError` when a scope is named twice.

    All scopes are tried together. Only when the database finds a double among them (two writers met, or an
    input came back under another scope) are they tried one by one, so that the others are not held up. The messages'
    partitions are had alone first, then the scopes: what was refused, or written, is there to be seen. Marks come
    last, in the same transaction.
    """
    if len({asked.scope for asked in appends}) < len(appends):
        raise ValueError("one append for each scope in a batch")
    await judging.alone(connection, dialect, _judged(appends))
    concerned = {asked.scope for asked in appends} | {asked.given[0] for asked in appends if asked.given}
    standings = await lookup.standings(connection, concerned, lock=True)
    said_no = await refused.among(
        connection, [at.place for asked in appends for at in asked.heard if at.incarnation]
    )
    for asked in appends:
        _judge_head(asked, standings.get(asked.scope, _nowhere(asked)))
    seals = [
        _seal(asked, standing, recorded_at)
        for asked in appends
        if (standing := standings.get(asked.scope, _nowhere(asked))).version == asked.base_version
        and _is_given(asked, standings)
        and said_no.isdisjoint(asked.heard)
    ]
    written = await _write_together(connection, dialect, seals)
    outcomes = [written.get(asked.scope) or _stale(asked, said_no) for asked in appends]
    await move_marks(connection, dialect, lowered(reached, appends, outcomes))
    return outcomes


def _judge_head(asked: Append, standing: Standing) -> None:
    """Raises `JournalCorrupt` when the head of the version the writer stands on is another's."""
    is_there = standing.version == asked.base_version
    if is_there and asked.base_hash is not None and standing.hash.hex() != asked.base_hash:
        raise JournalCorrupt(f"{asked.scope}, la tête gardée à la version {standing.version} a changé")


def _is_given(asked: Append, standings: Mapping[str, Standing]) -> bool:
    if asked.given is None:
        return True
    scope, version = asked.given
    return (standings[scope].version if scope in standings else 0) == version


def _judged(appends: Sequence[Append]) -> Iterator[Place]:
    for asked in appends:
        yield from (heard.place for heard in asked.heard)
        yield from (reject.place for reject in asked.refused)


def _stale(asked: Append, said_no: set[Heard]) -> Conflict:
    return Conflict(asked.scope, "version" if said_no.isdisjoint(asked.heard) else "refused")


def _nowhere(asked: Append) -> Standing:
    return beginning(asked.scope)


def _seal(asked: Append, standing: Standing, recorded_at: int) -> Seal:
    for vacancy in asked.vacancies:
        if vacancy.scope != asked.scope:
            raise ValueError(f"vacancy {vacancy.vacancy_id} is of {vacancy.scope}, not of {asked.scope}")
    rows = sealed(asked, standing.hash, recorded_at)
    return Seal(asked, rows, Standing(rows[-1]["version"], rows[-1]["hash"]) if rows else standing)


async def _write_together(
    connection: AsyncConnection, dialect: Dialect, seals: list[Seal]
) -> dict[str, Outcome]:
    try:
        await _write_whole(connection, dialect, seals)
    except IntegrityError:
        return {seal.append.scope: await _write_alone(connection, dialect, seal) for seal in seals}
    return {seal.append.scope: seal.appended() for seal in seals}


async def _write_alone(connection: AsyncConnection, dialect: Dialect, seal: Seal) -> Outcome:
    try:
        await _write_whole(connection, dialect, [seal])
    except IntegrityError:
        if kind := await _conflict(connection, seal.append):
            return Conflict(seal.append.scope, kind)
        raise
    return seal.appended()


async def _write_whole(connection: AsyncConnection, dialect: Dialect, seals: list[Seal]) -> None:
    """Write within a savepoint, undone on a double only: after any other error the whole transaction goes.

    A full disk ends it, savepoints and all: undoing one would then hide what really went wrong.
    """
    savepoint = await connection.begin_nested()
    try:
        await write(connection, dialect, seals)
    except IntegrityError:
        await savepoint.rollback()
        raise
    await savepoint.commit()


async def _conflict(connection: AsyncConnection, asked: Append) -> Kind | None:
    """What the database refused, looked up after it did; None when it is no double at all."""
    standings = await lookup.standings(connection, [asked.scope])
    if standings.get(asked.scope, _nowhere(asked)).version != asked.base_version:
        return "version"
    causes = [transition.cause for transition in asked.transitions]
    if len(set(causes)) < len(causes) or await lookup.known(connection, causes):
        return "cause"
    keys = [(vacancy.bailleur, vacancy.vacancy_id) for vacancy in asked.vacancies]
    records = await lookup.vacancy_records(connection, keys)
    return "vacancy" if any(record.scope != asked.scope for record in records.values()) else None
