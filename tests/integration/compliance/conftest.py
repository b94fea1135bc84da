"""A small played year as the topic carries it, and a compliance that reads what it is handed, without a broker."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

import pytest

from aiguillage.lines import SAMPLE, event_time, topic_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.bus import Message, Record
from chassis.clock import FixedClock
from chassis.containment import Quarantine
from chassis.journal import SqlJournal
from chassis.rulebook import Rulebook, load
from compliance.handlers import Compliance
from compliance.projections import IN_MEMORY, Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from contracts.canonical import encode
from contracts.envelope import derived_id, emit
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.rulebook import BookView

RULES = Path(__file__).parents[3] / "rules"
BOOK = load(RULES)
SPRING = "2026-05-01"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Outlet:
    """Takes messages as a broker would; refuses them all while it is `away`, after as many as it `still_takes`."""

    said: list[Message] = field(default_factory=list)
    away: bool = False
    still_takes: int = 0

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        return [self._take(message) for message in messages]

    def _take(self, message: Message) -> BaseException | None:
        if self.away and not self.still_takes:
            return ConnectionError("away")
        self.still_takes = max(self.still_takes - 1, 0)
        self.said.append(message)
        return None


def _played(lines: list[bytes]) -> list[tuple[str, dict[str, Any]]]:
    player, facts = Player(lines), list[tuple[str, dict[str, Any]]]()
    waiting = [(event_time(line), line) for line in lines if topic_of(line) != SAMPLE]
    heapify(waiting)

    def hear(kind: str, data: dict[str, Any]) -> None:
        facts.append((kind, data))
        if kind == "proposal.issued":
            for answer in player.answers(data, instant(data["at"])):
                heappush(waiting, answer)

    with Scratch() as scratch:
        simulation = Simulation(BookView(BOOK), scratch, hear)
        while waiting:
            try:
                simulation.apply(heappop(waiting)[1])
            except Rejected:
                continue
    return facts


def _record(offset: int, kind: str, data: dict[str, Any]) -> Record:
    value = emit(
        type=kind,
        id=derived_id(data["scope"], data["sequence"], kind),
        source="/aiguillage/orientation",
        time=instant(data["at"]),
        subject=data["scope"],
        data=encode(data),
    )
    return Record("orientations", 0, offset, data["scope"].encode(), value, [], 0)


@pytest.fixture(scope="session")
def stream() -> list[Record]:
    """The ordered streams of the first months of a département's year, interleaved as they were written."""
    played = _played(list(make_sample("48", 150, seed=5)))
    facts = [(kind, data) for kind, data in played if data["at"] < SPRING]
    return [_record(offset, kind, data) for offset, (kind, data) in enumerate(facts)]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def outlet() -> Outlet:
    return Outlet()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'compliance.sqlite'}"


@pytest.fixture
def running(clock: FixedClock, outlet: Outlet) -> Callable[..., Any]:
    """A compliance on a journal, open while the block runs."""

    @asynccontextmanager
    async def run(
        url: str,
        book: Callable[[], Rulebook] = lambda: BOOK,
        wall: FixedClock | None = None,
        in_memory: int = IN_MEMORY,
    ) -> AsyncIterator[tuple[Compliance, SqlJournal]]:
        journal = SqlJournal(url, clock)
        await journal.open()
        try:
            projections = Projections(journal, in_memory, Quarantine(clock))
            compliance = Compliance(
                projections,
                Saying(projections, outlet, clock),
                Watching(journal, outlet, RulesInForce(book)),
                wall=wall,
            )
            await compliance.start()
            yield compliance, journal
        finally:
            await journal.close()

    return run
