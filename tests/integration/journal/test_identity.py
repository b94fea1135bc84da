"""Which journal this is, and how far its input partitions are applied: the same on every engine."""

from dataclasses import replace
from types import SimpleNamespace

from chassis.clock import FixedClock
from chassis.journal import Adoption, Conflict, Mark, SqlJournal
from tests.integration.journal.conftest import NOON
from tests.integration.journal.test_rejects import LOG, REJECT

MARK = Mark("vacancies", 1, LOG, 43)


async def test_a_journal_has_one_identity_for_whoever_opens_it(
    journal: SqlJournal, rival: SqlJournal
) -> None:
    drawn = await journal.identity()
    assert drawn.cluster_id is None
    assert await rival.identity() == drawn
    assert await journal.identity() == drawn


async def test_it_is_bound_to_the_first_cluster_it_is_written_from(journal: SqlJournal) -> None:
    await journal.identity()
    await journal.bind("one")
    await journal.bind("two")
    assert (await journal.identity()).cluster_id == "one"


async def test_marks_are_written_with_the_rows_and_only_move_forward(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("one")], [MARK])
    assert await journal.marks() == [MARK]
    await journal.append([a.append("two", base=3)], [replace(MARK, offset=12)])
    assert await journal.marks() == [MARK]
    await journal.append([], [replace(MARK, offset=44)])
    assert await journal.marks() == [replace(MARK, offset=44)]


async def test_marks_are_written_with_refusals(journal: SqlJournal) -> None:
    await journal.reject([REJECT], [MARK])
    assert await journal.marks() == [MARK]


async def test_a_scope_that_lost_its_conflict_holds_the_mark_at_its_message(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("first")])
    stale = a.append("two", heard=[REJECT.heard])
    other = a.append("three", scope="999001209:13")
    outcomes = await journal.append([stale, other], [replace(MARK, offset=50), replace(MARK, partition=0)])
    assert outcomes[0] == Conflict(a.SCOPE, "version")
    assert await journal.marks() == [replace(MARK, partition=0), replace(MARK, offset=REJECT.offset)]


async def test_a_conflict_that_tells_no_place_holds_every_mark(
    journal: SqlJournal, a: SimpleNamespace
) -> None:
    await journal.append([a.append("first")])
    await journal.append([a.append("two")], [MARK])
    assert await journal.marks() == []


async def test_the_marks_of_two_logs_of_one_name_stand_side_by_side(journal: SqlJournal) -> None:
    again = replace(MARK, incarnation="a-cluster/made-again", offset=2)
    await journal.append([], [MARK])
    await journal.append([], [again])
    assert sorted(await journal.marks(), key=lambda mark: mark.offset) == [again, MARK]


async def test_an_adoption_is_kept_with_its_time_and_office_and_forgets_the_marks(
    journal: SqlJournal,
) -> None:
    await journal.identity()
    await journal.bind("one")
    await journal.append([], [MARK])
    adoption = Adoption(NOON, "DSI de l'office", "two", "Ce journal vient d'un autre cluster.")
    await journal.adopt(adoption)
    assert await journal.adoptions() == [adoption]
    assert await journal.marks() == []
    assert (await journal.identity()).cluster_id == "two"


async def test_two_journals_are_never_the_same(clock: FixedClock) -> None:
    one, other = SqlJournal("sqlite://", clock), SqlJournal("sqlite://", clock)
    await one.open()
    await other.open()
    assert await one.identity() != await other.identity()
    await one.close()
    await other.close()
