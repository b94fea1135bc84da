"""Which revision of the tables stands in a database, and making them where there are none."""

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.journal.errors import SchemaMismatch
from chassis.journal.tables import metadata

REVISION = "0007"
"""The newest of `migrations/versions`: what `tables` describes."""

FIRST_REVISION = "0001"
"""What journals from before migrations are; they say so in a table `schema_version`."""

TO_DO = "lancez « aiguillage journal migrate »"

# As Alembic makes it, which keeps it from then on.
alembic_version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


async def prepare(connection: AsyncConnection, *, creates: bool) -> None:
    """Check that the tables are of our revision; where there are none, make them or raise `SchemaMismatch`."""
    found = await connection.run_sync(revision)
    if found is None and creates:
        await connection.run_sync(_create_alone)
    elif found is None:
        raise SchemaMismatch(f"La base ne contient aucun journal : {TO_DO}.")
    elif found != REVISION:
        raise SchemaMismatch(
            f"Le journal est au schéma {found}, cette version demande le {REVISION} : {TO_DO}."
        )


def revision(connection: Connection) -> str | None:
    """The revision of the tables that are there; None where there are none."""
    tables = inspect(connection).get_table_names()
    if alembic_version.name in tables:
        found: str | None = connection.scalar(select(alembic_version.c.version_num))
        return found
    return FIRST_REVISION if "schema_version" in tables else None


def _create_alone(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        raise SchemaMismatch(
            "La base contient d'autres tables et aucun journal : donnez au journal une base à lui "
            "(--data, --database)."
        )
    _create(connection)


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    alembic_version.create(connection, checkfirst=True)
    connection.execute(insert(alembic_version).values(version_num=REVISION))
