"""A process on the wrong, empty or old journal is not let in: it decides nothing, and says why on /health."""

import asyncio
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server

import orjson
import pytest

from chassis.bus import GroupProgress
from orientation.app import GROUP, INPUTS
from tests.cluster.replica import COMMAND, Replica
from tests.cluster.season import Season
from tests.cluster.stage import QUICK, Stage, a_season, settings_of
from tests.kafka import KafkaCluster
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.slow

DEPARTEMENT, VACANCIES, SEED = "48", 30, 7
HEALTH_SECONDS = 60.0


@pytest.fixture
def port() -> int:
    """A port for the health of the one that is refused."""
    with create_server(("127.0.0.1", 0)) as found:
        free: int = found.getsockname()[1]
        return free


async def refused(port: int) -> str:
    """What the process at that port says of why it is not let in; it is not ready."""
    async with asyncio.timeout(HEALTH_SECONDS):
        while True:
            status, said = await asyncio.to_thread(_health, port)
            if "refused" in said:
                assert status == HTTPStatus.SERVICE_UNAVAILABLE
                return str(said["refused"])
            await asyncio.sleep(0.1)


def _health(port: int) -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        said: dict[str, object] = orjson.loads(answer.read())["checks"]["history"]
    except OSError:
        return 0, {}
    else:
        return answer.status, said
    finally:
        connection.close()


async def committed(stage: Stage) -> dict[str, int]:
    async with GroupProgress(stage.kafka.bootstrap, GROUP, QUICK) as progress:
        places = await progress.places(INPUTS)
        return {
            f"{place.topic}/{place.partition}": at for place, at in (await progress.committed(places)).items()
        }


async def a_rogue(stage: Stage, service: str, port: int, **settings: str) -> Replica:
    """A process of a service beside the good ones, on a journal of its own."""
    told = settings_of(stage.kafka.bootstrap, stage.folder / "rogue", PORT=str(port), **settings)
    rogue = await Replica.start(service, told, stage.folder / f"rogue-{service}.log")
    stage.replicas.append(rogue)
    return rogue


async def half_told(stage: Stage, season: Season) -> list[Replica]:
    """Both services at work, half of the year told and drained."""
    good = await stage.start("orientation") + await stage.start("compliance")
    await stage.joined(good)
    await season.tell(season.lines[: len(season.lines) // 2])
    await stage.drained(season)
    return good


async def told_to_the_end(stage: Stage, season: Season) -> None:
    await season.tell(season.lines[len(season.lines) // 2 :])
    await stage.drained(season)
    verdict = await stage.proved(season)
    assert verdict.is_sound, str(verdict)


async def test_a_replica_whose_database_is_forgotten_inherits_nothing(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path, port: int
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        good = await half_told(stage, season)
        rogue = await a_rogue(stage, "orientation", port)
        assert "journal est vide" in await refused(port)
        await good[0].stop()
        before = await committed(stage)
        await season.tell(season.lines[len(season.lines) // 2 :][:10])
        await asyncio.sleep(2)
        assert await committed(stage) == before
        await stage.joined(await stage.start("orientation"))
        await season.tell(season.lines[len(season.lines) // 2 + 10 :])
        await stage.drained(season)
        verdict = await stage.proved(season)
        assert verdict.is_sound, str(verdict)
        assert rogue.is_alive
        assert not rogue.has_logged("input_applied")


async def test_a_compliance_whose_database_is_forgotten_is_refused(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path, port: int
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        await half_told(stage, season)
        await a_rogue(stage, "compliance", port)
        assert "aiguillage-compliance suit un autre journal" in await refused(port)
        await told_to_the_end(stage, season)


async def test_a_restored_dump_is_refused_until_it_is_recovered(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path, port: int
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        database = stage.database.replace("{service}", "orientation")
        good = await stage.start("orientation") + await stage.start("compliance")
        await stage.joined(good)
        await season.tell(season.lines[: len(season.lines) // 4])
        await stage.drained(season)
        dump = postgres.dump(database)
        await season.tell(season.lines[len(season.lines) // 4 : len(season.lines) // 2])
        await stage.drained(season)
        for each in good:
            await each.stop()
        postgres.restore(dump, database)
        rogue = await a_rogue(stage, "orientation", port, DATABASE=postgres.url(database))
        assert "journal recover" in await refused(port)
        await rogue.stop()
        await _recovered(stage)
        await stage.joined(await stage.start("orientation") + await stage.start("compliance"))
        await told_to_the_end(stage, season)


async def _recovered(stage: Stage) -> None:
    command = await asyncio.create_subprocess_exec(str(COMMAND), "journal", "recover", env=stage.settings)
    assert await command.wait() == 0


async def test_another_cluster_is_refused_until_somebody_answers_for_the_journal(
    kafka: KafkaCluster, postgres: PostgresCluster, tmp_path: Path, port: int
) -> None:
    async with (
        Stage.open(kafka, postgres, tmp_path) as stage,
        a_season(stage, DEPARTEMENT, VACANCIES, SEED) as season,
    ):
        good = await half_told(stage, season)
        for each in good:
            await each.stop()
        database = stage.database.replace("{service}", "orientation")
        postgres.sql("UPDATE identity SET cluster_id = 'elsewhere'", database)
        rogue = await a_rogue(stage, "orientation", port, DATABASE=postgres.url(database))
        assert "elsewhere" in await refused(port)
        await rogue.stop()
        stage.settings = {**stage.settings, "AIGUILLAGE_ADOPT": "DSI de l'office"}
        await stage.joined(await stage.start("orientation") + await stage.start("compliance"))
        async with stage.journal("orientation") as journal:
            [adoption] = await journal.adoptions()
        assert (adoption.office, "elsewhere" in adoption.before) == ("DSI de l'office", True)
        await told_to_the_end(stage, season)
