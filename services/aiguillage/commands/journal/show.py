"""`journal show`: what became of a vacancy or of a concertation, told to a clerk."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from aiguillage.commands.concerting import explain_programme
from aiguillage.commands.explaining import explain
from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database
from aiguillage.terminal.console import console_of
from chassis.journal import rows_of_programme, rows_of_vacancy
from contracts.canonical import decode

SAYS_NO = 1


def show(
    vacancy: Annotated[
        str,
        typer.Argument(metavar="VACANCE", help="Numéro d'une vacance, ou d'un programme en concertation."),
    ],
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Quand plusieurs bailleurs ont déclaré ce numéro.")
    ] = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Explique ce qu'est devenue une vacance, ou une concertation."""
    rows = asyncio.run(_rows(vacancy, bailleur, database, data))
    if not rows:
        sys.stdout.write(f"Ni vacance ni programme {vacancy} dans ce journal.\n")
        raise typer.Exit(SAYS_NO)
    if as_json:
        body = [{"type": r.type, "version": r.version, "data": orjson.Fragment(r.data)} for r in rows]
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
        return
    facts: list[tuple[str, Any]] = [(row.type, decode(row.data)) for row in rows if row.ordinal]
    if any(data.get("vacancy_id") == vacancy for _, data in facts):
        explain(console_of(), vacancy, rows)
    else:
        explain_programme(console_of(), vacancy, facts)


async def _rows(vacancy: str, bailleur: str | None, database: str | None, data: Path | None) -> Any:  # noqa: ANN401 - rows
    async with journal_of(database, data) as journal:
        names = [bailleur] if bailleur else sorted({s.partition(":")[0] for s in await journal.scopes()})
        for name in names:
            rows = await rows_of_vacancy(journal, name, vacancy)
            if rows:
                return rows
        scopes = [scope for scope in await journal.scopes() if scope.partition(":")[0] in names]
        found = [await rows_of_programme(journal, scope, vacancy) for scope in scopes]
        return next((rows for rows in found if rows), [])
