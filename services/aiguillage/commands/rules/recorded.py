"""The situation of a vacancy that a journal knows: the scope and the rulebook as they were when it was decided."""

import asyncio
from pathlib import Path

from aiguillage.commands.journals import journal_of
from aiguillage.explanation import Situation
from aiguillage.explanation.recorded import find_decision, situation_recorded
from chassis.journal import Row, SqlJournal
from chassis.rulebook import Rulebook
from orientation.rulebook import BookView


def recorded(
    vacancy: str, bailleur: str | None, attempt: int | None, database: str | None, data: Path | None
) -> Situation:
    """The situation of a vacancy's nth round, else of its last.

    Raises `ValueError` when the journal does not know it, `FileNotFoundError` when there is no journal.
    """
    return asyncio.run(_recorded(vacancy, bailleur, attempt, database, data))


async def _recorded(
    vacancy: str, bailleur: str | None, attempt: int | None, database: str | None, data: Path | None
) -> Situation:
    async with journal_of(database, data) as journal:
        rows = await _scope_of(journal, vacancy, bailleur)
        found = find_decision(rows, vacancy, attempt)
        content = await journal.bundle(found.decided["rulebook"])
        if content is None:
            digest = found.decided["rulebook"]
            raise ValueError(f"Le journal n'a pas le recueil {digest} : restaurez une sauvegarde.")
        return situation_recorded(rows, found, BookView(Rulebook.from_bundle(content)))


async def _scope_of(journal: SqlJournal, vacancy: str, bailleur: str | None) -> list[Row]:
    """Every row of the scope that knows the vacancy; `ValueError` when none does, or when several bailleurs do."""
    names = [bailleur] if bailleur else sorted({s.partition(":")[0] for s in await journal.scopes()})
    known = await journal.vacancies([(name, vacancy) for name in names])
    if len(known) > 1:
        who = ", ".join(name for name, _ in sorted(known))
        raise ValueError(f"Plusieurs bailleurs ont déclaré {vacancy} : donnez --bailleur parmi {who}.")
    for record in known.values():
        return await journal.rows(record.scope)
    raise ValueError(f"Aucune vacance {vacancy} dans ce journal.")
