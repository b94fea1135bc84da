"""`rejected show`: one reject, with its original."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import Data, Database
from aiguillage.commands.rejected.kept import described
from chassis.journal.model import KeptReject

SAYS_NO = 1


def show(
    number: Annotated[
        int, typer.Argument(metavar="NUMÉRO", help="Son numéro, comme `rejected list` le donne.")
    ],
    database: Database = None,
    data: Data = None,
) -> None:
    """Un rejet avec son message d'origine, sauf s'il nommait une personne."""
    kept = asyncio.run(_one(number, database, data))
    if kept is None:
        sys.stdout.write(f"Aucun message rejeté n° {number} : `rejected list` donne leurs numéros.\n")
        raise typer.Exit(SAYS_NO)
    original = kept.reject.value.decode("utf-8", "replace") if kept.reject.value is not None else None
    body = {**described(kept), "original": original}
    sys.stdout.write(orjson.dumps(body, option=orjson.OPT_INDENT_2).decode() + "\n")


async def _one(number: int, database: str | None, data: Data) -> KeptReject | None:
    async with journal_of(database, data) as journal:
        return await journal.find_reject(number)
