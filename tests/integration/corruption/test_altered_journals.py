"""An altered journal is found by whoever folds it, told in one sentence with its remedy, and never ready.

Each case stands for a kind of damage; files are altered by hand, behind the journal's back.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from chassis.clock import WallClock
from chassis.health import journal_check
from chassis.journal import Append, JournalCorrupt, SqlJournal
from chassis.journal.migrating import upgrade
from compliance.projections import Projections
from orientation.scopes import Scopes
from tests.journals.stored import Service, on_sqlite

STORED = "semantics-2"
SCOPE = "999000029:48"
VACANCY = ("999000029", "V-2026-48-000004")
Use = Callable[[SqlJournal], Awaitable[object]]


async def _opened(folder: Path, *statements: str, service: Service = "orientation") -> SqlJournal:
    """A stored journal, altered by some statements, open."""
    url = on_sqlite(STORED, service, folder)
    await upgrade(url)
    with closing(sqlite3.connect(folder / f"{service}.sqlite")) as by_hand:
        changed = sum(by_hand.execute(statement).rowcount for statement in statements)
        by_hand.commit()
    assert changed or not statements
    journal = SqlJournal(url, WallClock())
    await journal.open()
    return journal


async def _fold(journal: SqlJournal) -> None:
    await Scopes(journal).load(SCOPE)


async def _read_rejects(journal: SqlJournal) -> None:
    await journal.rejects(100)


async def _read_vacancies(journal: SqlJournal) -> None:
    await journal.vacancies([VACANCY])


def _of(table: str, change: str, where: str = "") -> str:
    at = f" AND {where}" if where else ""
    return f"UPDATE {table} SET {change} WHERE scope = '{SCOPE}'{at}"  # noqa: S608 - the test's own words


NO_SNAPSHOT = f"DELETE FROM snapshots WHERE scope = '{SCOPE}'"  # noqa: S608 - as above
DAMAGES: dict[str, tuple[tuple[str, ...], Use]] = {
    "a byte of a row": ((_of("journal", "data = CAST(data || x'20' AS BLOB)", "version = 120"),), _fold),
    "a row no snapshot hides": ((NO_SNAPSHOT, _of("journal", "type = 'x'", "version = 3")), _fold),
    "the semantics": ((NO_SNAPSHOT, _of("journal", "semantics = 1", "version = 7")), _fold),
    "the last row's semantics": ((_of("journal", "semantics = 3", "version = 139"),), _fold),
    "a row gone": ((f"DELETE FROM journal WHERE scope = '{SCOPE}' AND version = 130",), _fold),  # noqa: S608 - as above
    "the tail gone": ((f"DELETE FROM journal WHERE scope = '{SCOPE}' AND version > 135",), _fold),  # noqa: S608 - as above
    "the head's hash": ((_of("scopes", "head_hash = zeroblob(32)"),), SqlJournal.examine),
    "the head's hash, folded": ((_of("scopes", "head_hash = zeroblob(32)"),), _fold),
    "the head's version": ((_of("scopes", "head_version = 100"),), SqlJournal.examine),
    "the head gone": ((f"DELETE FROM scopes WHERE scope = '{SCOPE}'",), SqlJournal.examine),  # noqa: S608 - as above
    "a mark beyond the head": ((_of("scopes", "published_version = 10000"),), SqlJournal.examine),
    "a rulebook": (
        ("UPDATE bundles SET content = CAST(content || x'20' AS BLOB)",),
        SqlJournal.bundle_in_force,
    ),
    "a refused message": (("UPDATE rejects SET value = CAST(value || x'20' AS BLOB)",), _read_rejects),
    "an archived dossier": (
        (_of("vacancies", "closed = CAST(closed || x'20' AS BLOB)", f"vacancy_id = '{VACANCY[1]}'"),),
        _read_vacancies,
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_is_found_told_with_its_remedy_and_keeps_the_service_from_being_ready(
    tmp_path: Path, damage: str
) -> None:
    statements, use = DAMAGES[damage]
    journal = await _opened(tmp_path, *statements)
    assert journal_check(journal).is_ready
    with pytest.raises(JournalCorrupt) as found:
        await use(journal)
    told = str(found.value)
    assert told.startswith("Journal altéré : ")
    assert "aiguillage journal verify" in told
    assert "restaurez une sauvegarde" in told
    check = journal_check(journal)
    assert (check.status, check.detail) == ("not_ready", {"corrupt": told})
    await journal.close()


async def test_the_journal_as_it_was_written_is_folded_and_ready(tmp_path: Path) -> None:
    journal = await _opened(tmp_path)
    await journal.examine()
    for use in (_fold, _read_rejects, _read_vacancies):
        await use(journal)
    assert journal_check(journal).is_ready
    await journal.close()


@pytest.mark.parametrize(
    "change",
    [
        "state = CAST(state || x'20' AS BLOB)",
        "digest = zeroblob(32)",
        "head_hash = zeroblob(32)",
        "version = version - 1",
        "version = 10000",
        "state = CAST('garbage' AS BLOB)",
    ],
)
async def test_a_snapshot_that_is_wrong_is_folded_anew_to_the_same_state(tmp_path: Path, change: str) -> None:
    (tmp_path / "sound").mkdir()
    sound, wrong = await _opened(tmp_path / "sound"), await _opened(tmp_path, _of("snapshots", change))
    assert (await sound.load(SCOPE)).snapshot is not None
    stored = await wrong.load(SCOPE)
    assert stored.snapshot is None
    assert len(stored.rows) == stored.head_version
    states = []
    for journal in (sound, wrong):
        scopes = Scopes(journal)
        await scopes.load(SCOPE)
        states.append((scopes.state(SCOPE).sequence, scopes.state(SCOPE).ledger, scopes.state(SCOPE).parked))
        assert journal_check(journal).is_ready
        await journal.close()
    assert states[0] == states[1]


async def test_compliance_finds_a_row_that_was_changed(tmp_path: Path) -> None:
    alteration = _of("journal", "data = CAST(data || x'20' AS BLOB)", "version = 70")
    journal = await _opened(tmp_path, alteration, service="compliance")
    with pytest.raises(JournalCorrupt, match="l'empreinte ne prouve pas la version 70"):
        await Projections(journal).of(SCOPE)
    assert not journal_check(journal).is_ready
    await journal.close()


async def test_what_another_writer_altered_is_found_as_it_is_followed(tmp_path: Path) -> None:
    journal = await _opened(tmp_path)
    projections, scopes = Projections(journal), Scopes(journal)
    await scopes.load(SCOPE)
    with closing(sqlite3.connect(tmp_path / "orientation.sqlite")) as by_hand:
        by_hand.execute(_of("journal", "data = CAST(data || x'20' AS BLOB)", "version = 139"))
        by_hand.commit()
    scopes.forget([SCOPE])
    with pytest.raises(JournalCorrupt):
        await scopes.recover()
    with pytest.raises(JournalCorrupt):
        await projections.again(SCOPE)
    await journal.close()


async def test_a_head_changed_beneath_a_writer_is_found_when_it_writes(tmp_path: Path) -> None:
    journal = await _opened(tmp_path)
    scopes = Scopes(journal)
    await scopes.load(SCOPE)
    batch = scopes.open(SCOPE)
    with closing(sqlite3.connect(tmp_path / "orientation.sqlite")) as by_hand:
        by_hand.execute(_of("scopes", "head_hash = zeroblob(32)"))
        by_hand.commit()
    with pytest.raises(JournalCorrupt, match=r"la tête gardée à la version .* a changé"):
        await journal.append([Append(SCOPE, batch.base_version, [], base_hash=batch.base_hash)])
    await journal.close()
