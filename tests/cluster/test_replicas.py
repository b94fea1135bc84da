"""Replicas that join, leave, die and come back from the dead: nothing lost, nothing doubled, nothing leaked."""

import asyncio
from pathlib import Path

import pytest

from tests.cluster.replica import Replica
from tests.cluster.stage import SESSION_MS, Stage, a_season
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.slow

DEPARTEMENT, VACANCIES, SEED = "48", 100, 7


async def test_one_to_five_replicas_come_and_go_in_every_way_and_nothing_is_lost_or_doubled(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        size = len(season.lines) // 6
        pieces = [season.lines[start : start + size] for start in range(0, len(season.lines), size)]
        first = await stage.start("orientation") + await stage.start("compliance")
        await season.tell(pieces[0])
        await stage.joined(first)
        joining = await stage.start("orientation", 4) + await stage.start("compliance", 3)
        await season.tell(pieces[1])
        await stage.joined(joining)
        await season.tell(pieces[2])
        for leaving in (*first, *joining[1:3]):
            await leaving.stop()
        await season.tell(pieces[3])
        for killed in (stage.alive("orientation")[0], stage.alive("compliance")[0]):
            await killed.kill()
        await stage.start("orientation")
        await season.tell(pieces[4])
        zombies = [stage.alive("orientation")[0], stage.alive("compliance")[0]]
        await _outlast(stage, zombies)
        for line in pieces[5:]:
            await season.tell(line)
        for zombie in zombies:
            zombie.thaw()
        await stage.drained(season)
        verdict = await stage.proved(season)
        assert verdict.is_sound, str(verdict)
        assert verdict.counts["decisions"] > VACANCIES
        assert all(zombie.is_alive for zombie in zombies)
        await asyncio.gather(*(each.stop() for each in stage.replicas if each.is_alive))


async def _outlast(stage: Stage, zombies: list[Replica]) -> None:
    """Freeze replicas until the others have taken their partitions over."""
    others = [each for each in stage.replicas if each.is_alive and each not in zombies]
    before = {each.log: each.log.read_bytes().count(b"partitions_assigned") for each in others}
    for zombie in zombies:
        zombie.freeze()

    def has_taken_over(service: str) -> bool:
        return any(
            each.log.read_bytes().count(b"partitions_assigned") > before[each.log]
            for each in others
            if each.service == service
        )

    for service in {zombie.service for zombie in zombies}:
        await stage.until(lambda service=service: has_taken_over(service), 10 * SESSION_MS / 1000)  # type: ignore[misc]
