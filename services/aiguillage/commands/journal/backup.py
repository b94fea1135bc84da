"""`journal backup`: a copy of the journals that is proved, while the services run."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlalchemy.engine import make_url

from aiguillage.commands.journals import journals_of, opened
from aiguillage.commands.options import AsJson, Data, Database, settings_of
from aiguillage.terminal.numbers import agreed
from chassis.journal import VerifyReport, verify

SAYS_NO = 1
COMPLIANCE_FIRST = ("compliance", "orientation")
"""A copy of compliance must never know more of the stream than the copy of orientation taken with it."""


def backup(
    out: Annotated[Path, typer.Argument(metavar="DOSSIER", help="Dossier neuf ou vide, pour les copies.")],
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Copie les journaux SQLite en marche, et prouve les copies.

    Sur PostgreSQL, prenez pg_dump (docs/sauvegarde.md).
    """
    urls = journals_of(settings_of(database=database, data=data))
    files = {service: _file(urls[service]) for service in COMPLIANCE_FIRST if service in urls}
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise FileExistsError(
            f"{out} n'est pas vide : une sauvegarde n'en recouvre jamais une autre. Donnez un autre dossier."
        )
    reports = {service: _copied(file, out / f"{service}.sqlite") for service, file in files.items()}
    _tell(reports, as_json=as_json)
    if not all(report.is_sound for report in reports.values()):
        raise typer.Exit(SAYS_NO)


def _tell(reports: Mapping[str, VerifyReport], *, as_json: bool) -> None:
    if as_json:
        copies = {
            service: {"rows": report.rows, "scopes": report.scopes, "is_sound": report.is_sound}
            for service, report in reports.items()
        }
        sys.stdout.write(orjson.dumps(copies).decode() + "\n")
        return
    for service, report in reports.items():
        verdict = "copie intacte" if report.is_sound else "copie d'un journal ALTÉRÉ"
        counted = f"{agreed(report.rows, 'ligne')}, {agreed(report.scopes, 'périmètre')}"
        sys.stdout.write(f"{service} : {counted}, {verdict}.\n")


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
