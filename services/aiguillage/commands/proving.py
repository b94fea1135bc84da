"""`journal verify`: no journalled byte was changed, and what was said on `checkpoints` still stands."""

import asyncio
import sys
from collections.abc import Collection, Iterable, Mapping
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
from chassis.bus import Cluster, Tail
from chassis.checkpoints import CHECKPOINTS, checkpoints_of
from chassis.journal import Head, VerifyReport, verify

SAYS_NO = 1

Published = Mapping[str, Collection[Head]]
"""Heads said on `checkpoints`, by scope."""


def verify_command(
    database: Database = None,
    data: Data = None,
    against_checkpoints: Annotated[
        bool, typer.Option("--against-checkpoints", help="Also compare with what was said on `checkpoints`.")
    ] = False,
    checkpoints: Annotated[
        Path | None, typer.Option(help="Those checkpoints, one event a line, instead of the topic.")
    ] = None,
    kafka: Kafka = None,
    as_json: AsJson = False,
) -> None:
    """Prove that no journalled byte was changed: versions, ordinals and hashes of every scope of both services.

    Against checkpoints, a tail cut with care and a chain computed anew are found too.
    """
    settings = settings_of(database=database, data=data)
    said: list[bytes] | None = None
    if checkpoints is not None:
        said = [line for line in checkpoints.read_bytes().splitlines() if line.strip()]
    elif against_checkpoints:
        said = asyncio.run(_heard(cluster_of(kafka, data)))
    reports = asyncio.run(_verified(journals_of(settings), said))
    _tell(reports, None if said is None else len(said), as_json=as_json)
    if not all(report.is_sound for report in reports.values()):
        raise typer.Exit(SAYS_NO)


async def _heard(cluster: Cluster) -> list[bytes]:
    async with Tail(cluster, f"^{CHECKPOINTS}$", client_tuning(cluster)) as tail:
        return [record.value or b"" for record in await tail.read()]


async def _verified(urls: Mapping[str, str], said: list[bytes] | None) -> dict[str, VerifyReport]:
    reports = {}
    for service, url in urls.items():
        async with opened(url) as journal:
            reports[service] = await verify(journal, _published(service, said))
    return reports


def _published(service: str, said: Iterable[bytes] | None) -> Published | None:
    if said is None:
        return None
    published = checkpoints_of(service, said)
    if not published:
        raise ValueError(f"no checkpoint of {service} there: nothing to compare its journal with")
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
            f"{service} : {report.rows} lignes, {report.scopes} périmètres : journal {verdict}.\n"
        )
    if checkpoints is not None:
        sys.stdout.write(f"Comparé à {checkpoints} points de contrôle publiés.\n")


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
