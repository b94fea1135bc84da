"""What is appended is there, once, in order, whole; on every engine."""

import asyncio
from types import SimpleNamespace

import pytest

from chassis.clock import FixedClock
from chassis.journal import Append, Appended, Conflict, Entry, Head, Snapshot, SqlJournal, verify
from chassis.journal.chain import genesis


async def test_rows_come_back_as_they_were_written(
    journal: SqlJournal, a: SimpleNamespace, clock: FixedClock
) -> None:
    transition = a.transition("one", facts=1)
    [outcome] = await journal.append([Append(a.SCOPE, 0, [transition])])
    first, second = await journal.rows(a.SCOPE)
    assert [first.version, second.version] == [1, 2]
    assert [first.ordinal, second.ordinal] == [0, 1]
    assert [Entry(row.type, row.data) for row in (first, second)] == list(transition.entries)
    assert (first.cause, first.rulebook, first.scope) == (transition.cause, transition.rulebook, a.SCOPE)
    assert (first.event_time, first.recorded_at) == (transition.event_time, clock.now())
    assert outcome == Appended(a.SCOPE, 2, second.hash)


async def test_an_input_without_a_rulebook_is_journalled(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([Append(a.SCOPE, 0, [a.transition("one", rulebook="")])])
    assert {row.rulebook for row in await journal.rows(a.SCOPE)} == {""}


async def test_versions_go_on_from_append_to_append(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", "two")])
    await journal.append([a.append("three", base=6)])
    assert [row.version for row in await journal.rows(a.SCOPE)] == list(range(1, 10))
    assert (await verify(journal)).is_sound


async def test_rows_are_paged(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", "two")])
    assert [row.version for row in await journal.rows(a.SCOPE, after=2, limit=3)] == [3, 4, 5]


async def test_the_loser_of_a_race_writes_nothing(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one")])
    assert await rival.append([a.append("two")]) == [Conflict(a.SCOPE, "version")]
    assert len(await journal.rows(a.SCOPE)) == 3


async def test_a_writer_ahead_of_the_journal_is_in_conflict(journal: SqlJournal, a: SimpleNamespace) -> None:
    assert await journal.append([a.append("one", base=3)]) == [Conflict(a.SCOPE, "version")]


async def test_what_was_decided_on_another_scope_is_written_only_while_that_one_stands(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    beside = "999001209:77"
    await journal.append([a.append("one")])
    stale = a.append("two", scope=beside, given=(a.SCOPE, 0))
    assert await journal.append([stale]) == [Conflict(beside, "version")]
    assert await journal.rows(beside) == []
    [written] = await journal.append([a.append("two", scope=beside, given=(a.SCOPE, 3))])
    assert isinstance(written, Appended)


async def test_the_scope_decided_on_may_be_written_in_the_same_batch(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    beside = "999001209:77"
    both = [a.append("one"), a.append("two", scope=beside, given=(a.SCOPE, 0))]
    assert all(isinstance(outcome, Appended) for outcome in await journal.append(both))
    late = [a.append("three"), a.append("four", scope=beside, base=3, given=(a.SCOPE, 0))]
    assert await journal.append(late) == [Conflict(a.SCOPE, "version"), Conflict(beside, "version")]


async def test_an_input_is_journalled_once_whatever_its_scope(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one")])
    elsewhere = a.append("one", scope="999001209:77")
    again = a.append("two", "one", base=3)
    assert await journal.append([elsewhere, again]) == [
        Conflict("999001209:77", "cause"),
        Conflict(a.SCOPE, "cause"),
    ]
    assert await journal.scopes() == [a.SCOPE]


async def test_an_input_twice_in_one_append_is_in_conflict(journal: SqlJournal, a: SimpleNamespace) -> None:
    assert await journal.append([a.append("one", "one")]) == [Conflict(a.SCOPE, "cause")]


async def test_two_scopes_of_a_batch_cannot_both_have_an_input(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    outcomes = await journal.append([a.append("one", scope="b:75"), a.append("one", scope="a:75")])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appended", "Conflict"]
    assert (await verify(journal)).rows == 3


async def test_a_conflict_does_not_hold_up_the_other_scopes(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", scope="a:75", vacancies=[a.vacancy("V-1", "a:75")])])
    outcomes = await journal.append(
        [
            a.append("two", scope="a:75"),  # its base is behind
            a.append("one", scope="b:75"),  # its input is journalled
            a.append("three", scope="c:75", vacancies=[a.vacancy("V-1", "c:75")]),  # its vacancy is another's
            a.append("four", scope="d:75", vacancies=[a.vacancy("V-2", "d:75")]),
        ]
    )
    assert outcomes[:3] == [
        Conflict("a:75", "version"),
        Conflict("b:75", "cause"),
        Conflict("c:75", "vacancy"),
    ]
    assert isinstance(outcomes[3], Appended)
    assert await journal.scopes() == ["a:75", "d:75"]
    assert (await verify(journal)).is_sound


async def test_a_refused_scope_leaves_nothing_beside_the_rows_either(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one", scope="a:75")])
    text = "Le logement est trop petit."
    transition = a.transition("one", texts={a.digest(text): text})
    refused = Append("b:75", 0, [transition], [a.vacancy("V-9", "b:75")], snapshot=b"state")
    assert await journal.append([refused]) == [Conflict("b:75", "cause")]
    assert await journal.texts([a.digest(text)]) == {}
    assert await journal.vacancies([("999001209", "V-9")]) == {}
    assert (await journal.load("b:75")).snapshot is None
    assert list(await journal.heads()) == ["a:75"]


async def test_known_inputs_are_found_among_thousands(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", "two")])
    asked = [a.digest(str(number)) for number in range(2_500)] + [a.digest("two")]
    assert await journal.known(asked) == {a.digest("two"): b'{"data":{"vacancy_id":"two"}}'}


async def test_a_vacancy_is_kept_and_closed_by_its_scope(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", vacancies=[a.vacancy("V-1")])])
    key = ("999001209", "V-1")
    assert await journal.vacancies([key, ("999001209", "V-2")]) == {key: a.vacancy("V-1")}
    await journal.append([a.append("two", base=3, vacancies=[a.vacancy("V-1", closed=b"settled")])])
    assert (await journal.vacancies([key]))[key].closed == b"settled"


async def test_a_scope_resumes_from_its_latest_snapshot(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", snapshot=b"old")])
    await journal.append([a.append("two", base=3, snapshot=b"new")])
    await journal.append([a.append("three", base=6)])
    stored = await journal.load(a.SCOPE)
    assert stored.snapshot == Snapshot(6, b"new")
    assert [row.version for row in stored.rows] == [7, 8, 9]
    assert (stored.head_version, stored.head_hash) == (9, stored.rows[-1].hash)


async def test_a_scope_never_written_resumes_from_nothing(journal: SqlJournal, a: SimpleNamespace) -> None:
    stored = await journal.load(a.SCOPE)
    assert (stored.snapshot, stored.rows, stored.head_version) == (None, [], 0)
    assert stored.head_hash == genesis(a.SCOPE).hex()


async def test_heads_are_the_last_rows(journal: SqlJournal, a: SimpleNamespace) -> None:
    await journal.append([a.append("one", scope="b:75"), a.append("two", "three", scope="a:75")])
    last = {scope: (await journal.rows(scope))[-1] for scope in ("a:75", "b:75")}
    assert await journal.heads() == {scope: Head(row.version, row.hash) for scope, row in last.items()}
    assert await journal.scopes() == ["a:75", "b:75"]


async def test_an_empty_journal_has_no_scope(journal: SqlJournal) -> None:
    assert (await journal.scopes(), await journal.heads(), await journal.append([])) == ([], {}, [])


@pytest.mark.parametrize(
    "mistake",
    [
        {"entries": []},
        {"rulebook": "not a digest"},
        {"rulebook": "AB" * 32},
        {"texts": {"ab" * 32: "a text with another digest"}},
    ],
    ids=["no input", "no digest", "upper case", "another text"],
)
async def test_a_malformed_transition_is_the_callers_mistake(
    journal: SqlJournal, a: SimpleNamespace, mistake: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"input|hexadecimal|SHA-256"):
        await journal.append(
            [a.append("one", scope="a:75"), Append(a.SCOPE, 0, [a.transition("two", **mistake)])]
        )
    assert await journal.scopes() == []


async def test_a_scope_named_twice_or_a_foreign_vacancy_is_the_callers_mistake(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    with pytest.raises(ValueError, match="one append for each scope"):
        await journal.append([a.append("one"), a.append("two")])
    with pytest.raises(ValueError, match="not of"):
        await journal.append([a.append("one", vacancies=[a.vacancy("V-1", "999001209:77")])])


async def test_readers_and_writers_share_the_journal(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace
) -> None:
    async def write(writer: SqlJournal, scope: str) -> None:
        for turn in range(10):
            [outcome] = await writer.append([a.append(f"{scope}{turn}", base=3 * turn, scope=scope)])
            assert isinstance(outcome, Appended)
            await writer.load(scope)

    await asyncio.gather(*(write(writer, f"{n}:75") for n, writer in enumerate([journal, rival, journal])))
    report = await verify(rival)
    assert (report.is_sound, report.rows) == (True, 90)
