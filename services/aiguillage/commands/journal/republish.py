"""`journal republish`: journalled facts published again, same ids and same bytes."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import AsJson, Data, Database, Kafka, client_tuning, cluster_of
from aiguillage.terminal.numbers import agreed
from chassis.bus import Publisher
from chassis.clock import WallClock
from orientation.publishing import Publishing


def republish(
    scope: Annotated[
        str | None, typer.Option(metavar="PÉRIMÈTRE", help="<siren>:<département> ; sinon tous.")
    ] = None,
    after: Annotated[int, typer.Option(help="Dernier numéro d'`orientations` que vous avez.")] = 0,
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Republie des faits du journal, à qui en a manqué.

    Mêmes identifiants, mêmes octets.
    """
    sent = asyncio.run(_republish(scope, after, kafka, database, data))
    if as_json:
        sys.stdout.write(orjson.dumps({"republished": sent}).decode() + "\n")
    else:
        sys.stdout.write(f"{agreed(sent, 'fait republié')}.\n")


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
