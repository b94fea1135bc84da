"""`rejected list | show | requeue`: what was refused, why, and having it judged again."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer
from rich.table import Table

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database, Kafka, client_tuning, cluster_of
from aiguillage.terminal.console import console_of
from aiguillage.terminal.help_page import Commands
from chassis.bus import Cluster, Publisher
from chassis.journal import KeptReject
from chassis.rejects import NotRequeuedError, requeued

app = Commands("Ce qui a été rejeté, et pourquoi.")
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
    kept = asyncio.run(_one(number, database, data))
    if kept is None:
        sys.stdout.write(f"Aucun message refusé n° {number}.\n")
        raise typer.Exit(SAYS_NO)
    original = kept.reject.value.decode("utf-8", "replace") if kept.reject.value is not None else None
    sys.stdout.write(
        orjson.dumps({**_row(kept), "original": original}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


@app.command("requeue")
def requeue(
    numbers: Annotated[list[int], typer.Argument(help="Numbers, as `rejected list` gives them.")],
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
) -> None:
    """Publish refused messages again on their topic, same key and value, to be judged anew; five times at most."""
    failed = asyncio.run(_requeued(numbers, cluster_of(kafka, data), database, data))
    for number, why in failed.items():
        sys.stdout.write(f"n° {number} : {why}\n")
    sys.stdout.write(f"{len(numbers) - len(failed)} messages remis en file.\n")
    if failed:
        raise typer.Exit(SAYS_NO)


async def _requeued(numbers: list[int], cluster: Cluster, database: str | None, data: Data) -> dict[int, str]:
    """Why not, for each that cannot be."""
    failed: dict[int, str] = {}
    publisher = Publisher(cluster, client_tuning(cluster))
    async with journal_of(database, data) as journal:
        for number in numbers:
            try:
                message = requeued(await journal.find_reject(number))
            except NotRequeuedError as why:
                failed[number] = str(why)
                continue
            [error] = await publisher.publish([message])
            if error is not None:
                failed[number] = f"non publié : {error}"
    await publisher.stop()
    return failed


async def _all(database: str | None, data: Data) -> list[KeptReject]:
    async with journal_of(database, data) as journal:
        return await journal.rejects(MOST)


async def _one(number: int, database: str | None, data: Data) -> KeptReject | None:
    async with journal_of(database, data) as journal:
        return await journal.find_reject(number)


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
