"""What is said when the database cannot answer, is not ours, or is damaged."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import FixedClock
from chassis.journal import (
    Append,
    Entry,
    JournalCorrupt,
    JournalError,
    JournalUnavailable,
    SchemaMismatch,
    SqlJournal,
    verify,
)
from chassis.journal import sqlite as sqlite_engine
from chassis.unavailable import Unavailable


async def test_a_locked_database_is_unavailable_and_works_again_once_free(
    tmp_path: Path, file_url: str, clock: FixedClock, a: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_engine, "PRAGMAS", ("busy_timeout=20", *sqlite_engine.PRAGMAS[1:]))
    journal = SqlJournal(file_url, clock)
    await journal.open()
    holder = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalUnavailable, match="locked") as raised:
        await journal.append([a.append("one")])
    assert isinstance(raised.value, Unavailable)
    assert isinstance(raised.value, JournalError)
    assert raised.value.__cause__ is not None
    holder.execute("ROLLBACK")
    holder.close()
    await journal.append([a.append("one")])
    assert len(await journal.rows(a.SCOPE)) == 3
    await journal.close()


async def test_a_full_file_is_unavailable_keeps_what_it_had_and_works_again_once_there_is_room(
    file_url: str, clock: FixedClock, a: SimpleNamespace
) -> None:
    journal = SqlJournal(file_url, clock)
    await journal.open()
    await journal.append([a.append("one")])
    pages = await journal._database.read(_pragma, "page_count")
    await journal._database.write(_pragma, f"max_page_count={pages}")
    big = Append(a.SCOPE, 3, [a.transition("two", entries=[Entry("fact", bytes(500_000))])])
    for _ in range(2):
        with pytest.raises(JournalUnavailable, match="database or disk is full"):
            await journal.append([big])
        assert not journal.is_answering
    assert len(await journal.rows(a.SCOPE)) == 3
    await journal._database.write(_pragma, "max_page_count=1000000")
    await journal.append([big])
    assert journal.is_answering
    assert (await verify(journal)).rows == 4
    await journal.close()


async def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path, clock: FixedClock) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/nowhere/journal.db", clock)
    with pytest.raises(JournalUnavailable, match="unable to open"):
        await journal.open()
    await journal.close()
    for thread in threading.enumerate():
        if (
            "connection_worker" in thread.name
        ):  # the driver does not wait for its thread when it cannot connect
            await asyncio.to_thread(thread.join)


async def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database at all, but long enough to be read as one" * 100)
    journal = SqlJournal(f"sqlite:///{tmp_path}/journal.db", clock)
    with pytest.raises(JournalCorrupt, match="not a database"):
        await journal.open()
    await journal.close()


async def test_a_text_changed_by_hand_is_corrupt(
    tmp_path: Path, file_url: str, clock: FixedClock, a: SimpleNamespace
) -> None:
    journal = SqlJournal(file_url, clock)
    await journal.open()
    await journal.append([a.append("one")])
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("INSERT INTO texts VALUES (zeroblob(32), 'forged')")
    connection.commit()
    connection.close()
    with pytest.raises(JournalCorrupt, match=r"le texte gardé sous 0+ a une autre empreinte"):
        await journal.texts(["00" * 32])
    await journal.close()


async def test_a_database_of_another_version_is_refused(
    tmp_path: Path, file_url: str, clock: FixedClock
) -> None:
    journal = SqlJournal(file_url, clock)
    await journal.open()
    await journal.close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.commit()
    connection.close()
    later = SqlJournal(file_url, clock)
    with pytest.raises(SchemaMismatch, match=r"au schéma 0099, cette version demande le .* journal migrate"):
        await later.open()
    await later.close()


async def test_a_journal_opened_again_has_kept_everything(
    file_url: str, clock: FixedClock, a: SimpleNamespace
) -> None:
    for base, cause in enumerate(("one", "two")):
        journal = SqlJournal(file_url, clock)
        await journal.open()
        await journal.append([a.append(cause, base=3 * base)])
        assert len(await journal.rows(a.SCOPE)) == 3 * (base + 1)
        await journal.close()


def test_an_engine_without_a_dialect_is_refused(clock: FixedClock) -> None:
    with pytest.raises(ValueError, match="Pas de journal sur « mysql », mais sur postgresql, sqlite"):
        SqlJournal("mysql://somewhere/journal", clock)


async def test_what_is_committed_survives_a_power_cut_by_the_settings_in_force(
    file_url: str, clock: FixedClock
) -> None:
    journal = SqlJournal(file_url, clock)
    await journal.open()
    settings = [
        await journal._database.read(_pragma, name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    ]
    assert settings == ["wal", 2, 0, 1]
    await journal.close()


async def _pragma(connection: AsyncConnection, name: str) -> object:
    return await connection.scalar(text(f"PRAGMA {name}"))
