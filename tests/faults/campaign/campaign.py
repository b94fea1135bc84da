"""A year told to replicas under torment; afterwards drained, gathered and proved."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copytree

from aiguillage.lines import event_time
from chassis.journal import JournalUnavailable
from tests.cluster.hurried import Hurried
from tests.cluster.season import Season
from tests.cluster.stage import LOOK_SECONDS, RULES, Stage, a_season
from tests.faults.campaign.nemesis import SERVICES, Nemesis
from tests.faults.campaign.rules import Operator
from tests.faults.checker import Verdict
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

DEPARTEMENT = "75"
VACANCIES_A_MINUTE = 120
YEAR = 2024
"""Told from end to end in the time there is, by a clock in a hurry: services live through it on the wall clock."""
QUARTER = timedelta(days=90)
WAITS_SECONDS = 120.0
LONGER_SECONDS = 240.0
PIECE = 12
"""Lines told at once, in an order nobody promised."""
AGAIN = 1 / 3
"""How often a piece is followed by messages said before."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """How long, and by which seed."""

    seed: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Report:
    """What went wrong around the services, and whether anything went wrong with what they keep."""

    campaign: Campaign
    injected: Mapping[str, int]
    spared: frozenset[str]
    """The kinds of fault that never happened."""
    said_again: int
    waits: int
    """Those that ended while faults went on."""
    verdict: Verdict

    def __str__(self) -> str:
        around = f"{self.said_again} messages said again, waits ended while it ran: {self.waits}"
        if self.spared:
            around += f", never happened: {', '.join(sorted(self.spared))}"
        return f"{told(self.campaign, self.injected)}; {around}\n{self.verdict}"


def told(asked: Campaign, injected: Mapping[str, int]) -> str:
    """One line: the seed, how long, and what was injected."""
    faults = ", ".join(f"{number} {name}" for name, number in sorted(injected.items()))
    return f"seed {asked.seed}, {asked.minutes:g} minutes, {sum(injected.values())} faults: {faults}"


async def campaign(
    kafka: KafkaCluster, postgres: PostgresCluster, folder: Path, asked: Campaign, injected: Counter[str]
) -> Report:
    """Torment the services for so long; `injected` counts on the way. `AssertionError` when a process ends unbidden."""
    vacancies = max(1, round(asked.minutes * VACANCIES_A_MINUTE))
    rules = Path(await asyncio.to_thread(copytree, RULES, folder / "rules"))
    clock = Hurried(folder / "clock")
    async with (
        Stage.open(kafka, postgres, folder, clock, RULES=str(rules)) as stage,
        a_season(stage, DEPARTEMENT, vacancies, asked.seed, YEAR) as season,
    ):
        began, ended = event_time(season.lines[0]), event_time(season.lines[-1])
        clock.set(began, 0)
        for service, number in SERVICES.items():
            await stage.joined(await stage.start(service, number))
        nemesis = Nemesis(
            stage, str(asked.seed), asyncio.Event(), injected, Operator(rules, Random(asked.seed))
        )
        clock.set(began, (ended - began).total_seconds() / (asked.minutes * 60))
        async with _torment(nemesis):
            said_again = await _tell(stage, season, clock, Random(asked.seed))
            await _go_on(stage, season, nemesis)
        waits = await stage.waits_ended()
        settled_at = await _to_the_end(stage, season, clock)
        assert not stage.fallen(), f"ended by themselves: {[str(each.log) for each in stage.fallen()]}"
        verdict = await stage.proved(season, settled_at)
        return Report(asked, Counter(injected), frozenset(nemesis.spared()), said_again, waits, verdict)


@asynccontextmanager
async def _torment(nemesis: Nemesis) -> AsyncIterator[None]:
    """Let faults happen while the block runs, and heal the last ones."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(nemesis.run())
        yield
        nemesis.calm.set()


async def _tell(stage: Stage, season: Season, clock: Hurried, random: Random) -> int:
    """The year, each line once its time has come, while parties answer; how many messages were said again."""
    said_again = 0
    for start in range(0, len(season.lines), PIECE):
        piece = season.lines[start : start + PIECE]
        while clock.now() < event_time(piece[-1]):
            await asyncio.sleep(LOOK_SECONDS)
            await season.answer()
        random.shuffle(piece)
        await season.tell(piece)
        if random.random() < AGAIN:
            again = random.randint(1, PIECE)
            await season.say_again(again)
            said_again += again
        assert not stage.fallen(), f"ended by themselves: {[str(each.log) for each in stage.fallen()]}"
    return said_again


async def _go_on(stage: Stage, season: Season, nemesis: Nemesis) -> None:
    """On a busy machine faults take longer than the year: go on until all have happened, and some wait has ended."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGER_SECONDS):
            while nemesis.spared() or not await _have_waits_ended(stage):
                await asyncio.sleep(LOOK_SECONDS)
                await season.answer()


async def _have_waits_ended(stage: Stage) -> bool:
    """Whether a wait has; a database that is away does not tell."""
    try:
        return bool(await stage.waits_ended())
    except JournalUnavailable:
        return False


async def _to_the_end(stage: Stage, season: Season, clock: Hurried) -> datetime:
    """Go from quarter to quarter until nobody has anything left to say; an instant by which every wait has ended."""
    while True:
        now = clock.now()
        await stage.drained()
        await _until_none_is_over(stage, now)
        if not await season.answer():
            if not season.has_more_to_say:
                await stage.drained()
                return now
            clock.leap(QUARTER)


async def _until_none_is_over(stage: Stage, at: datetime) -> None:
    """Give the waits that were over at an instant their time to end; the checker says which did not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(WAITS_SECONDS):
            while await stage.waits_over(at):  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(LOOK_SECONDS)
