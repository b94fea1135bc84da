"""`journal verify | replay | show | export | republish | migrate | …`: prove, explain, keep."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from aiguillage.commands.concerting import explain_programme
from aiguillage.commands.explaining import explain
from aiguillage.commands.journals import journal_of, journals_of
from aiguillage.commands.options import (
    AsJson,
    Data,
    Database,
    Kafka,
    client_tuning,
    cluster_of,
    settings_of,
)
from aiguillage.commands.proving import verify_command
from aiguillage.commands.restating import restate_command
from aiguillage.commands.saving import backup, recover_command
from aiguillage.kept_rulebooks import KeptRulebooks
from aiguillage.terminal.console import console_of
from aiguillage.terminal.help_page import Commands
from chassis.bus import Publisher
from chassis.clock import WallClock
from chassis.journal import export as export_lines
from chassis.journal import rows_of_programme, rows_of_vacancy
from contracts.canonical import decode
from orientation.publishing import Publishing
from orientation.replaying import replay

app = Commands("Prouver, rejouer, expliquer et remettre ce qui a été décidé.")
SAYS_NO = 1


app.command("verify")(verify_command)
app.command("backup")(backup)
app.command("recover")(recover_command)
app.command("restate")(restate_command)


@app.command("replay")
def replay_command(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """Redécide tout depuis les entrées et les recueils du journal ; les lignes doivent être les mêmes octets."""
    report = asyncio.run(_replay(database, data))
    if as_json:
        differences = [{"scope": d.scope, "version": d.version} for d in report.differences]
        _json(
            {
                "scopes": report.scopes,
                "inputs": report.inputs,
                "facts": report.facts,
                "differences": differences,
            }
        )
    else:
        for found in report.differences:
            sys.stdout.write(
                f"{found.scope} version {found.version} diffère\n"
                f"  journal : {_shown(found.journalled)}\n  rejoué  : {_shown(found.decided)}\n"
            )
        same = "identiques octet pour octet" if not report.differences else "DIFFÉRENTS"
        sys.stdout.write(f"{report.inputs} entrées rejouées, {report.facts} faits {same}.\n")
    if report.differences:
        raise typer.Exit(SAYS_NO)


async def _replay(database: str | None, data: Path | None) -> Any:  # noqa: ANN401 - a Replayed
    async with journal_of(database, data) as journal:
        return await replay(journal, KeptRulebooks(journal).of)


def _shown(data: bytes | None) -> str:
    return "rien" if data is None else data.decode()[:400]


@app.command("show")
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
        _json(body)
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


@app.command("export")
def export(
    out: Annotated[
        Path | None, typer.Option(metavar="FICHIER", help="Fichier à écrire ; sinon la sortie standard.")
    ] = None,
    database: Database = None,
    data: Data = None,
) -> None:
    """Remet tout le journal, une ligne par écriture : chacun peut en reprouver la chaîne."""
    asyncio.run(_export(out, database, data))


async def _export(out: Path | None, database: str | None, data: Path | None) -> None:
    file = out.open("wb") if out is not None else sys.stdout.buffer
    async with journal_of(database, data) as journal:
        async for line in export_lines(journal):
            file.write(line)
    if out is not None:
        file.close()


@app.command("republish")
def republish(
    scope: Annotated[
        str | None, typer.Option(metavar="PÉRIMÈTRE", help="<siren>:<département> ; sinon tous.")
    ] = None,
    after: Annotated[int, typer.Option(help="Dernier numéro d'`orientations` que vous avez.")] = 0,
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
) -> None:
    """Republie des faits du journal, mêmes identifiants et mêmes octets, à qui en a manqué."""
    sent = asyncio.run(_republish(scope, after, kafka, database, data))
    sys.stdout.write(f"{sent} faits republiés.\n")


async def _republish(
    scope: str | None, after: int, kafka: str | None, database: str | None, data: Path | None
) -> int:
    cluster = cluster_of(kafka, data)
    publisher = Publisher(cluster, client_tuning(cluster))
    async with journal_of(database, data) as journal:
        await publisher.start()
        try:
            publishing = Publishing(journal, publisher, WallClock())
            known = await journal.scopes()
            if scope is not None and scope not in known:
                raise ValueError(
                    f"Le journal n'a pas le périmètre {scope}. Il a : {', '.join(known) or 'aucun'}."
                )
            names = [scope] if scope else known
            return sum([await publishing.republish(name, after) for name in names])
        finally:
            await publisher.stop()


@app.command("migrate")
def migrate(database: Database = None, data: Data = None) -> None:
    """Met les tables des deux journaux à cette version ; sur PostgreSQL, les crée d'abord."""
    moved = asyncio.run(_migrate(database, data))
    for service, revision in moved.items():
        sys.stdout.write(f"{service} : schéma {revision}.\n")


async def _migrate(database: str | None, data: Path | None) -> dict[str, str]:
    from chassis.journal.migrating import upgrade  # noqa: PLC0415 - slow: it brings Alembic

    settings = settings_of(database=database, data=data)
    return {service: await upgrade(url) for service, url in journals_of(settings).items()}


def _json(body: Any) -> None:  # noqa: ANN401 - JSON values
    sys.stdout.write(orjson.dumps(body).decode() + "\n")
