"""Files that are no journal, broken ones, and a folder that is held: one sentence each, with its remedy."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from aiguillage.data_folder import held
from chassis.clock import WallClock
from chassis.failure import Failure
from chassis.journal import JournalCorrupt, JournalError, JournalUnavailable, SchemaMismatch, SqlJournal
from chassis.journal.migrating import upgrade
from chassis.settings import Settings
from tests.journals.stored import on_sqlite

PAGE_BYTES = 16_384


async def _told(url: str, kind: type[JournalError]) -> str:
    """What opening, and folding every scope, comes to."""
    journal = SqlJournal(url, WallClock())
    with pytest.raises(kind) as told:
        await _read_all(journal)
    await journal.close()
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:  # the driver does not wait for it when it cannot connect
            await asyncio.to_thread(thread.join)
    return str(told.value)


async def test_a_garbage_file(tmp_path: Path) -> None:
    (tmp_path / "orientation.sqlite").write_bytes(b"one;two;three\n" * 5_000)
    told = await _told(f"sqlite:///{tmp_path}/orientation.sqlite", JournalCorrupt)
    assert "ce fichier n'est pas une base SQLite" in told
    assert "restaurez une sauvegarde" in told


async def test_another_programs_database_gets_no_journal(tmp_path: Path) -> None:
    file = tmp_path / "orientation.sqlite"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE invoices (id INTEGER)")
        other.commit()
    told = await _told(f"sqlite:///{file}", SchemaMismatch)
    assert told.startswith("La base contient d'autres tables et aucun journal : donnez au journal une base")
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("invoices",)]


@pytest.mark.parametrize("kept", [0.25, 0.5, 0.9])
async def test_a_file_cut_short(tmp_path: Path, kept: float) -> None:
    url = on_sqlite("semantics-2", "orientation", tmp_path)
    await upgrade(url)
    file = tmp_path / "orientation.sqlite"
    os.truncate(file, int(file.stat().st_size * kept) // PAGE_BYTES * PAGE_BYTES)
    assert "restaurez une sauvegarde" in await _told(url, JournalCorrupt)


async def test_a_page_of_rows_overwritten(tmp_path: Path) -> None:
    url = on_sqlite("semantics-2", "orientation", tmp_path)
    await upgrade(url)
    file = tmp_path / "orientation.sqlite"
    content = bytearray(file.read_bytes())
    found = content.index(b'"vacancy_id":"V-2026-48-000004"') // PAGE_BYTES * PAGE_BYTES
    content[found : found + PAGE_BYTES] = b"\xff" * PAGE_BYTES
    file.write_bytes(content)
    assert "restaurez une sauvegarde" in await _told(url, JournalCorrupt)


async def _read_all(journal: SqlJournal) -> None:
    await journal.open()
    await journal.examine()
    for scope in await journal.scopes():
        await journal.load(scope, is_whole=True)
        siren = scope.partition(":")[0]
        await journal.vacancies([(siren, f"V-2026-48-{number:06d}") for number in range(1, 100)])
    await journal.rejects(100)
    await journal.bundle_in_force()


async def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "orientation.sqlite").mkdir()
    told = await _told(f"sqlite:///{tmp_path}/orientation.sqlite", JournalUnavailable)
    assert "voyez que le dossier existe et que le service peut y écrire" in told


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    told = await _told(f"sqlite:///{tmp_path}/nowhere/orientation.sqlite", JournalUnavailable)
    assert "voyez que le dossier existe" in told


def test_a_second_process_on_one_folder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with held(settings, "orientation"):
        with pytest.raises(Failure) as refused, held(settings, "compliance", "orientation"):
            pass
        assert str(refused.value) == (
            f"{tmp_path} est déjà tenu par un autre processus (orientation, n° {os.getpid()}) : "
            "arrêtez-le, ou donnez un autre dossier par --data."
        )
        with held(settings, "compliance"):
            pass
    with held(settings, "orientation", "compliance"):
        pass


def test_replicas_share_a_database_server(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database="postgresql://nobody@nowhere/journal")
    with held(settings, "orientation"), held(settings, "orientation"):
        assert not list(tmp_path.iterdir())
