"""`rejected list`: the latest rejects."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database
from aiguillage.commands.rejected.kept import described
from aiguillage.terminal.console import console_of
from aiguillage.terminal.numbers import agreed
from chassis.journal.model import KeptReject

MOST = 200


def list_rejected(
    database: Database = None,
    data: Data = None,
    topic: Annotated[str | None, typer.Option(help="Ceux d'un seul sujet.")] = None,
    as_json: AsJson = False,
) -> None:
    """Les derniers rejets : numéro, sujet, motif, place, remède."""
    found = asyncio.run(_latest(database, data, topic))
    if as_json:
        sys.stdout.write(orjson.dumps([described(kept) for kept in found]).decode() + "\n")
        return
    from rich.table import Table  # noqa: PLC0415 - a JSON answer has none

    table = Table(title=agreed(len(found), "message rejeté"), title_justify="left")
    for name in ("N°", "Sujet", "Motif", "Où", "Explication"):
        table.add_column(name)
    for kept in found:
        reject = kept.reject
        table.add_row(str(kept.id), reject.topic, reject.reason, reject.path, reject.message)
    console_of().print(table)


async def _latest(database: str | None, data: Data, topic: str | None) -> list[KeptReject]:
    async with journal_of(database, data) as journal:
        found = await journal.rejects(MOST)
    if topic is None:
        return found
    topics = sorted({kept.reject.topic for kept in found})
    if topic not in topics:
        raise ValueError(f"Aucun rejet récent du sujet « {topic} ». Sujets : {', '.join(topics) or 'aucun'}.")
    return [kept for kept in found if kept.reject.topic == topic]
