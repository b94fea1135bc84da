"""A message has one fate, whoever judges it at the same instant: applied or refused, never both; on every engine."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.clock import FixedClock
from chassis.journal import (
    Append,
    Appended,
    Conflict,
    Outcome,
    Reject,
    SqlJournal,
    appending,
    judging,
    verify,
)

REFUSED = Reject(
    topic="vacancies",
    partition=1,
    offset=42,
    key=None,
    value=b"{}",
    headers=[],
    reason="erreur_interne",
    path="$",
    message="C'est notre faute.",
    at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    incarnation="a-cluster/a-topic",
)
HEARD = REFUSED.heard
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event_type = 'Lock'"
TURNS = 20
BOTH_ENGINES = pytest.mark.parametrize(
    "engine", ["sqlite_file", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)


def carrying(a: SimpleNamespace, cause: str = "one", canonical: bytes | None = None) -> Reject:
    """The refusal of the message that holds an input."""
    [transition] = a.append(cause).transitions
    return replace(REFUSED, carries=(transition.cause, canonical or transition.entries[0].data))


async def test_a_message_that_was_applied_is_not_refused_any_more(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one", heard=[HEARD])])
    other = replace(carrying(a, "two"), offset=43)
    assert await journal.reject([carrying(a), other]) == [other]
    assert [kept.reject.offset for kept in await journal.rejects(10)] == [43]


async def test_a_refusal_that_stands_is_given_back_each_time_it_is_kept(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    for _ in range(2):
        assert await journal.reject([carrying(a)]) == [carrying(a)]
    [kept] = await journal.rejects(10)
    assert kept.reject == REFUSED


async def test_what_contradicts_an_input_is_refused_though_the_input_was_applied(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one", heard=[HEARD._replace(place=("vacancies", 1, 41))])])
    contradiction = carrying(a, canonical=b"the same identity, other words")
    assert await journal.reject([contradiction]) == [contradiction]
    assert len(await journal.rejects(10)) == 1


async def test_a_message_nobody_can_read_is_refused_whatever_was_applied(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one")])
    assert await journal.reject([REFUSED]) == [REFUSED]


async def test_what_was_applied_is_not_refused_with_what_a_scope_writes_either(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one")])
    [outcome] = await journal.append([a.append("two", scope="elsewhere:75", refused=[carrying(a)])])
    assert isinstance(outcome, Appended)
    assert await journal.rejects(10) == []


# two transactions at once: the first is at work, all but its commit, when the second begins

Work = Callable[[AsyncConnection], Awaitable[object]]
Waits = Callable[[asyncio.Future[object]], Awaitable[None]]


@pytest.fixture
def has_to_wait(engine: str, request: pytest.FixtureRequest) -> Waits:
    """Until the second transaction stands before a lock; on a file it cannot even begin."""

    async def on_a_server(second: asyncio.Future[object]) -> None:
        ask = request.getfixturevalue("postgres").sql
        while await asyncio.to_thread(ask, WAITING) != "1":
            assert not second.done(), "it did not wait"

    async def on_a_file(second: asyncio.Future[object]) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        assert not second.done(), "it did not wait"

    return on_a_server if engine == "postgresql" else on_a_file


async def met(
    first: tuple[SqlJournal, Work],
    second: tuple[SqlJournal, Work],
    has_to_wait: Waits,
    *,
    breaks: Exception | None = None,
) -> list[Any]:
    """What both gave, the first having ended, or broken, only once the second waited for it."""
    at_work, may_end = asyncio.Event(), asyncio.Event()

    async def held(connection: AsyncConnection) -> object:
        given = await first[1](connection)
        at_work.set()
        await may_end.wait()
        if breaks is not None:
            raise breaks
        return given

    ahead = asyncio.ensure_future(first[0]._database.write(held))
    await at_work.wait()
    behind = asyncio.ensure_future(second[0]._database.write(second[1]))
    try:
        await has_to_wait(behind)
    finally:
        may_end.set()
        given = await asyncio.gather(ahead, behind, return_exceptions=True)
    return given


def writes(journal: SqlJournal, *appends: Append) -> tuple[SqlJournal, Work]:
    async def work(connection: AsyncConnection) -> list[Outcome]:
        return await appending.append(connection, journal._dialect, appends, 0)

    return journal, work


def refuses(journal: SqlJournal, reject: Reject) -> tuple[SqlJournal, Work]:
    async def work(connection: AsyncConnection) -> list[Reject]:
        return await judging.reject(connection, journal._dialect, [reject])

    return journal, work


@BOTH_ENGINES
async def test_of_two_writers_of_a_scopes_very_first_rows_one_is_in_conflict(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    given = await met(
        writes(journal, a.append("one"), a.append("other one", scope="b:75")),
        writes(rival, a.append("two", "three"), a.append("other two", scope="c:75")),
        has_to_wait,
    )
    [won, alone], [lost, untouched] = given
    assert (won.scope, alone.scope, untouched.scope) == (a.SCOPE, "b:75", "c:75")
    assert all(isinstance(outcome, Appended) for outcome in (won, alone, untouched))
    assert lost == Conflict(a.SCOPE, "version")
    assert {row.cause for row in await journal.rows(a.SCOPE)} == {a.digest("one")}
    report = await verify(journal)
    assert (report.is_sound, report.rows) == (True, 9)


@BOTH_ENGINES
async def test_the_second_writer_of_a_scopes_first_rows_has_them_when_the_first_breaks(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    broke = RuntimeError("just before its commit")
    ended, [outcome] = await met(
        writes(journal, a.append("one")), writes(rival, a.append("two")), has_to_wait, breaks=broke
    )
    assert ended is broke
    assert isinstance(outcome, Appended)
    assert (await verify(journal)).rows == 3


@BOTH_ENGINES
async def test_a_message_refused_on_a_scope_without_a_row_is_not_applied_at_once_by_another(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    refusal = Append(a.SCOPE, 0, [], refused=[carrying(a)])
    [[kept], [lost]] = await met(
        writes(journal, refusal), writes(rival, a.append("one", heard=[HEARD])), has_to_wait
    )
    assert isinstance(kept, Appended)
    assert lost == Conflict(a.SCOPE, "refused")
    assert (await journal.rows(a.SCOPE), len(await journal.rejects(10))) == ([], 1)


@BOTH_ENGINES
async def test_a_message_applied_as_a_scopes_first_is_not_refused_at_once_by_another(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    refusal = Append(a.SCOPE, 0, [], refused=[carrying(a)])
    [[won], [lost]] = await met(
        writes(journal, a.append("one", heard=[HEARD])), writes(rival, refusal), has_to_wait
    )
    assert isinstance(won, Appended)
    assert lost == Conflict(a.SCOPE, "version")
    assert await journal.rejects(10) == []


@BOTH_ENGINES
async def test_a_message_refused_outside_any_scope_is_not_applied_at_once_by_another(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    _, [lost] = await met(
        refuses(journal, REFUSED), writes(rival, a.append("one", heard=[HEARD])), has_to_wait
    )
    assert lost == Conflict(a.SCOPE, "refused")
    assert await journal.scopes() == []


@BOTH_ENGINES
async def test_a_message_applied_is_not_refused_at_once_outside_any_scope(
    journal: SqlJournal, rival: SqlJournal, a: SimpleNamespace, has_to_wait: Waits
) -> None:
    _, standing = await met(
        writes(journal, a.append("one", heard=[HEARD])), refuses(rival, carrying(a)), has_to_wait
    )
    assert standing == []
    assert await journal.rejects(10) == []


async def test_writers_of_other_partitions_and_scopes_do_not_wait_for_each_other(
    postgres_url: str, clock: FixedClock, a: SimpleNamespace
) -> None:
    journal, rival = SqlJournal(postgres_url, clock), SqlJournal(postgres_url, clock)
    elsewhere = HEARD._replace(place=("vacancies", 2, 42))

    async def at_once(second: asyncio.Future[object]) -> None:
        await second

    await met(
        writes(journal, a.append("one", heard=[HEARD])),
        writes(rival, a.append("two", scope="b:75", heard=[elsewhere])),
        at_once,
    )
    assert (await verify(journal)).rows == 6
    for each in (journal, rival):
        await each.close()
