"""A topic that takes nothing costs a try now and then, whatever has piled up behind it; the others go on at once."""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry

from chassis.clock import FixedClock
from chassis.journal import Reject, Row, SqlJournal
from chassis.left_behind import LOOK_EVERY
from chassis.metrics import Metrics
from chassis.reach import RETRIES
from contracts.inputs import read
from flux.scope import Scope
from orientation.domain.state import ScopeState
from orientation.meter import tell_blocked
from orientation.others import Others
from orientation.publishing import SWEEP_ROWS, Publishing
from orientation.scope_batch import ScopeBatch
from orientation.scopes import Scopes
from tests.closed_topics import Broker

SCOPE, ELSEWHERE = "999001209:75", "999001209:92"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
REFUSED = Reject("vacancies.1", 0, 0, None, b'{"data":{"sequence":1}}', (), "enveloppe", "$", "non", NOW)
OURS, THEIRS = "proposals.AL-75", "proposals.ETAT-75"
FACTS_BEHIND = 10_000
FACTS_A_BATCH = 100
ROWS_A_FACT = 2
"""Each fact has an input of its own."""


class CountingJournal(SqlJournal):
    """The real one, which counts what is read of it."""

    rows_read = 0

    async def rows(
        self, scope: str, after: int = 0, limit: int | None = None, *, is_proved: bool = True
    ) -> list[Row]:
        found = await super().rows(scope, after, limit, is_proved=is_proved)
        self.rows_read += len(found)
        return found


class Year:
    """One scope that goes on issuing proposals to two réservataires, one after the other."""

    def __init__(self, journal: SqlJournal, publishing: Publishing, scope: str = SCOPE) -> None:
        self._journal, self._publishing, self._scope = journal, publishing, scope
        self._version, self._sequence, self._own = 0, 0, defaultdict[str, int](int)

    def moves_to(self, publishing: Publishing) -> None:
        """Another process has the scope from now on."""
        self._publishing = publishing

    async def goes_on(self, facts: int) -> None:
        """Journal and publish a batch, as the service does."""
        await self._publishing.publish([await self.is_journalled(facts)])
        await self._publishing.sweep_if_behind()

    async def is_journalled(self, facts: int) -> ScopeBatch:
        """Journal a batch."""
        batch = ScopeBatch(ScopeState(Scope.parse(self._scope)), self._version, None, 0)
        for _ in range(facts):
            self._issue(batch)
        await self._journal.append([batch.append({})])
        self._version += batch.rows
        return batch

    def _issue(self, batch: ScopeBatch) -> None:
        self._sequence += 1
        name = ("AL-75", "ETAT-75")[self._sequence % 2]
        self._own[name] += 1
        cause = read(_withdrawal(self._scope, self._sequence), (), "vacancies", now=None, trust="open")
        issued: dict[str, Any] = {
            "at": NOW.isoformat(),
            "cause": cause.identity,
            "scope": self._scope,
            "sequence": self._sequence,
            "reservataire": name,
            "reservataire_sequence": self._own[name],
            "vacancy_id": f"V-{self._sequence}",
        }
        batch.add(cause, NOW, [("proposal.issued", issued)], "")


def _withdrawal(scope: str, number: int) -> bytes:
    bailleur, departement = scope.split(":")
    data = {"vacancy_id": f"V-{number}", "bailleur": bailleur, "departement": departement, "reason": "erreur"}
    event = {
        "specversion": "1.0",
        "id": f"w-{scope}-{number}",
        "source": "/bailleurs/999001209",
        "time": NOW.isoformat(),
    }
    return orjson.dumps(event | {"type": "fr.aiguillage.vacancy.withdrawn.v1", "data": data})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def journal(tmp_path: Path, clock: FixedClock) -> AsyncIterator[CountingJournal]:
    opened = CountingJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", clock)
    await opened.open()
    yield opened
    await opened.close()


async def test_between_two_tries_nothing_is_read_for_a_blocked_topic_however_much_waits_for_it(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    year = Year(journal, publishing)
    await year.goes_on(FACTS_BEHIND)
    journal.rows_read = broker.offered = 0
    for batch in range(1, 11):
        await year.goes_on(FACTS_A_BATCH)
        assert len(broker.taken["orientations"]) == FACTS_BEHIND + batch * FACTS_A_BATCH
    assert journal.rows_read == 0
    assert broker.offered == 10 * (FACTS_A_BATCH + FACTS_A_BATCH // 2)


async def test_a_try_costs_one_message_and_tries_come_less_and_less_often(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    await Year(journal, publishing).goes_on(FACTS_A_BATCH)
    journal.rows_read = broker.offered = 0
    waits, failed_at = [], NOW
    for _ in range(2_000):
        clock.set(clock.now() + timedelta(milliseconds=100))
        before = broker.offered
        await publishing.sweep_if_behind()
        if broker.offered > before:
            assert broker.offered == before + 1
            waits.append(clock.now() - failed_at)
            failed_at = clock.now()
    doubling = [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6]
    assert [wait.total_seconds() for wait in waits] == [*doubling, 30, 30, 30, 30]
    assert journal.rows_read == 0


async def test_a_clock_set_back_delays_no_try(journal: CountingJournal, clock: FixedClock) -> None:
    broker = Broker(OURS)
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    await Year(journal, publishing).goes_on(FACTS_A_BATCH)
    broker.closed.clear()
    clock.set(NOW - timedelta(days=1))
    await publishing.sweep_if_behind()
    assert publishing.blocked() == {}


async def test_once_it_takes_messages_again_a_topic_gets_all_it_missed_in_order_and_no_other_gets_anything_twice(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    year = Year(journal, publishing)
    for _ in range(12):
        await year.goes_on(FACTS_A_BATCH)
    broker.closed.clear()
    clock.set(NOW + RETRIES.longest)
    await year.goes_on(FACTS_A_BATCH)
    facts = 13 * FACTS_A_BATCH
    assert broker.taken == {
        "orientations": list(range(1, facts + 1)),
        OURS: list(range(1, facts // 2 + 1)),
        THEIRS: list(range(1, facts // 2 + 1)),
    }
    assert await journal.unpublished() == []
    assert not publishing.is_behind
    assert publishing.blocked() == {}


async def test_a_topic_blocked_again_while_it_catches_up_goes_on_from_there(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS, THEIRS)
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    year = Year(journal, publishing)
    await year.goes_on(2 * SWEEP_ROWS)
    broker.closed = {THEIRS}
    clock.set(NOW + RETRIES.longest)
    await publishing.sweep_if_behind()
    assert broker.taken[OURS] == list(range(1, SWEEP_ROWS + 1))
    broker.closed = {OURS}
    clock.set(clock.now() + RETRIES.longest)
    await year.goes_on(FACTS_A_BATCH)
    broker.closed.clear()
    clock.set(clock.now() + RETRIES.longest)
    await publishing.sweep_if_behind()
    whole = list(range(1, SWEEP_ROWS + FACTS_A_BATCH // 2 + 1))
    assert (broker.taken[OURS], broker.taken[THEIRS]) == (whole, whole)
    assert await journal.unpublished() == []


async def test_what_waits_for_a_blocked_topic_is_not_lost_when_the_service_starts_again(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    before = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    year = Year(journal, before)
    for _ in range(6):
        await year.goes_on(FACTS_A_BATCH)
    after = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    await after.sweep()
    assert after.blocked() == {OURS: NOW}
    assert broker.taken["orientations"] == list(range(1, 6 * FACTS_A_BATCH + 1))
    broker.closed.clear()
    clock.set(NOW + RETRIES.longest)
    await after.sweep_if_behind()
    assert broker.taken[OURS] == broker.taken[THEIRS] == list(range(1, 3 * FACTS_A_BATCH + 1))
    assert await journal.unpublished() == []


async def test_a_process_that_lost_a_scope_with_a_topic_blocked_sends_nothing_its_heir_has_out(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    stale, heir = (Publishing(journal, broker, clock) for _ in range(2))  # type: ignore[arg-type]  # the one method they call
    year = Year(journal, stale)
    await year.goes_on(FACTS_A_BATCH)
    year.moves_to(heir)
    broker.closed.clear()
    await heir.sweep()
    await year.goes_on(FACTS_A_BATCH)
    batch = await year.is_journalled(2)
    clock.set(NOW + RETRIES.longest)
    await stale.sweep_if_behind()
    assert not stale.is_behind
    assert broker.taken == _all_of(2 * FACTS_A_BATCH + 2)
    await heir.publish([batch])
    assert await journal.unpublished() == []


async def test_a_topic_another_process_opened_is_not_sent_its_first_message_again(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS, THEIRS)
    stale, heir = (Publishing(journal, broker, clock) for _ in range(2))  # type: ignore[arg-type]  # the one method they call
    await Year(journal, stale).goes_on(FACTS_A_BATCH)
    broker.closed = {THEIRS}
    await heir.sweep()
    clock.set(NOW + RETRIES.longest)
    await stale.sweep_if_behind()
    assert broker.taken[OURS] == _all_of(FACTS_A_BATCH)[OURS]
    assert list(stale.blocked()) == [THEIRS]


async def test_what_another_process_has_just_journalled_is_left_to_it_though_a_topic_is_blocked(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker = Broker(OURS)
    publishing, busy = (Publishing(journal, broker, clock) for _ in range(2))  # type: ignore[arg-type]  # the one method they call
    others = Others(journal, Scopes(journal), publishing, clock)
    await Year(journal, publishing).goes_on(FACTS_A_BATCH)
    await others.look()
    batch = await Year(journal, busy, ELSEWHERE).is_journalled(2)
    clock.set(NOW + LOOK_EVERY)
    await others.look()
    clock.set(NOW + RETRIES.longest)
    await publishing.sweep_if_behind()
    assert broker.taken["orientations"] == list(range(1, FACTS_A_BATCH + 1))
    await busy.publish([batch])
    assert broker.taken["orientations"] == [*range(1, FACTS_A_BATCH + 1), 1, 2]


async def test_health_and_metrics_tell_which_topics_are_blocked_and_since_when(
    journal: CountingJournal, clock: FixedClock
) -> None:
    broker, metrics = Broker(OURS, "vacancies.1.rejected"), Metrics(CollectorRegistry())
    publishing = Publishing(journal, broker, clock)  # type: ignore[arg-type]  # the one method it calls
    tell_blocked(metrics, publishing.blocked)
    assert _told(metrics) == (0, 0)
    await Year(journal, publishing).goes_on(FACTS_A_BATCH)
    clock.set(NOW + timedelta(minutes=5))
    await journal.reject([REFUSED])
    await publishing.publish_rejects()
    check = publishing.check()
    assert (check.status, check.detail["behind"]) == ("degraded", True)
    assert check.detail["blocked_topics"] == [
        "proposals.AL-75 since 2026-03-01T08:00:00+00:00",
        "vacancies.1.rejected since 2026-03-01T08:05:00+00:00",
    ]
    assert _told(metrics) == (2, NOW.timestamp())
    broker.closed.clear()
    clock.set(clock.now() + RETRIES.longest)
    await publishing.sweep_if_behind()
    assert publishing.check().status == "ready"
    assert _told(metrics) == (0, 0)


def _all_of(facts: int) -> dict[str, list[int]]:
    """What each topic takes of so many facts, when it takes everything once."""
    own = list(range(1, facts // 2 + 1))
    return {"orientations": list(range(1, facts + 1)), OURS: own, THEIRS: own}


def _told(metrics: Metrics) -> tuple[float | None, float | None]:
    value, labels = metrics.registry.get_sample_value, {"service": "orientation"}
    return (
        value("aiguillage_blocked_topics", labels),
        value("aiguillage_blocked_topics_since_timestamp_seconds", labels),
    )
