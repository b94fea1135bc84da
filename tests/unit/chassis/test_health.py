"""Health answers, over a real socket."""

import asyncio
import json

from aiokafka import TopicPartition
from prometheus_client import CollectorRegistry

from chassis.bus import ConsumerState
from chassis.health import Check, consumer_check, health_app
from chassis.http import serve
from chassis.metrics import Metrics


async def get(port: int, path: str) -> tuple[int, str]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    return int(head.split()[1]), body


async def test_a_service_whose_checks_all_pass_is_ready() -> None:
    app = health_app({"journal": lambda: Check(True, {"rows": 3})}, CollectorRegistry())
    async with serve(app, 0) as port:
        status, body = await get(port, "/health/ready")
        assert status == 200
        journal = {"ready": True, "status": "ready", "rows": 3}
        assert json.loads(body) == {"ready": True, "status": "ready", "checks": {"journal": journal}}


async def test_a_degraded_check_is_told_and_the_service_goes_on() -> None:
    fault = "delais/x.yaml:3: Clé inconnue."
    checks = {"rulebook": lambda: Check(is_ready=True, detail={"faults": [fault]}, is_degraded=True)}
    async with serve(health_app(checks, CollectorRegistry()), 0) as port:
        status, body = await get(port, "/health")
        assert status == 200
        said = json.loads(body)
        assert said["status"] == said["checks"]["rulebook"]["status"] == "degraded"
        assert said["checks"]["rulebook"]["faults"] == [fault]


async def test_one_failing_check_makes_it_unready_but_still_alive() -> None:
    checks = {"good": lambda: Check(True, {}), "bad": lambda: Check(False, {})}
    async with serve(health_app(checks, CollectorRegistry()), 0) as port:
        assert (await get(port, "/health/ready"))[0] == 503
        assert (await get(port, "/health/live"))[0] == 200


async def test_metrics_are_served() -> None:
    registry = CollectorRegistry()
    Metrics(registry).decisions.labels("proposed").inc()
    async with serve(health_app({}, registry), 0) as port:
        status, body = await get(port, "/metrics")
        assert status == 200
        assert 'aiguillage_decisions_total{outcome="proposed"} 1.0' in body


def test_a_consumer_that_stopped_polling_is_not_ready() -> None:
    place = TopicPartition("vacancies", 0)
    well = ConsumerState(is_joined=True, last_poll_age_seconds=0.1, lag_records={place: 5})
    assert consumer_check(well).is_ready
    assert consumer_check(well).detail["lag_records"] == 5
    assert not consumer_check(ConsumerState(is_joined=True, last_poll_age_seconds=300.0)).is_ready
    assert not consumer_check(ConsumerState(is_joined=True)).is_ready
    assert not consumer_check(ConsumerState(is_joined=False, last_poll_age_seconds=0.1)).is_ready
