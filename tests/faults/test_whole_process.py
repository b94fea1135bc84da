"""`aiguillage up`, seen by another process: where it is, how it is, what it answers, how it stops."""

# ruff: noqa: ANN401 - tests cannot import what a conftest holds, and JSON is anything

import asyncio
from asyncio.subprocess import Process
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

pytestmark = pytest.mark.embedded

START_SECONDS, ANSWER_SECONDS, STOP_SECONDS = 60, 30, 5.0
CONVENTION = {
    "specversion": "1.0",
    "id": "c-1",
    "source": "/bailleurs/999001209",
    "type": "fr.aiguillage.convention.signed.v1",
    "time": "2026-01-02T09:00:00Z",
    "data": {
        "convention_id": "999001209-75-AL-2026",
        "bailleur": "999001209",
        "departement": "75",
        "reservataire": {"id": "AL-75", "kind": "action_logement", "name": "Action Logement"},
        "year": 2026,
        "share_percent": "100",
        "territory": {"scale": "departement"},
        "decompte": {"method": "proposition", "year_of": "event"},
        "effective": {"from": "2026-01-01", "until": "2026-12-31"},
    },
}
VACANCY = {
    "specversion": "1.0",
    "id": "v-1",
    "source": "/bailleurs/999001209",
    "type": "fr.aiguillage.vacancy.declared.v1",
    "time": "2026-03-01T09:00:00Z",
    "data": {
        "vacancy_id": "V-2026-000123",
        "bailleur": "999001209",
        "available_on": "2026-03-01",
        "cause": "conge",
        "purpose": "relocation",
        "dwelling": {
            "dwelling_id": "0750012345",
            "commune": "75114",
            "typologie": "T3",
            "financement": "PLUS",
            "qpv": False,
            "surface_m2": 62.5,
        },
    },
}


async def test_a_plain_client_publishes_a_vacancy_and_reads_its_proposal_then_all_stops_gracefully(
    run: Any, settings: Any, tmp_path: Path
) -> None:
    async with run(["up", "--json"], settings(None, tmp_path), tmp_path / "log") as process:
        where = await _started(process)
        assert orjson.loads(await asyncio.to_thread((tmp_path / "run.json").read_bytes)) == where
        proposal = await _proposed(where["bootstrap"])
        assert proposal["type"] == "fr.aiguillage.proposal.issued.v1"
        assert proposal["data"]["vacancy_id"] == "V-2026-000123"
        assert proposal["data"]["dwelling"]["surface_m2"] == 62.5
        assert proposal["data"]["because"]
        await _is_well(where["web"])
        asked_to_stop = monotonic()
        process.terminate()
        assert await process.wait() == 0
        assert monotonic() - asked_to_stop < STOP_SECONDS


async def _started(process: Process) -> dict[str, str]:
    assert process.stdout is not None
    async with asyncio.timeout(START_SECONDS):
        said: dict[str, str] = orjson.loads(await process.stdout.readline())
    return said


async def _proposed(bootstrap: str) -> Any:
    """Say a convention and a vacancy on the shared topics; hear what the réservataire is told first of it."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    consumer = AIOKafkaConsumer(
        "proposals.AL-75", bootstrap_servers=bootstrap, auto_offset_reset="earliest", metadata_max_age_ms=250
    )
    await producer.start()
    await consumer.start()
    try:
        await producer.send_and_wait("conventions", orjson.dumps(CONVENTION))
        await producer.send_and_wait("vacancies", orjson.dumps(VACANCY))
        async with asyncio.timeout(ANSWER_SECONDS):
            async for record in consumer:
                event = orjson.loads(record.value)
                if event["data"].get("vacancy_id"):
                    return event
    finally:
        await consumer.stop()
        await producer.stop()


async def _is_well(web: str) -> None:
    """Ready with every check, alive, and counting."""
    status, body = await _get(f"{web}health/ready")
    ready = orjson.loads(body)
    assert (status, ready["ready"]) == (200, True)
    names = {f"orientation.{name}" for name in ("consumer", "journal", "rulebook")}
    assert names <= ready["checks"].keys()
    assert all(check["ready"] for check in ready["checks"].values())
    assert len(ready["checks"]["orientation.rulebook"]["digest"]) == 64
    assert (await _get(f"{web}health/live"))[0] == 200
    _, metrics = await _get(f"{web}metrics")
    assert b'aiguillage_decisions_total{outcome="proposed"} 1.0' in metrics
    assert (await _get(web))[0] == 200


async def _get(url: str) -> tuple[int, bytes]:
    def get() -> tuple[int, bytes]:
        with urlopen(url, timeout=ANSWER_SECONDS) as response:  # noqa: S310 - our own page on localhost
            return response.status, response.read()

    return await asyncio.to_thread(get)
