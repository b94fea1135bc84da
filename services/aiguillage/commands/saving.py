"""`journal backup` and `journal recover`: a copy that is proved, and coming back from one."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from sqlalchemy.engine import make_url

from aiguillage.commands.journals import journal_of, journals_of, opened
from aiguillage.commands.options import (
    AsJson,
    Data,
    Database,
    Kafka,
    Rules,
    client_tuning,
    cluster_of,
    settings_of,
)
from aiguillage.recovering import Caught, recover
from chassis.clock import WallClock
from chassis.journal import VerifyReport, verify

SAYS_NO = 1
COMPLIANCE_FIRST = ("compliance", "orientation")
"""A copy of compliance must never know more of the stream than the copy of orientation taken with it."""


def backup(
    out: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier neuf ou vide, pour les copies.")],
    database: Database = None,
    data: Data = None,
) -> None:
    """Copie les journaux SQLite des deux services en marche, et prouve les copies ; sur PostgreSQL, pg_dump."""
    urls = journals_of(settings_of(database=database, data=data))
    files = {service: _file(urls[service]) for service in COMPLIANCE_FIRST if service in urls}
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise FileExistsError(
            f"{out} n'est pas vide : une sauvegarde n'en recouvre jamais une autre. Donnez un autre dossier."
        )
    sound = True
    for service, file in files.items():
        report = _copied(file, out / f"{service}.sqlite")
        sound = sound and report.is_sound
        verdict = "copie intacte" if report.is_sound else "copie d'un journal ALTÉRÉ"
        sys.stdout.write(f"{service} : {report.rows} lignes, {report.scopes} périmètres, {verdict}.\n")
    if not sound:
        raise typer.Exit(SAYS_NO)


def _file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise ValueError(
            "Seuls des fichiers SQLite se copient ainsi : pour PostgreSQL, pg_dump (docs/sauvegarde.md)."
        )
    return Path(parsed.database)


def _copied(file: Path, target: Path) -> VerifyReport:
    """A copy of the file as of one instant, on the disk, under its name only once it is whole."""
    unfinished = target.with_suffix(".unfinished")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.rename(target)
    return asyncio.run(_proved(target))


async def _proved(file: Path) -> VerifyReport:
    async with opened(f"sqlite:///{file}") as journal:
        return await verify(journal)


def recover_command(
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
    rules: Rules = None,
    trust: Annotated[
        Literal["topics", "open"] | None,
        typer.Option(help="Comme les services sont lancés : topics, ou open."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Après une restauration, services arrêtés : reprend de Kafka ce qui manque à la sauvegarde.

    Identifiants, numéros et octets sont ceux déjà publiés : rien n'est redécidé. Les services reliront du début.
    """
    caught = asyncio.run(_recover(kafka, database, data, rules, trust))
    if as_json:
        body = {"refused": caught.refused, "scopes": [asdict(one) for one in caught.scopes]}
        sys.stdout.write(orjson.dumps(body).decode() + "\n")
    else:
        _tell(caught)
    if not caught.is_whole:
        raise typer.Exit(SAYS_NO)


async def _recover(
    kafka: str | None, database: str | None, data: Path | None, rules: Path | None, trust: str | None
) -> Caught:
    cluster = cluster_of(kafka, data)
    settings = settings_of(database=database, data=data, rules=rules, trust=trust)
    async with journal_of(database, data) as journal:
        return await recover(journal, cluster, client_tuning(cluster), settings, at=WallClock().now())


def _tell(caught: Caught) -> None:
    for one in caught.scopes:
        end = f"arrêté : {one.stopped}" if one.stopped else f"à jour jusqu'au n° {one.sequence}"
        sys.stdout.write(f"{one.scope} : {one.inputs} entrées et {one.facts} faits repris, {end}.\n")
    sys.stdout.write(f"{caught.refused} refus relus.\n")
    sys.stdout.write(
        "Le journal tient tout ce qui est publié. Les services reliront tout depuis le début : démarrez-les.\n"
        if caught.is_whole
        else "Le journal ne tient pas tout ce qui est publié : ne démarrez pas les services.\n"
    )
