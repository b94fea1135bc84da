"""A stored journal's tables go up to today's and down again, and its rows stay proved."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from chassis.clock import WallClock
from chassis.journal import SchemaMismatch, SqlJournal, verify
from chassis.journal.migrating import downgrade, upgrade
from chassis.journal.schema import REVISION
from tests.journals.stored import Service, on_sqlite

Place = Callable[[str, Service], Awaitable[str]]
ROWS = 651


async def test_a_journal_goes_down_and_up_again_with_its_rows_proved(place: Place) -> None:
    url = await place("0.2", "orientation")
    journal = SqlJournal(url, WallClock())
    await journal.open()
    heads = {scope: [head] for scope, head in (await journal.heads()).items()}
    await journal.close()
    assert await downgrade(url, "0001") == "0001"
    with pytest.raises(SchemaMismatch, match="au schéma 0001, cette version demande le"):
        await journal.open()
    await journal.close()
    assert await upgrade(url) == REVISION
    assert await upgrade(url) == REVISION
    await journal.open()
    report = await verify(journal, heads)
    assert (report.is_sound, report.rows) == (True, ROWS)
    await journal.close()


async def test_a_file_from_before_migrations_is_upgraded_with_its_rows_proved(tmp_path: Path) -> None:
    url = on_sqlite("0.2", "orientation", tmp_path)
    by_hand = sqlite3.connect(tmp_path / "orientation.sqlite")
    by_hand.execute("CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version)) STRICT")
    by_hand.execute("INSERT INTO schema_version VALUES (1)")
    for later in ("alembic_version", "waits", "in_force"):
        by_hand.execute(f"DROP TABLE {later}")
    by_hand.commit()
    by_hand.close()
    journal = SqlJournal(url, WallClock())
    with pytest.raises(SchemaMismatch, match="0001"):
        await journal.open()
    assert await upgrade(url) == REVISION
    await journal.open()
    report = await verify(journal)
    assert (report.is_sound, report.rows) == (True, ROWS)
    await journal.close()
