"""`rejected list | show`: what was refused, and why."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer
from rich.table import Table

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database
from aiguillage.tables import console_of
from chassis.journal import KeptReject

app = typer.Typer(no_args_is_help=True, help="What was refused, and why.")
MOST = 200
SAYS_NO = 1


@app.command("list")
def list_rejected(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """The latest refusals: number, topic, reason, place, what to do."""
    found = asyncio.run(_all(database, data))
    if as_json:
        sys.stdout.write(orjson.dumps([_row(kept) for kept in found]).decode() + "\n")
        return
    table = Table(title=f"{len(found)} messages refusés", title_justify="left")
    for name in ("N°", "Topic", "Motif", "Où", "Explication"):
        table.add_column(name)
    for kept in found:
        table.add_row(
            str(kept.id), kept.reject.topic, kept.reject.reason, kept.reject.path, kept.reject.message
        )
    console_of().print(table)


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(help="Number, as `rejected list` gives it.")],
    database: Database = None,
    data: Data = None,
) -> None:
    """One refusal with its original bytes, unless they named a person."""
    kept = next((kept for kept in asyncio.run(_all(database, data)) if kept.id == number), None)
    if kept is None:
        sys.stdout.write(f"Aucun message refusé n° {number}.\n")
        raise typer.Exit(SAYS_NO)
    original = kept.reject.value.decode("utf-8", "replace") if kept.reject.value is not None else None
    sys.stdout.write(
        orjson.dumps({**_row(kept), "original": original}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


async def _all(database: str | None, data: Data) -> list[KeptReject]:
    async with journal_of(database, data) as journal:
        return await journal.rejects(MOST)


def _row(kept: KeptReject) -> dict[str, object]:
    reject = kept.reject
    return {
        "id": kept.id,
        "topic": reject.topic,
        "partition": reject.partition,
        "offset": reject.offset,
        "reason": reject.reason,
        "path": reject.path,
        "message": reject.message,
        "at": reject.at,
        "sha256": kept.digest,
    }
