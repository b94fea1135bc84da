"""Two services on one scope, one taking over while the other still publishes: readers see no hole, doubles by id."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import CollectorRegistry

from chassis.bus import Message, Record, Unavailable
from chassis.clock import FixedClock
from chassis.journal import SqlJournal, verify
from chassis.metrics import Metrics
from chassis.rulebook import load
from contracts.envelope import open_emitted
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

RULES = Path(__file__).parents[3] / "rules"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Topics:
    """What all publishers together made of the topics, in the order a broker took it."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def of(self, topic: str) -> list[Message]:
        return [message for message in self.said if message.topic == topic]


class Line:
    """One service's connection; it can be made to stall, or to break, after so many messages."""

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self.stalls_after: int | None = None
        self.breaks_after: int | None = None
        self.is_stalled, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        outcomes: list[BaseException | None] = []
        for number, message in enumerate(messages):
            if number == self.stalls_after:
                self.stalls_after = None
                self.is_stalled.set()
                await self.may_go_on.wait()
            if self.breaks_after is not None and number >= self.breaks_after:
                outcomes.append(Unavailable("the line broke"))
                continue
            self._topics.said.append(message)
            outcomes.append(None)
        return outcomes


class _Rules:
    def __init__(self, book: BookView) -> None:
        self._book = book

    def current(self) -> BookView:
        return self._book


@asynccontextmanager
async def a_service(folder: Path, line: Line, clock: FixedClock) -> AsyncIterator[Orientation]:
    """Orientation on the shared journal, as its group would start it."""
    journal = SqlJournal(f"sqlite:///{folder}/orientation.sqlite", clock)
    await journal.open()
    publishing = Publishing(journal, line, clock)  # type: ignore[arg-type]  # the one method it calls
    service = Orientation(
        Scopes(journal),
        journal,
        publishing,
        _Rules(BookView(load(RULES))),
        clock,
        Meter(Metrics(CollectorRegistry())),
    )
    try:
        await service.start()
        yield service
    finally:
        await journal.close()


def a_record(offset: int, event: dict[str, Any]) -> Record:
    topic = f"{'conventions' if 'convention' in event['type'] else 'vacancies'}.999001209"
    return Record(topic, 0, offset, None, orjson.dumps(event), (), 0)


def sequences_as_a_reader_sees(messages: list[Message]) -> list[int]:
    """The sequences a reader keeps that drops what is not above its last one; a hole fails."""
    last, kept, bytes_of = 0, [], dict[str, bytes]()
    for message in messages:
        event = open_emitted(message.value)
        assert bytes_of.setdefault(event.id, message.value) == message.value
        sequence = event.data["sequence"]
        if sequence > last:
            assert sequence == last + 1, f"a hole before {sequence}"
            last = sequence
            kept.append(sequence)
    assert len(bytes_of) == len(kept), "a sequence was said under two ids"
    return kept


async def test_a_late_publisher_and_its_successor_leave_no_hole_and_double_by_id_only(
    tmp_path: Path, says: Any
) -> None:
    topics, clock = Topics(), FixedClock(NOW)
    slow, quick = Line(topics), Line(topics)
    batches = [
        [a_record(0, says.convention("AL-48", "100"))],
        [a_record(number, says.vacancy(f"V-{number}")) for number in range(1, 6)],
        [a_record(number, says.vacancy(f"V-{number}")) for number in range(6, 9)],
        [a_record(number, says.vacancy(f"V-{number}")) for number in range(9, 12)],
    ]
    async with a_service(tmp_path, slow, clock) as predecessor:
        await predecessor.handle(batches[0])
        slow.stalls_after = 3
        overtaken = asyncio.ensure_future(predecessor.handle(batches[1]))
        await slow.is_stalled.wait()
        async with a_service(tmp_path, quick, clock) as successor:
            await successor.handle(batches[1])
            await successor.handle(batches[2])
            slow.may_go_on.set()
            await overtaken
            await successor.handle(batches[3])
            await predecessor.handle(batches[3])
        for topic in ("orientations", "proposals.AL-48"):
            said = topics.of(topic)
            kept = sequences_as_a_reader_sees(said)
            assert len(said) > len(kept), "nothing was said twice: the test shows nothing"
        assert len(sequences_as_a_reader_sees(topics.of("proposals.AL-48"))) == 1 + 11
        assert not await predecessor.journal.unpublished()
        assert (await verify(predecessor.journal)).is_sound


async def test_a_line_that_broke_half_way_is_made_good_by_the_successor(tmp_path: Path, says: Any) -> None:
    topics, clock = Topics(), FixedClock(NOW)
    broken, quick = Line(topics), Line(topics)
    async with a_service(tmp_path, broken, clock) as predecessor:
        await predecessor.handle([a_record(0, says.convention("AL-48", "100"))])
        broken.breaks_after = 2
        await predecessor.handle([a_record(n, says.vacancy(f"V-{n}")) for n in range(1, 4)])
        async with a_service(tmp_path, quick, clock) as successor:
            await successor.handle([a_record(n, says.vacancy(f"V-{n}")) for n in range(3, 6)])
    assert len(sequences_as_a_reader_sees(topics.of("proposals.AL-48"))) == 1 + 5
    sequences_as_a_reader_sees(topics.of("orientations"))
