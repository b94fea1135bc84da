"""Finds what happened to one vacancy, or in one concertation: the transitions that name it."""

from collections.abc import AsyncIterator

from chassis.journal.model import Row
from chassis.journal.port import Ledger
from chassis.journal.walk import walk
from contracts import canonical


async def rows_of_vacancy(journal: Ledger, bailleur: str, vacancy_id: str) -> list[Row]:
    """Whole transitions of which one row names the vacancy, in order; none when it was never declared.

    Reads every row of the vacancy's scope: a question asked by a person, not on the way of a message. The
    canonical bytes write a field in one way only, so that finding the bytes is finding the field.
    """
    record = (await journal.vacancies([(bailleur, vacancy_id)])).get((bailleur, vacancy_id))
    if record is None:
        return []
    return await _naming(journal, record.scope, "vacancy_id", vacancy_id)


async def rows_of_programme(journal: Ledger, scope: str, programme_id: str) -> list[Row]:
    """Whole transitions of a scope of which one row names the programme, in order; none when it is unknown there."""
    return await _naming(journal, scope, "programme_id", programme_id)


async def _naming(journal: Ledger, scope: str, field: str, value: str) -> list[Row]:
    named = canonical.encode({field: value})[1:-1]
    transitions = _transitions(journal, scope)
    return [row async for rows in transitions if any(named in row.data for row in rows) for row in rows]


async def _transitions(journal: Ledger, scope: str) -> AsyncIterator[list[Row]]:
    together: list[Row] = []
    async for row in walk(journal, scope):
        if row.ordinal == 0 and together:
            yield together
            together = []
        together.append(row)
    if together:
        yield together
