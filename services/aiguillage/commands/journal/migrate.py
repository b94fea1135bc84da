"""`journal migrate`: the tables of both services' journals brought to this version."""

import asyncio
import sys
from pathlib import Path

import orjson

from aiguillage.commands.journals import journals_of
from aiguillage.commands.options import AsJson, Data, Database, settings_of
from chassis.journal.migrating import upgrade


def migrate(database: Database = None, data: Data = None, as_json: AsJson = False) -> None:
    """Met les tables des deux journaux à cette version.

    Sur PostgreSQL, elle les crée d'abord.
    """
    moved = asyncio.run(_migrate(database, data))
    if as_json:
        sys.stdout.write(orjson.dumps(moved).decode() + "\n")
        return
    for service, revision in moved.items():
        sys.stdout.write(f"{service} : schéma {revision}.\n")


async def _migrate(database: str | None, data: Path | None) -> dict[str, str]:
    settings = settings_of(database=database, data=data)
    return {service: await upgrade(url) for service, url in journals_of(settings).items()}
