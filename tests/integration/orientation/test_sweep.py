"""A backlog longer than one sweep's page goes out whole, in order, whatever fails once in the middle."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson

from chassis.bus import Message, Unavailable
from chassis.clock import FixedClock
from chassis.journal import Reject, SqlJournal
from chassis.reach import RETRIES
from chassis.rulebook import load
from contracts.inputs import read
from orientation.domain.routing import route
from orientation.publishing import SWEEP_ROWS, Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

ROOT = Path(__file__).parents[3]
SCOPE = "999001209:75"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
VACANCIES = SWEEP_ROWS
"""An input and a fact each: twice a page."""


class Broker:
    """Takes every message but the third, which it refuses once."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self._refuses = True

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        return [self._take(orjson.loads(message.value)["data"]["sequence"]) for message in messages]

    def _take(self, sequence: int) -> BaseException | None:
        if sequence == 3 and self._refuses:
            self._refuses = False
            return Unavailable("once")
        self.taken.append(sequence)
        return None


async def test_nothing_is_passed_over_when_one_message_of_a_long_backlog_fails_once(tmp_path: Path) -> None:
    book, clock = BookView(load(ROOT / "rules")), FixedClock(NOW)
    example = orjson.loads((ROOT / "contracts" / "examples" / "vacancy.declared.json").read_bytes())
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", clock)
    await journal.open()
    try:
        scopes = Scopes(journal)
        await scopes.load(SCOPE)
        batch = scopes.open(SCOPE)
        for number in range(VACANCIES):
            event = {**example, "id": f"v-{number}", "data": {**example["data"], "vacancy_id": f"V-{number}"}}
            cause = read(orjson.dumps(event), (), "vacancies", now=None, trust="open")
            batch.add(cause, NOW, route(batch.state, cause, NOW, book), book.rules.digest)
        await journal.append([batch.append({})])

        broker = Broker()
        publishing = Publishing(journal, broker, clock)
        await publishing.sweep()
        assert publishing.is_behind
        clock.set(NOW + RETRIES.after(1))
        await publishing.sweep_if_behind()
        assert not publishing.is_behind
        assert await journal.unpublished() == []
        assert sorted(set(broker.taken)) == list(range(1, VACANCIES + 1))
        assert broker.taken[broker.taken.index(3) :] == list(range(3, VACANCIES + 1))
    finally:
        await journal.close()


class Closed:
    """Takes no refusal of one topic."""

    def __init__(self, topic: str) -> None:
        self.topic = f"{topic}.rejected"
        self.offered: Counter[str] = Counter()

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        self.offered.update(message.topic for message in messages)
        return [Unavailable("no such topic") if each.topic == self.topic else None for each in messages]


async def test_refusals_nobody_can_be_told_hold_up_no_other_sender(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", FixedClock(NOW))
    await journal.open()
    try:
        stuck, others = 2 * SWEEP_ROWS, 3
        topics = ["vacancies.1"] * stuck + ["vacancies.2"] * others
        refused = [
            Reject(topic, 0, offset, None, b"{}", (), "enveloppe", "$", "non", NOW)
            for offset, topic in enumerate(topics)
        ]
        await journal.reject(refused)
        broker = Closed("vacancies.1")
        await Publishing(journal, broker, FixedClock(NOW)).publish_rejects()
        assert {kept.reject.topic for kept in await journal.unpublished_rejects(stuck + others)} == {
            "vacancies.1"
        }
        assert broker.offered == {"vacancies.1.rejected": SWEEP_ROWS, "vacancies.2.rejected": others}
    finally:
        await journal.close()
