"""`journal verify`: no journalled byte was changed, and what was said on `checkpoints` still stands."""

import asyncio
import sys
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.journals import journals_of, opened
from aiguillage.commands.options import (
    AsJson,
    Data,
    Database,
    Kafka,
    client_tuning,
    cluster_of,
    settings_of,
)
from aiguillage.said_heads import SaidHeads
from aiguillage.terminal.numbers import agreed
from chassis.bus import Cluster, Tail
from chassis.checkpoints import CHECKPOINTS
from chassis.journal import Head, VerifyReport, verify

SAYS_NO = 1
LINES_AT_ONCE = 500

Published = Mapping[str, Collection[Head]]
"""Heads said on `checkpoints`, by scope."""


def verify_command(
    database: Database = None,
    data: Data = None,
    against_checkpoints: Annotated[
        bool,
        typer.Option(
            "--against-checkpoints", help="Compare aussi avec ce que dit le sujet Kafka `checkpoints`."
        ),
    ] = False,
    checkpoints: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Ces points de contrôle, un événement par ligne, au lieu du sujet Kafka."
        ),
    ] = None,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Prouve qu'aucun octet des journaux n'a changé.

    Versions, rangs et empreintes de chaque périmètre. Avec les points de contrôle, une fin coupée avec soin et une
    chaîne recalculée se voient aussi.
    """
    settings = settings_of(database=database, data=data)
    with SaidHeads() as said:
        if checkpoints is not None:
            _read(checkpoints, said)
        elif against_checkpoints:
            asyncio.run(_hear(cluster_of(kafka, data), said))
        is_compared = checkpoints is not None or against_checkpoints
        reports = asyncio.run(_verified(journals_of(settings), said if is_compared else None))
        _tell(reports, said.events if is_compared else None, as_json=as_json)
    if not all(report.is_sound for report in reports.values()):
        raise typer.Exit(SAYS_NO)


def _read(file: Path, said: SaidHeads) -> None:
    with file.open("rb") as lines:
        events = filter(None, map(bytes.strip, lines))
        while part := list(islice(events, LINES_AT_ONCE)):
            said.add(part)


async def _hear(cluster: Cluster, said: SaidHeads) -> None:
    async with Tail(cluster, f"^{CHECKPOINTS}$", client_tuning(cluster)) as tail:
        async for records in tail.chunks():
            said.add(record.value or b"" for record in records)


async def _verified(urls: Mapping[str, str], said: SaidHeads | None) -> dict[str, VerifyReport]:
    reports = {}
    for service, url in urls.items():
        async with opened(url) as journal:
            reports[service] = await verify(journal, _published(service, said))
    return reports


def _published(service: str, said: SaidHeads | None) -> Published | None:
    if said is None:
        return None
    published = said.of(service)
    if not published:
        raise ValueError(
            f"Aucun point de contrôle de {service} n'a été lu : rien à quoi comparer son journal."
        )
    return published


def _tell(reports: Mapping[str, VerifyReport], checkpoints: int | None, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(_body(reports, checkpoints)).decode() + "\n")
        return
    for service, report in reports.items():
        for fault in report.faults:
            sys.stdout.write(f"{service} {fault.scope} version {fault.version} : {fault.what}\n")
        verdict = "intact" if report.is_sound else "ALTÉRÉ"
        sys.stdout.write(
            f"{service} : {agreed(report.rows, 'ligne')}, {agreed(report.scopes, 'périmètre')} : journal {verdict}.\n"
        )
    if checkpoints is not None:
        sys.stdout.write(
            f"Comparé à {agreed(checkpoints, 'point de contrôle publié', 'points de contrôle publiés')}.\n"
        )


def _body(reports: Mapping[str, VerifyReport], checkpoints: int | None) -> dict[str, object]:
    faults = [
        {"service": service, "scope": fault.scope, "version": fault.version, "what": fault.what}
        for service, report in reports.items()
        for fault in report.faults
    ]
    return {
        "scopes": sum(report.scopes for report in reports.values()),
        "rows": sum(report.rows for report in reports.values()),
        "checkpoints": checkpoints,
        "faults": faults,
    }
