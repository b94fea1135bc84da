"""The journal is handed over as lines anybody can prove, and explains one vacancy; on every engine."""

import json
from datetime import datetime
from hashlib import sha256
from types import SimpleNamespace

import pytest

from chassis.journal import Append, Entry, SqlJournal, export, rows_of_vacancy, walk, walk_contents
from chassis.journal.walk import PAGE_ROWS


async def test_every_row_is_walked_along_whatever_the_page(journal: SqlJournal, a: SimpleNamespace) -> None:
    entries = [Entry("fact", b"%d" % number) for number in range(PAGE_ROWS + 1)]
    await journal.append([Append(a.SCOPE, 0, [a.transition("one", entries=entries)])])
    assert [row.version async for row in walk(journal, a.SCOPE)] == list(range(1, PAGE_ROWS + 2))
    assert [row.version async for row in walk(journal, a.SCOPE, after=PAGE_ROWS)] == [PAGE_ROWS + 1]


async def test_contents_are_the_rows_without_what_proves_them(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one", "two", scope="a:75"), a.append("three", scope="b:75")])
    rows = [(row.type, row.data) async for row in walk(journal, "a:75")]
    pages = [[tuple(row) for row in page] async for page in walk_contents(journal, "a:75", page_rows=2)]
    assert [row for page in pages for row in page] == rows
    assert len(pages) == (len(rows) + 1) // 2 > 1


async def test_lines_come_scope_by_scope_in_order(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", scope="b:75"), a.append("two", scope="a:75")])
    lines = [json.loads(line) async for line in export(journal)]
    assert [(line["scope"], line["version"]) for line in lines] == [
        (scope, version) for scope in ("a:75", "b:75") for version in (1, 2, 3)
    ]
    assert [json.loads(line)["scope"] async for line in export(journal, ["b:75"])] == ["b:75"] * 3


async def test_numbers_are_exported_digit_for_digit(journal: SqlJournal, a: SimpleNamespace) -> None:
    exact = b'{"rent_eur":412.123456789012345678}'
    await journal.append(
        [Append(a.SCOPE, 0, [a.transition("one", entries=[Entry("vacancy.declared", exact)])])]
    )
    [line] = [line async for line in export(journal)]
    assert line.endswith(b"}\n")
    assert exact in line


async def test_the_chain_can_be_proved_from_the_lines_alone(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", "two")])
    previous = sha256(a.SCOPE.encode()).digest()
    async for line in export(journal):
        row = json.loads(line)
        data = line[line.index(b'"data":') + 7 : line.index(b',"rulebook":')]
        texts = [row["scope"].encode(), bytes.fromhex(row["cause"]), row["type"].encode(), data]
        fields = [*texts, bytes.fromhex(row["rulebook"])]
        times = [_microseconds(row["event_time"]), _microseconds(row["recorded_at"])]
        header = [row["version"], row["ordinal"], *times, *map(len, fields), row["semantics"]]
        packed = b"".join(number.to_bytes(8, "big", signed=True) for number in header)
        previous = sha256(previous + packed + b"".join(fields)).digest()
        assert row["hash"] == previous.hex()


def _microseconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond


@pytest.mark.parametrize("vacancy_id", ["V-1", 'quo"ted', "back\\slash", "é/ß"])
async def test_a_vacancy_is_explained_by_the_whole_transitions_that_name_it(
    journal: SqlJournal, a: SimpleNamespace, vacancy_id: str
) -> None:
    named = b'{"data":{"vacancy_id":%b}}' % json.dumps(vacancy_id, ensure_ascii=False).encode()
    declared = a.transition(
        "one", entries=[Entry("vacancy.declared", named), Entry("orientation.decided", b"{}")]
    )
    other = a.transition("two")
    expired = a.transition(
        "three", entries=[Entry("deadline.fired", b"{}"), Entry("proposal.expired", named)]
    )
    vacancy = a.vacancy(vacancy_id)
    await journal.append([Append(a.SCOPE, 0, [declared, other, expired], [vacancy])])
    rows = await rows_of_vacancy(journal, vacancy.bailleur, vacancy_id)
    assert [row.version for row in rows] == [1, 2, 6, 7]


async def test_a_vacancy_whose_id_only_begins_alike_is_another(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("V-1", "V-12", vacancies=[a.vacancy("V-1"), a.vacancy("V-12")])])
    assert {row.cause for row in await rows_of_vacancy(journal, "999001209", "V-1")} == {a.digest("V-1")}


async def test_a_vacancy_never_declared_has_no_rows(journal: SqlJournal) -> None:
    assert await rows_of_vacancy(journal, "999001209", "V-404") == []
