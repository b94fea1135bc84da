"""`journal recover`: coming back from a backup, with what Kafka knows and the backup does not."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer

from aiguillage.commands.journals import journal_of
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
from aiguillage.terminal.numbers import agreed
from chassis.clock import WallClock

SAYS_NO = 1


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
    """Reprend de Kafka ce qui manque à une sauvegarde restaurée.

    Services arrêtés. Identifiants, numéros et octets sont ceux déjà publiés : rien n'est redécidé. Les services
    reliront ensuite tout depuis le début.
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
        sys.stdout.write(
            f"{one.scope} : {agreed(one.inputs, 'entrée')} et {agreed(one.facts, 'fait')} repris, {end}.\n"
        )
    sys.stdout.write(f"{agreed(caught.refused, 'rejet relu')}.\n")
    sys.stdout.write(
        "Le journal tient tout ce qui est publié. Les services reliront tout depuis le début : démarrez-les.\n"
        if caught.is_whole
        else "Le journal ne tient pas tout ce qui est publié : ne démarrez pas les services.\n"
    )
