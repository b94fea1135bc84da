"""One seed played to its end: faults for as long as parties speak, then peace until everything is drained."""

from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from logging import CRITICAL
from random import Random
from typing import Any, TypeVar

import structlog
from prometheus_client import CollectorRegistry

from chassis.clock import FixedClock
from chassis.metrics import Metrics
from compliance.app import STREAM
from orientation.app import INPUTS
from orientation.meter import Meter
from tests.faults.checker import History, kept_by
from tests.faults.checker.history import Kept
from tests.faults.simulated.books import books
from tests.faults.simulated.feeding import Feeder
from tests.faults.simulated.group import Group
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.nemesis import Nemesis
from tests.faults.simulated.processes import COMPLIANCE, ORIENTATION, Parts, World, route, watch
from tests.faults.simulated.stage import Actor, Stage
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import Trouble

T = TypeVar("T")

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
STEP = timedelta(milliseconds=100)
LATER = timedelta(days=35)
"""Longer than a réservataire may take to answer, or an outcome may wait for its proposal."""
MOST_STEPS = 60_000
STEPS_A_LOOK = 120
MOST_LOOKS = 400
REPLICAS = 2
RATES = (0, 30, 100, 250, 500)
"""Awaits that fail, in ten thousand."""
NEMESIS_RATES = (0, 60, 150, 400)


class NeverSettledError(AssertionError):
    """Faults stopped long ago, and something is still moving or still missing."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a seed came to."""

    seed: int
    history: History
    met: Counter[str]
    """Faults that struck, by kind."""
    stops: tuple[str, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of everything fed, published and journalled, in order."""
        whole = sha256()
        for fed in self.history.fed:
            whole.update(fed.value)
        for topic, records in self.history.records.items():
            for record in records:
                whole.update(f"{topic} {record.partition} {record.offset}".encode() + (record.value or b""))
        for kept in (self.history.orientation, self.history.compliance):
            for rows in kept.rows.values():
                whole.update("".join(row.hash for row in rows).encode())
        return whole.hexdigest()


def simulate(seed: int, parts: Parts | None = None) -> Simulated:
    """Play a seed; `parts` are a mutant's."""
    with silence():
        return _Play(seed, parts or Parts()).whole()


class _Play:
    def __init__(self, seed: int, parts: Parts) -> None:
        self.seed, self.chance = seed, Random(seed)
        self.clock = FixedClock(MORNING)
        self.topics = Topics(clock=self.clock)
        self.trouble = Trouble(self.chance, self.chance.choice(RATES))
        names = {
            service: [f"{service}-{n + 1}" for n in range(REPLICAS)] for service in (ORIENTATION, COMPLIANCE)
        }
        patterns = {ORIENTATION: INPUTS, COMPLIANCE: STREAM}
        self.world = World(
            topics=self.topics,
            groups={s: Group(self.topics, patterns[s], names[s], self.chance) for s in names},
            journals={s: MemoryJournal(self.clock) for s in names},
            clock=self.clock,
            trouble=self.trouble,
            meter=_meter(),
            book=books()[0],
            in_memory=self.chance.choice((1, 2, 1_000)),
            snapshot_every_rows=self.chance.choice((5, 20, 500)),
            parts=parts,
        )
        drawn = {"heals": self.chance.random() < 1 / 2, "has_evenings": self.chance.random() < 1 / 8}
        routing = [Actor(name, partial(route, self.world, name)) for name in names[ORIENTATION]]
        watching = [Actor(name, partial(watch, self.world, name, **drawn)) for name in names[COMPLIANCE]]
        self.processes = [*routing, *watching]
        self.feeder = Feeder(self.chance, self.topics, self.trouble, self.clock)
        self.feeding = Actor("parties", self.feeder.feed)
        self.stage = Stage(self.chance, [*self.processes, self.feeding])
        rate = self.chance.choice(NEMESIS_RATES)
        self.nemesis = Nemesis(self.chance, self.world, self.clock, self.processes, rate)

    def whole(self) -> Simulated:
        try:
            self._suffer()
            self.trouble.peace()
            self.nemesis.put_right()
            self._settle()
            self._move(LATER)
            settled_at = self.clock.now()
            self._settle()
        finally:
            self.stage.close()
        return Simulated(self.seed, self._history(settled_at), self.trouble.met, tuple(self.world.stops))

    def _suffer(self) -> None:
        for _ in range(MOST_STEPS):
            if self.feeding.is_done:
                return
            self.nemesis.act()
            self.trouble.pass_time()
            self._step()
        raise NeverSettledError("the parties never came to an end")

    def _settle(self) -> None:
        """Go on until nothing moves any more, and nothing is left to do."""
        before = ""
        for _ in range(MOST_LOOKS):
            for _ in range(STEPS_A_LOOK):
                self._step()
            now = self._standing()
            if now == before and not any(group.lag() for group in self.world.groups.values()):
                return
            before = now
        raise NeverSettledError(f"still moving or lagging: {before}")

    def _step(self) -> None:
        self._move(STEP)
        self.stage.step()
        for process in self.processes:
            process.is_done = False

    def _move(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)

    def _standing(self) -> str:
        published = sum(map(len, self.topics.logs.values()))
        rows = [
            sum(head.version for head in _now(journal.heads()).values())
            for journal in self.world.journals.values()
        ]
        return (
            f"{published} records, {rows} rows, lag {[group.lag() for group in self.world.groups.values()]}"
        )

    def _history(self, settled_at: datetime) -> History:
        orientation, compliance = (self._kept(service) for service in (ORIENTATION, COMPLIANCE))
        records = {topic: tuple(log) for topic, log in self.topics.logs.items()}
        is_straight = not (self.trouble.met["clock jumped back"] or self.trouble.met["clocks apart"])
        said_at = self.topics.said_at if is_straight else {}
        return History(tuple(self.feeder.fed), records, orientation, compliance, settled_at, said_at)

    def _kept(self, service: str) -> Kept:
        journal = self.world.journals[service]
        return replace(_now(kept_by(journal)), heard=frozenset(journal.heard))


def _now(work: Coroutine[Any, Any, T]) -> T:
    """What a call on a journal in memory gives: it waits for nothing."""
    try:
        work.send(None)
    except StopIteration as ended:
        given: T = ended.value
        return given
    raise AssertionError("a journal in memory waits for nothing")


@cache
def _meter() -> Meter:
    """One for all: nobody reads it here."""
    return Meter(Metrics(CollectorRegistry()))


@contextmanager
def silence() -> Iterator[None]:
    """Services say what they do on every line; thousands of histories would drown whoever reads."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(CRITICAL), cache_logger_on_first_use=False
    )
    try:
        yield
    finally:
        structlog.configure(**before)
