"""Finds many things at once by their keys, within the number of variables a statement may hold."""

from collections.abc import AsyncIterator, Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.columns import digest, opened_state
from chassis.journal.model import VacancyRecord
from chassis.journal.tables import journal, scopes, vacancies

KEYS_AT_ONCE = 1_000


class Standing(NamedTuple):
    """The version and the hash of a scope's last row, as stored."""

    version: int
    hash: bytes


async def standings(
    connection: AsyncConnection, names: Collection[str], *, lock: bool = False
) -> dict[str, Standing]:
    """Where these scopes stand, those never written left out; `lock` keeps other writers off them."""
    statement = select(scopes.c.scope, scopes.c.head_version, scopes.c.head_hash).order_by(scopes.c.scope)
    if lock:
        statement = statement.with_for_update()
    found = among(connection, statement, scopes.c.scope, sorted(names))
    return {scope: Standing(version, hash_) async for scope, version, hash_ in found}


async def known(connection: AsyncConnection, identities: Collection[str]) -> dict[str, bytes]:
    """The canonical input of each of these causes that is journalled."""
    statement = select(journal.c.cause, journal.c.data).where(journal.c.ordinal == 0)
    found = among(connection, statement, journal.c.cause, [digest(identity) for identity in identities])
    return {cause.hex(): data async for cause, data in found}


async def vacancy_records(
    connection: AsyncConnection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], VacancyRecord]:
    """The record of each of these (bailleur, vacancy id) that was declared."""
    found = among(connection, select(vacancies), tuple_(vacancies.c.bailleur, vacancies.c.vacancy_id), keys)
    return {
        (bailleur, vacancy_id): VacancyRecord(
            bailleur,
            vacancy_id,
            scope,
            content.hex(),
            None if closed is None else opened_state(closed, vacancy_id),
        )
        async for bailleur, vacancy_id, scope, content, closed in found
    }


async def among(
    connection: AsyncConnection,
    statement: Select[*tuple[Any, ...]],
    key: ColumnElement[Any],
    keys: Collection[Any],
) -> AsyncIterator[Row[*tuple[Any, ...]]]:
    """The records whose key is one of these."""
    wanted = list(keys)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        for record in await connection.execute(
            statement.where(key.in_(wanted[start : start + KEYS_AT_ONCE]))
        ):
            yield record
