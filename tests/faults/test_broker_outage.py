"""Ten minutes without a broker, in simulated time: memory does not grow, no wait is lost, all is told in the end."""

import gc
import tracemalloc
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest
from prometheus_client import CollectorRegistry

from chassis.bus import Message
from chassis.clock import FixedClock
from chassis.metrics import Metrics
from compliance.app import STREAM
from orientation.app import INPUTS
from orientation.meter import Meter
from tests.faults.checker import Fed, History, check, kept_by
from tests.faults.simulated.books import books
from tests.faults.simulated.group import Group
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.processes import COMPLIANCE, ORIENTATION, World, route, watch
from tests.faults.simulated.saying import Said, Scope, Voice
from tests.faults.simulated.simulation import silence
from tests.faults.simulated.stage import Actor, Stage
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import BROKER, Trouble

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
SCOPE: Scope = ("999001209", "48")
ROUND = timedelta(milliseconds=100)
OUTAGE = timedelta(minutes=10)
WARM_UP = timedelta(minutes=1)
LOOKS, BETWEEN_LOOKS = 20, timedelta(seconds=1)
MOST_GROWTH_BYTES = 64 * 1024
"""Between the first minute of an outage and its last: caches of the interpreter, nothing of ours."""
RESPOND_DAYS = 3
VACANCIES = 12


@dataclass
class House:
    """Both services, one process each, and a broker that can go away."""

    chance: Random = field(default_factory=lambda: Random(1))
    clock: FixedClock = field(default_factory=lambda: FixedClock(MORNING))
    topics: Topics = field(default_factory=Topics)
    fed: list[Fed] = field(default_factory=list)

    def __post_init__(self) -> None:
        patterns = {ORIENTATION: INPUTS, COMPLIANCE: STREAM}
        self.trouble = Trouble(self.chance, rate=0)
        self.world = World(
            topics=self.topics,
            groups={name: Group(self.topics, patterns[name], [name], self.chance) for name in patterns},
            journals={name: MemoryJournal(self.clock) for name in patterns},
            clock=self.clock,
            trouble=self.trouble,
            meter=Meter(Metrics(CollectorRegistry())),
            book=books()[0],
            in_memory=1_000,
        )
        watching = partial(watch, self.world, COMPLIANCE, heals=False, has_evenings=False)
        self.actors = [
            Actor(ORIENTATION, partial(route, self.world, ORIENTATION)),
            Actor(COMPLIANCE, watching),
        ]
        self.stage = Stage(self.chance, self.actors)

    def say(self, said: Said) -> None:
        self.fed.append(said.fed)
        self.topics.put(Message(said.fed.topic, said.key, said.fed.value))

    def live(self, time: timedelta) -> None:
        """Let simulated time pass."""
        until = self.clock.now() + time
        while self.clock.now() < until:
            self.clock.set(self.clock.now() + ROUND)
            for actor in self.actors:
                actor.step()

    async def history(self) -> History:
        kept = [await kept_by(self.world.journals[name]) for name in (ORIENTATION, COMPLIANCE)]
        return History(
            self.fed, dict(self.topics.logs), *kept, settled_at=self.clock.now() - timedelta(minutes=1)
        )


@pytest.fixture
def house() -> House:
    """A scope with one convention and a few proposals out, each with days to answer."""
    house, voice = House(), Voice(Random(1))
    terms = {
        "convention_id": "C-AL",
        "reservataire": {"id": "AL-48", "kind": "action_logement"},
        "year": 2026,
        "share_percent": "100",
        "respond_within_days": RESPOND_DAYS,
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
    }
    house.say(voice.event("convention.signed", SCOPE, MORNING, terms, expected="accepted"))
    for number in range(1, VACANCIES + 1):
        facts = voice.vacancy(SCOPE, number, MORNING, purpose="relocation")
        house.say(voice.event("vacancy.declared", SCOPE, MORNING, facts, expected="accepted"))
    return house


async def test_ten_minutes_without_a_broker_grow_no_memory_and_lose_no_wait(house: House) -> None:
    with silence():
        house.live(timedelta(minutes=1))
        house.clock.set(MORNING + timedelta(days=RESPOND_DAYS))
        late = Voice(Random(2)).vacancy(SCOPE, 99, MORNING, purpose="relocation")
        house.say(
            Voice(Random(2)).event("vacancy.declared", SCOPE, MORNING, late, id_="late", expected="accepted")
        )
        await in_hand_when_the_broker_goes(house)
        published = len(house.topics.logs["orientations"])
        tracemalloc.start()
        try:
            house.live(WARM_UP)
            before = held(house)
            house.live(OUTAGE - WARM_UP)
            grown = held(house) - before
        finally:
            tracemalloc.stop()
        assert len(house.topics.logs["orientations"]) == published
        assert grown < MOST_GROWTH_BYTES
        house.trouble.outages.clear()
        house.live(timedelta(minutes=5))
        verdict = check(await house.history())
    assert verdict.is_sound, str(verdict)
    assert verdict.counts["waits ended"] == VACANCIES
    house.stage.close()


def held(house: House) -> int:
    """Bytes held when nothing is in hand: the least of some looks, for at any of them a sweep may be under way.

    An error that was raised and its frames hold each other until they are collected: that is no growth.
    """
    looks = []
    for _ in range(LOOKS):
        house.live(BETWEEN_LOOKS)
        gc.collect()
        looks.append(tracemalloc.get_traced_memory()[0])
    return min(looks)


async def in_hand_when_the_broker_goes(house: House) -> None:
    """Go on until the late vacancy is journalled and not published, then take the broker away."""
    journal = house.world.journals[ORIENTATION]
    before = {name: head.version for name, head in (await journal.heads()).items()}
    while {name: head.version for name, head in (await journal.heads()).items()} == before:
        for actor in house.actors:
            actor.step()
    house.trouble.outages[BROKER] = 1
    assert await journal.unpublished()
