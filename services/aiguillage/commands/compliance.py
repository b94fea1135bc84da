"""`compliance rebuild`: the counters made again from what was recorded, and proved the same."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
import typer
from rich.table import Table

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import (
    AsJson,
    Data,
    Database,
    Kafka,
    client_tuning,
    cluster_of,
)
from aiguillage.terminal.console import console_of
from aiguillage.terminal.help_page import Commands
from chassis.bus import Tail
from compliance.app import SERVICE, STREAM
from compliance.items import read_alerts, read_items
from compliance.rebuilding import Rebuilt, rebuild_from_journal, rebuild_from_stream
from compliance.watching import ALERTS

app = Commands("Les compteurs des engagements.")
SAYS_NO = 1
TOLD = f"^{ALERTS}$"


@app.callback()
def compliance() -> None:
    """Les compteurs des engagements."""


@app.command("rebuild")
def rebuild(
    source: Annotated[
        Literal["journal", "topic"],
        typer.Option("--from", help="Le journal de compliance, ou le sujet Kafka `orientations`."),
    ] = "journal",
    check: Annotated[bool, typer.Option("--check", help="Compare seulement, sans rien écrire.")] = False,
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Recompte tout depuis le premier fait, et dit si les compteurs étaient les mêmes, octet pour octet.

    Arrêtez d'abord le service. Code de sortie 1 : certains différaient, ou le sujet Kafka n'a plus tout.
    """
    if check and source == "topic":
        raise ValueError("--check compare avec le journal : ne donnez pas --from topic.")
    found = asyncio.run(_rebuild(source, check=check, kafka=kafka, database=database, data=data))
    if as_json:
        sys.stdout.write(orjson.dumps([_row(each) for each in found]).decode() + "\n")
    else:
        _show(found)
    if any(not each.stood or each.missing is not None for each in found):
        raise typer.Exit(SAYS_NO)


async def _rebuild(
    source: str, *, check: bool, kafka: str | None, database: str | None, data: Path | None
) -> list[Rebuilt]:
    async with journal_of(database, data, SERVICE, may_be_new=source == "topic") as journal:
        if source == "journal":
            return await rebuild_from_journal(journal, is_written=not check)
        cluster = cluster_of(kafka, data)
        tuning = client_tuning(cluster)
        async with Tail(cluster, STREAM, tuning) as tail, Tail(cluster, TOLD, tuning) as told:
            items, alerts = read_items(await tail.read()), read_alerts(await told.read())
            return await rebuild_from_stream(journal, items, alerts)


def _show(found: list[Rebuilt]) -> None:
    table = Table(title=f"{len(found)} périmètres recomptés", title_justify="left")
    for name in ("Périmètre", "Faits", "Ajoutés", "Compteurs", "SHA-256"):
        table.add_column(name)
    for each in found:
        said = "MIS À L'ÉCART" if each.broken else "inchangés" if each.stood else "CORRIGÉS"
        if each.missing is not None:
            said += f", arrêtés au fait manquant {each.missing}"
        table.add_row(each.scope, str(each.sequence), str(each.added), said, each.digest[:16])
    console = console_of()
    console.print(table)
    for each in found:
        if each.broken:
            console.print(each.broken, markup=False)


def _row(each: Rebuilt) -> dict[str, Any]:
    return {
        "scope": each.scope,
        "sequence": each.sequence,
        "sha256": each.digest,
        "same": each.stood,
        "added": each.added,
        "missing": each.missing,
        "broken": each.broken,
    }
