"""`rejected requeue`: rejected messages put back in line."""

import asyncio
import sys
from typing import Annotated

import typer

from aiguillage.commands.journals import journal_of
from aiguillage.commands.options import Data, Database, Kafka, client_tuning, cluster_of
from aiguillage.terminal.numbers import agreed
from chassis.bus import Cluster, Publisher
from chassis.rejects import NotRequeuedError, requeued

SAYS_NO = 1


def requeue(
    numbers: Annotated[list[int], typer.Argument(metavar="NUMÉROS", help="Comme `rejected list` les donne.")],
    kafka: Kafka = None,
    database: Database = None,
    data: Data = None,
) -> None:
    """Remet des messages rejetés sur leur sujet, pour être rejugés.

    Même clé, même contenu ; cinq fois au plus.
    """
    failed = asyncio.run(_requeued(numbers, cluster_of(kafka, data), database, data))
    for number, why in failed.items():
        sys.stdout.write(f"n° {number} : {why}\n")
    sys.stdout.write(f"{agreed(len(numbers) - len(failed), 'message remis', 'messages remis')} en file.\n")
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
