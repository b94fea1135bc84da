"""Refusals of which a topic takes nothing cost a try now and then; each is told once, whoever tells it."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chassis.clock import FixedClock
from chassis.journal import KeptReject, Reject, SqlJournal
from chassis.left_behind import LOOK_EVERY
from chassis.reach import RETRIES
from orientation.others import MOST_REJECTS, Others
from orientation.publishing import Publishing
from orientation.refusals import REFUSALS_AT_ONCE
from orientation.scopes import Scopes
from tests.closed_topics import Broker

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


class CountingJournal(SqlJournal):
    """The real one, which counts what is read of it."""

    refusals_read = 0
    not_yet_written: Collection[int] = ()
    """Numbers of refusals whose transaction is not over."""

    async def unpublished_rejects(
        self, limit: int, after: int = 0, but_topics: Collection[str] = ()
    ) -> list[KeptReject]:
        found = await super().unpublished_rejects(limit, after, but_topics)
        self.refusals_read += len(found)
        return [kept for kept in found if kept.id not in self.not_yet_written]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def journal(tmp_path: Path, clock: FixedClock) -> AsyncIterator[CountingJournal]:
    opened = CountingJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", clock)
    await opened.open()
    yield opened
    await opened.close()


async def test_refusals_nobody_can_be_told_are_not_read_again_between_two_tries(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker("vacancies.1.rejected")
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    await journal.reject([a_reject("vacancies.1", number) for number in range(2 * REFUSALS_AT_ONCE)])
    await publishing.publish_rejects()
    journal.refusals_read = broker.offered = 0
    for number in range(10):
        await journal.reject(
            [a_reject("vacancies.1", 2 * REFUSALS_AT_ONCE + number), a_reject("vacancies.2", number)]
        )
        await publishing.publish_rejects()
    assert (journal.refusals_read, broker.offered) == (10, 10)
    broker.closed.clear()
    clock.set(NOW + RETRIES.longest)
    await publishing.sweep_if_behind()
    assert broker.taken == {
        "vacancies.1.rejected": list(range(2 * REFUSALS_AT_ONCE + 10)),
        "vacancies.2.rejected": list(range(10)),
    }
    assert await journal.unpublished_reject_ids(1) == []


async def test_a_refusal_another_process_numbered_early_and_wrote_late_is_found_behind_those_of_a_blocked_topic(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker("vacancies.1.rejected")
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    others = Others(journal, Scopes(journal), publishing, clock)
    journal.not_yet_written = {1}
    stuck = [a_reject("vacancies.1", number) for number in range(MOST_REJECTS)]
    await journal.reject([a_reject("vacancies.2", 0), *stuck])
    await publishing.publish_rejects()
    journal.not_yet_written, before = set(), broker.offered
    for _ in range(3):
        clock.set(clock.now() + LOOK_EVERY)
        await others.look()
    assert broker.taken == {"vacancies.2.rejected": [0]}
    assert broker.offered == before + 2, "the one that was missing, and the first of the blocked topic"


async def test_a_refusal_another_process_told_of_is_not_told_again_when_its_topic_takes_messages(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker("vacancies.1.rejected")
    stale, heir = (Publishing(journal, broker, clock) for _ in range(2))  # type: ignore[arg-type]  # the one method they call
    await journal.reject([a_reject("vacancies.1", number) for number in range(2)])
    await stale.publish_rejects()
    broker.closed.clear()
    await heir.publish_rejects()
    clock.set(NOW + RETRIES.longest)
    await stale.sweep_if_behind()
    assert broker.taken == {"vacancies.1.rejected": [0, 1]}
    assert stale.blocked() == {}


def a_reject(topic: str, number: int) -> Reject:
    value = b'{"data":{"sequence":%d}}' % number
    return Reject(topic, 0, number, None, value, (), "enveloppe", "$", "non", NOW)
