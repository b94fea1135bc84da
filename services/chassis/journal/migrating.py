"""Brings the tables of a database from one revision to another with Alembic, rows included."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.database import Database
from chassis.journal.schema import FIRST_REVISION, alembic_version, revision

MIGRATIONS = Path(__file__).parent / "migrations"
NOTHING = "base"


async def upgrade(url: str, to: str = "head") -> str:
    """Bring the database behind `url` up to a revision, in one transaction; says which one stands there now.

    Raises `JournalUnavailable` with nothing changed. Stop the services first: they refuse other tables
    only when they open them.
    """
    return await _moved(url, command.upgrade, to)


async def downgrade(url: str, to: str) -> str:
    """Bring the database down to an earlier revision; `base` drops every table with all that was decided."""
    return await _moved(url, command.downgrade, to)


async def _moved(url: str, move: Callable[[Config, str], None], to: str) -> str:
    database = Database(url)
    try:
        return await database.write(_move, move, to)
    finally:
        await database.close()


async def _move(connection: AsyncConnection, move: Callable[[Config, str], None], to: str) -> str:
    return await connection.run_sync(_move_now, move, to)


def _move_now(connection: Connection, move: Callable[[Config, str], None], to: str) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # a big table takes what it takes
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    is_from_before = not inspect(connection).has_table(alembic_version.name) and revision(connection)
    if is_from_before:
        command.stamp(config, FIRST_REVISION)
    move(config, to)
    if to == NOTHING:
        alembic_version.drop(connection)
    return revision(connection) or NOTHING
