"""A year told to replicas under torment; afterwards drained, gathered and proved."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from shutil import copytree

from chassis.journal import JournalUnavailable
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
"""A year long past: whatever still waits at its end is over by the wall clock."""
WAITS_SECONDS = 120.0
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
    said_again: int
    waits: int
    """Those that ended on the wall clock, while faults went on."""
    verdict: Verdict

    def __str__(self) -> str:
        around = f"{self.said_again} messages said again, {self.waits} waits ended on the wall clock"
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
    async with (
        Stage.open(kafka, postgres, folder, RULES=str(rules)) as stage,
        a_season(stage, DEPARTEMENT, vacancies, asked.seed, YEAR) as season,
    ):
        operator = Operator(rules, Random(f"{asked.seed} rules"))
        async with _torment(stage, operator, f"{asked.seed}", injected):
            said_again = await _tell(stage, season, asked)
        await stage.drained()  # of what was said: answers still to come leave their proposals waiting
        await stage.to_the_wall_clock()
        now = datetime.now(UTC)
        waits = await stage.waits_over(now)
        async with _torment(stage, operator, f"{asked.seed} waits", injected):
            await _until_none_is_over(stage, now)
        waits -= await stage.waits_over(now)
        await stage.drained(season)
        assert not stage.fallen(), f"ended by themselves: {[str(each.log) for each in stage.fallen()]}"
        return Report(asked, Counter(injected), said_again, waits, await stage.proved(season, now))


@asynccontextmanager
async def _torment(
    stage: Stage, operator: Operator, seed: str, injected: Counter[str]
) -> AsyncIterator[None]:
    """Start the services, and let faults happen while the block runs."""
    for service, number in SERVICES.items():
        await stage.start(service, number)
    nemesis = Nemesis(stage, seed, asyncio.Event(), injected, operator)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(nemesis.run())
        yield
        nemesis.calm.set()


async def _until_none_is_over(stage: Stage, at: datetime) -> None:
    """Give the waits that were over at an instant their time to end; the checker says which did not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(WAITS_SECONDS):
            while await _sooner_or_later(stage, at):  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(LOOK_SECONDS)


async def _sooner_or_later(stage: Stage, at: datetime) -> int:
    """How many waits are over; a database that is away may hold one."""
    try:
        return await stage.waits_over(at)
    except JournalUnavailable:
        return 1


async def _tell(stage: Stage, season: Season, asked: Campaign) -> int:
    """The year, spread over the time there is; how many messages were said again."""
    random, loop, said_again = Random(asked.seed), asyncio.get_running_loop(), 0
    began, seconds = loop.time(), asked.minutes * 60
    for start in range(0, len(season.lines), PIECE):
        piece = season.lines[start : start + PIECE]
        random.shuffle(piece)
        await season.tell(piece)
        if random.random() < AGAIN:
            again = random.randint(1, PIECE)
            await season.say_again(again)
            said_again += again
        assert not stage.fallen(), f"ended by themselves: {[str(each.log) for each in stage.fallen()]}"
        due = began + seconds * (start + PIECE) / len(season.lines)
        await asyncio.sleep(max(0.0, due - loop.time()))
    return said_again
