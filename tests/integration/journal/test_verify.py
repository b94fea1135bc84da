"""No byte of a journalled field changes unseen. Rows are altered by hand, behind the journal's back."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.clock import FixedClock
from chassis.journal import Append, Head, SqlJournal, verify
from chassis.journal.chain import genesis, hash_of

OTHER = "999001209:77"


@pytest.fixture
async def written(file_url: str, clock: FixedClock, a: SimpleNamespace) -> AsyncIterator[SqlJournal]:
    """Two scopes of six rows: two transitions of an input and two facts each."""
    journal = SqlJournal(file_url, clock)
    await journal.open()
    await journal.append([a.append("one", "two"), a.append("three", "four", scope=OTHER)])
    yield journal
    await journal.close()


@pytest.fixture
def alter(tmp_path: Path) -> Callable[..., int]:
    """Runs statements on the file as somebody with a SQL prompt would; says how many rows they changed."""

    def by_hand(*statements: str) -> int:
        connection = sqlite3.connect(tmp_path / "journal.db")
        changed = sum(connection.execute(statement).rowcount for statement in statements)
        connection.commit()
        connection.close()
        return changed

    return by_hand


async def published_heads(journal: SqlJournal) -> dict[str, list[Head]]:
    """What checkpoints would say now."""
    return {scope: [head] for scope, head in (await journal.heads()).items()}


async def test_a_journal_left_alone_is_sound(written: SqlJournal) -> None:
    report = await verify(written, await published_heads(written))
    assert (report.is_sound, report.scopes, report.rows, report.faults) == (True, 2, 12, ())


ALTERATIONS = {
    "scope": ["'elsewhere'", "'999001209:77x'"],
    "version": ["40", "0", "-3"],
    "cause": ["zeroblob(32)", "substr(cause, 1, 31) || x'00'", "x''"],
    "ordinal": ["7", "-1"],
    "type": ["'vacancy.declareD'", "''", "type || ' '", "cast(x'ff' as text)"],
    "data": ["x''", "data || x'20'", "cast(replace(data, 'e', 'E') as blob)"],
    "rulebook": ["x''", "zeroblob(32)"],
    "event_time": ["event_time + 1", "-event_time", "9223372036854775807"],
    "recorded_at": ["recorded_at - 1", "0", "-9223372036854775808"],
    "hash": ["x''", "zeroblob(32)"],
    "semantics": ["1", "3", "-2"],
}


@pytest.mark.parametrize("version", [1, 3, 6])
@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column, values in ALTERATIONS.items() for value in values]
)
async def test_an_altered_column_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace, column: str, value: str, version: int
) -> None:
    statement = f"UPDATE journal SET {column} = CAST({value} AS BLOB)"  # noqa: S608 - the test's own words
    if column not in ("cause", "data", "rulebook", "hash"):
        statement = f"UPDATE journal SET {column} = {value}"  # noqa: S608 - the test's own words
    assert alter(f"{statement} WHERE scope = '{a.SCOPE}' AND version = {version}") == 1
    report = await verify(written)
    assert a.SCOPE in {fault.scope for fault in report.faults}
    assert OTHER not in {fault.scope for fault in report.faults}


async def test_every_column_of_the_journal_was_altered(tmp_path: Path, written: SqlJournal) -> None:
    assert written is not None
    connection = sqlite3.connect(tmp_path / "journal.db")
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(journal)")}
    connection.close()
    assert columns == set(ALTERATIONS)


@pytest.mark.parametrize("byte", range(31))
async def test_any_single_changed_byte_of_the_data_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace, byte: int
) -> None:
    changed = f"substr(data, 1, {byte}) || x'7e' || substr(data, {byte + 2})"
    where = f"scope = '{a.SCOPE}' AND version = 1"
    assert alter(f"UPDATE journal SET data = CAST({changed} AS BLOB) WHERE {where}") == 1  # noqa: S608 - ours
    [fault] = (await verify(written)).faults
    assert (fault.scope, fault.version, fault.what) == (a.SCOPE, 1, "l'empreinte ne prouve pas la ligne")


async def test_a_deleted_row_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    alter(f"DELETE FROM journal WHERE scope = '{a.SCOPE}' AND version = 3")  # noqa: S608 - the test's own words
    [fault] = (await verify(written)).faults
    assert (fault.scope, fault.version, fault.what) == (a.SCOPE, 4, "il manque la version 3")


async def test_swapped_rows_are_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    moves = [(2, 99), (3, 2), (99, 3)]
    alter(
        *(
            f"UPDATE journal SET version = {to} WHERE scope = '{a.SCOPE}' AND version = {of}"  # noqa: S608 - ours
            for of, to in moves
        )
    )
    [fault] = (await verify(written)).faults
    assert fault.version == 2


async def test_a_scope_renamed_everywhere_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    alter(
        *(f"UPDATE {table} SET scope = 'new' WHERE scope = '{a.SCOPE}'" for table in ("journal", "scopes"))  # noqa: S608 - ours
    )
    assert [fault.scope for fault in (await verify(written)).faults] == ["new"]


async def test_a_tail_cut_without_its_bookkeeping_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    alter(f"DELETE FROM journal WHERE scope = '{a.SCOPE}' AND version > 3")  # noqa: S608 - the test's own words
    [fault] = (await verify(written)).faults
    assert (fault.version, fault.what) == (4, "les lignes ne finissent pas à la tête gardée à côté d'elles")


async def test_a_tail_cut_with_care_is_found_by_the_published_heads(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    heads = await published_heads(written)
    at_three = (await written.rows(a.SCOPE))[2].hash
    alter(
        f"DELETE FROM journal WHERE scope = '{a.SCOPE}' AND version > 3",  # noqa: S608 - the test's own words
        f"UPDATE scopes SET head_version = 3, head_hash = x'{at_three}' WHERE scope = '{a.SCOPE}'",  # noqa: S608 - ours
    )
    assert (await verify(written)).is_sound
    [fault] = (await verify(written, heads)).faults
    assert (fault.version, fault.what) == (4, "publié jusqu'à 6 : la fin a été coupée")


async def test_a_scope_erased_whole_is_found_by_the_published_heads(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    heads = await published_heads(written)
    alter(*(f"DELETE FROM {table} WHERE scope = '{a.SCOPE}'" for table in ("journal", "scopes")))  # noqa: S608 - ours
    assert (await verify(written)).is_sound
    [fault] = (await verify(written, heads)).faults
    assert (fault.scope, fault.version, fault.what) == (a.SCOPE, 1, "publié jusqu'à 6 : la fin a été coupée")


async def test_a_chain_computed_anew_is_found_by_the_published_heads(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    heads = await published_heads(written)
    alter(f"UPDATE journal SET type = 'forged' WHERE scope = '{a.SCOPE}' AND version = 2")  # noqa: S608 - ours
    previous = genesis(a.SCOPE).hex()
    for row in await written.rows(a.SCOPE, is_proved=False):
        previous = hash_of(previous, row)
        alter(
            f"UPDATE journal SET hash = x'{previous}' WHERE scope = '{a.SCOPE}' AND version = {row.version}"  # noqa: S608 - ours
        )
    alter(f"UPDATE scopes SET head_hash = x'{previous}' WHERE scope = '{a.SCOPE}'")  # noqa: S608 - ours
    assert (await verify(written)).is_sound
    [fault] = (await verify(written, heads)).faults
    assert fault.version == 6
    assert fault.what == "l'empreinte n'est pas celle publiée à cette version : récrit après la version 0"


async def test_heads_published_earlier_still_prove_a_journal_that_has_grown(
    written: SqlJournal, a: SimpleNamespace
) -> None:
    heads = await published_heads(written)
    await written.append([a.append("five", base=6)])
    assert (await verify(written, heads)).is_sound
    assert not (await verify(written, {a.SCOPE: [Head(6, "00" * 32)]})).is_sound


async def test_a_transition_without_its_input_is_found(
    written: SqlJournal, alter: Callable[..., int], a: SimpleNamespace
) -> None:
    await written.append([Append("third:75", 0, [a.transition("five")])])
    first, second, third = await written.rows("third:75")
    alter("DELETE FROM journal WHERE scope = 'third:75'")
    alter("DELETE FROM scopes WHERE scope = 'third:75'")
    assert first.ordinal == 0
    for version, row in enumerate((second, third), start=1):
        alter(
            "INSERT INTO journal SELECT 'third:75', "  # noqa: S608 - the test's own words
            f"{version}, x'{row.cause}', {row.ordinal}, type, data, rulebook, event_time, recorded_at, hash, 2 "
            f"FROM journal WHERE scope = '{a.SCOPE}' AND version = 1"
        )
    [fault] = (await verify(written)).faults
    assert fault.what == f"le rang 1 de la cause {second.cause} ne suit pas"
