"""Both services on a real Kafka and a real PostgreSQL: what they decide, what they need of it, how they stop."""

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from aiguillage.feeding import feed, feeder
from aiguillage.lines import SAMPLE, topic_of
from aiguillage.sample import make_sample
from aiguillage.simulating import simulate_lines
from chassis.bus import Record
from chassis.rulebook import load
from contracts.canonical import encode
from contracts.envelope import open_emitted
from orientation.rulebook import BookView
from tests.cluster.replica import COMMAND
from tests.cluster.stage import QUICK, RULES, Stage, a_season
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.slow

DEPARTEMENT, SEED = "48", 11
LATE_SECONDS, STOPPED_WITHIN_SECONDS = 60.0, 5.0
FAULTY = b'{"specversion":"1.0"}'
"""Refused on the shared topic it is fed to."""


def _slice(vacancies: int) -> list[bytes]:
    """A sample year without its parties' answers, and a line nobody can accept."""
    sample = [line for line in make_sample(DEPARTEMENT, vacancies, SEED) if topic_of(line) != SAMPLE]
    return [*sample[: len(sample) // 2], FAULTY, *sample[len(sample) // 2 :]]


def _said(records: list[Record], kind: str) -> list[Any]:
    events = [open_emitted(record.value or b"") for record in records]
    return [event.data for event in events if event.type == kind]


async def test_fed_in_lockstep_the_decisions_are_those_of_the_simulation_and_each_party_hears_its_own(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    lines = _slice(20)
    outcome = simulate_lines(lines, BookView(load(RULES)), None, tmp_path / "decisions.jsonl")
    async with Stage.open(kafka, postgres, tmp_path, TRUST="open") as stage:
        await stage.joined(await stage.start("orientation") + await stage.start("compliance"))
        async with feeder(kafka.bootstrap, QUICK) as feeding:
            await feed(feeding, lines, rate=None, lockstep=True, told=lambda _: None)
        await stage.drained()
        records = (await stage.history()).records
    decided = _said(list(records["orientations"]), "orientation.decided")
    assert sorted(map(encode, decided)) == sorted((tmp_path / "decisions.jsonl").read_bytes().splitlines())
    assert len(decided) == outcome.decisions > 20
    assert [record.value for record in records["vacancies.rejected"]] == [FAULTY]
    proposals = _said(list(records["orientations"]), "proposal.issued")
    for party in {proposal["reservataire"] for proposal in proposals}:
        own = _said(list(records[f"proposals.{party}"]), "proposal.issued")
        theirs = [each["proposal_id"] for each in proposals if each["reservataire"] == party]
        assert sorted(each["proposal_id"] for each in own) == sorted(theirs)


async def test_services_wait_for_a_broker_that_is_late_and_hear_a_party_that_comes_later(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    if not kafka.is_ours:
        pytest.skip("the cluster KAFKA_BOOTSTRAP names is not ours to stop")
    async with Stage.open(kafka, postgres, tmp_path) as stage:
        kafka.hurt("pause")
        try:
            replicas = await stage.start("orientation") + await stage.start("compliance")
            await stage.until(lambda: all(r.has_logged("start_delayed") for r in replicas), LATE_SECONDS)
        finally:
            kafka.hurt("resume")
        await stage.joined(replicas)
        async with a_season(stage, DEPARTEMENT, 5, SEED) as season:
            await season.tell(season.lines)
            await stage.drained(season)
            verdict = await stage.proved(season)
            assert verdict.is_sound, str(verdict)
            assert verdict.counts["decisions"] >= 5


async def test_a_graceful_stop_in_full_work_takes_under_five_seconds_and_loses_nothing(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path, BUS__MAX_RECORDS="20") as stage,
        a_season(stage, DEPARTEMENT, 150, SEED) as season,
    ):
        stopped = await stage.start("orientation") + await stage.start("compliance")
        await stage.joined(stopped)
        await season.tell(season.lines)
        await stage.until(lambda: stopped[0].has_logged("input_applied"), LATE_SECONDS)
        took = await asyncio.gather(*(replica.stop() for replica in stopped))
        assert max(took) < STOPPED_WITHIN_SECONDS
        assert await stage.lag("orientation") > 0
        await stage.start("orientation")
        await stage.start("compliance")
        await stage.drained(season)
        verdict = await stage.proved(season)
        assert verdict.is_sound, str(verdict)


def test_the_topics_of_a_party_are_made_by_a_command(kafka: KafkaCluster) -> None:
    parties = ("--bailleur", "999001209", "--reservataire", "AL-75", "--reservataire", "999007024")
    made = _topics("--kafka", kafka.bootstrap, "--json", *parties)
    assert made.returncode == 0, made.stderr
    there = set(orjson.loads(made.stdout)["topics"])
    assert {"orientations", "vacancies.999001209", "outcomes.AL-75", "proposals.AL-75"} <= there
    assert {"outcomes.999007024", "proposals.999007024"} <= there
    assert not there & {"proposals.999001209", "vacancies.999007024"}
    assert _topics("--kafka", kafka.bootstrap, "--reservataire", "pas un id").returncode == 2


def _topics(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "topics", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
