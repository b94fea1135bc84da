"""A year told to replicas under torment; afterwards drained, gathered and proved."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.cluster.season import Season
from tests.cluster.stage import Stage, a_season
from tests.faults.campaign.nemesis import SERVICES, Nemesis
from tests.faults.checker import Verdict
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

DEPARTEMENT = "75"
VACANCIES_A_MINUTE = 120
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
    verdict: Verdict

    def __str__(self) -> str:
        return f"{told(self.campaign, self.injected)}; {self.said_again} messages said again\n{self.verdict}"


def told(asked: Campaign, injected: Mapping[str, int]) -> str:
    """One line: the seed, how long, and what was injected."""
    faults = ", ".join(f"{number} {name}" for name, number in sorted(injected.items()))
    return f"seed {asked.seed}, {asked.minutes:g} minutes, {sum(injected.values())} faults: {faults}"


async def campaign(
    kafka: KafkaCluster, postgres: PostgresCluster, folder: Path, asked: Campaign, injected: Counter[str]
) -> Report:
    """Torment the services for so long; `injected` counts on the way. `AssertionError` when a process ends unbidden."""
    vacancies = max(1, round(asked.minutes * VACANCIES_A_MINUTE))
    async with (
        Stage.open(kafka, postgres, folder) as stage,
        a_season(stage, DEPARTEMENT, vacancies, asked.seed) as season,
    ):
        for service, number in SERVICES.items():
            await stage.start(service, number)
        nemesis = Nemesis(stage, asked.seed, asyncio.Event(), injected)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(nemesis.run())
            said_again = await _tell(stage, season, asked)
            nemesis.calm.set()
        await stage.drained(season)
        assert not stage.fallen(), f"ended by themselves: {[str(each.log) for each in stage.fallen()]}"
        return Report(asked, Counter(injected), said_again, await stage.proved(season))


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
