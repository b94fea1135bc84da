"""The tables move from revision to revision and back, on both engines, and the rows stay proved."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine
from typer.testing import CliRunner

from aiguillage.commands.journal import app
from chassis.clock import FixedClock
from chassis.journal import JournalUnavailable, SchemaMismatch, SqlJournal, verify
from chassis.journal.migrating import MIGRATIONS, downgrade, upgrade
from chassis.journal.schema import REVISION
from chassis.journal.tables import metadata
from tests.postgres import PostgresCluster


def test_the_tables_are_those_of_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


async def test_migrations_make_in_a_file_the_tables_opening_makes(tmp_path: Path, clock: FixedClock) -> None:
    assert await upgrade(f"sqlite:///{tmp_path}/migrated.db") == REVISION
    opened = SqlJournal(f"sqlite:///{tmp_path}/opened.db", clock)
    await opened.open()
    await opened.close()
    assert len(_defined(tmp_path / "migrated.db")) > len(metadata.tables)
    assert _same(_defined(tmp_path / "migrated.db")) == _same(_defined(tmp_path / "opened.db"))


def _same(definitions: dict[str, str]) -> dict[str, str]:
    # Alembic names the key of its own table; what it holds is the same.
    return {
        name: sql.replace("CONSTRAINT alembic_version_pkc ", "").replace(" \n", "\n")
        for name, sql in definitions.items()
    }


async def test_migrations_make_on_postgresql_the_tables_described(postgres: PostgresCluster) -> None:
    await upgrade(postgres.create("migrated"))
    engine = create_async_engine(
        postgres.create("described").replace("postgresql:", "postgresql+asyncpg:"),
    )
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    postgres.sql("DROP TABLE alembic_version", "migrated")
    assert postgres.schema("migrated") == postgres.schema("described")
    assert "CREATE TABLE public.journal" in postgres.schema("migrated")


async def test_down_to_the_base_leaves_nothing_in_a_file(tmp_path: Path, file_url: str) -> None:
    await upgrade(file_url)
    assert await downgrade(file_url, "base") == "base"
    assert _defined(tmp_path / "journal.db") == {}


async def test_down_to_the_base_leaves_nothing_on_postgresql(postgres: PostgresCluster) -> None:
    url = postgres.create("down")
    empty = postgres.schema("down")
    await upgrade(url)
    assert postgres.schema("down") != empty
    await downgrade(url, "base")
    assert postgres.schema("down") == empty


@pytest.mark.parametrize("engine", ["sqlite_file", "postgresql"])
async def test_rows_that_bear_a_number_are_not_brought_down_to_where_there_is_none(
    journal: SqlJournal, url: str, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one", "two")])
    with pytest.raises(ValueError, match="rows of another semantics than 1"):
        await downgrade(url, "0004")
    assert (await verify(journal)).is_sound
    [outcome] = await journal.append([a.append("three", base=6)])
    assert outcome.head_version == 9


def test_one_command_migrates_the_journals_of_both_services(postgres: PostgresCluster) -> None:
    for service in ("orientation", "compliance"):
        postgres.create(f"of_{service}")
    for _ in range(2):
        ended = CliRunner().invoke(app, ["migrate", "--database", postgres.url("of_{service}")])
        assert ended.output == f"compliance : schéma {REVISION}.\norientation : schéma {REVISION}.\n"
    assert postgres.sql("SELECT version_num FROM alembic_version", "of_compliance") == REVISION


def test_the_command_makes_no_journal_where_there_is_none(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["migrate", "--data", str(tmp_path)])
    assert isinstance(ended.exception, FileNotFoundError)
    assert not list(tmp_path.iterdir())


async def test_a_server_without_tables_is_no_journal_and_gets_none_by_being_opened(
    postgres: PostgresCluster, clock: FixedClock
) -> None:
    journal = SqlJournal(postgres.create("bare"), clock)
    with pytest.raises(SchemaMismatch, match="aucun journal : lancez « aiguillage journal migrate »"):
        await journal.open()
    await journal.close()
    assert postgres.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "bare") == "0"


async def test_a_migration_that_cannot_end_changes_nothing(postgres: PostgresCluster) -> None:
    url = postgres.create("clash")
    postgres.sql("CREATE VIEW texts AS SELECT 1 AS one", "clash")
    before = postgres.schema("clash")
    with pytest.raises(Exception, match='relation "texts" already exists'):
        await upgrade(url)
    assert postgres.schema("clash") == before


async def test_a_database_that_is_not_there_is_unavailable(
    postgres: PostgresCluster, clock: FixedClock
) -> None:
    journal = SqlJournal(postgres.url("nowhere"), clock)
    with pytest.raises(JournalUnavailable, match='"nowhere" does not exist'):
        await journal.open()
    await journal.close()


def _defined(file: Path) -> dict[str, str]:
    connection = sqlite3.connect(file)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    connection.close()
    return found
