"""`journal export`: the whole journal, one row a line, so that anybody can prove the chain again."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import Data, Database
from chassis.journal import export as export_lines


def export(
    out: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Fichier à écrire ; sinon la sortie standard.")
    ] = None,
    database: Database = None,
    data: Data = None,
) -> None:
    """Remet tout le journal, une ligne par écriture.

    Chacun peut en reprouver la chaîne.
    """
    asyncio.run(_export(out, database, data))


async def _export(out: Path | None, database: str | None, data: Path | None) -> None:
    file = out.open("wb") if out is not None else sys.stdout.buffer
    async with journal_of(database, data) as journal:
        async for line in export_lines(journal):
            file.write(line)
    if out is not None:
        file.close()
