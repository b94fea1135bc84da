"""A service that starts beside faulty rules goes on by those last in force, if any ever were, and says so."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from chassis.bus import Unavailable
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.health import Check
from chassis.rulebook import RuleFileErrors, load
from chassis.settings import Settings
from compliance.app import compliance_service
from orientation.app import orientation_service

pytestmark = pytest.mark.embedded

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOWHERE = "127.0.0.1:1"

Start = Callable[..., AbstractAsyncContextManager[Callable[[], Check]]]


@pytest.fixture(params=["orientation", "compliance"])
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def start(
    broker: EmbeddedBroker, rules: Any, service: str, tmp_path: Path, registry: CollectorRegistry
) -> Start:
    """Start the service on its one journal; what it tells of its rules."""
    wired: Any = {"orientation": orientation_service, "compliance": compliance_service}[service]

    @asynccontextmanager
    async def started(bootstrap: str = broker.bootstrap) -> AsyncIterator[Callable[[], Check]]:
        quick = {"session_timeout_ms": 600, "idle_seconds": 0.05, "request_timeout_ms": 500}
        tuning = broker.tuning.model_copy(update=quick)
        settings = Settings(kafka=bootstrap, data=tmp_path, rules=rules.directory, trust="open", bus=tuning)
        async with wired(settings, bootstrap, registry, clock=FixedClock(NOON)) as running:
            yield running.checks["rulebook"]

    return started


@pytest.fixture
def success(registry: CollectorRegistry, service: str) -> Callable[[], float | None]:
    """The measure an alert looks at."""
    name = "aiguillage_rulebook_last_reload_successful"
    return lambda: registry.get_sample_value(name, {"service": service})


async def test_a_restart_beside_a_faulty_file_goes_on_degraded_by_the_rules_before_until_it_is_mended(
    start: Start, rules: Any, place: str, until: Any, success: Callable[[], float | None]
) -> None:
    good = load(rules.directory).digest
    async with start() as check:
        assert (check().status, check().detail["digest"]) == ("ready", good)
    rules.say("bientôt")
    with capture_logs() as logged:
        async with start() as check:
            assert (check().status, check().detail["digest"]) == ("degraded", good)
            assert str(check().detail["faults"]).startswith(f"['{place}:10: ")
            assert success() == 0
            rules.say(11)
            await until(lambda: check().status == "ready")
            assert check().detail["digest"] == load(rules.directory).digest != good
            assert success() == 1
    refused = [(line["where"], line["rulebook"]) for line in logged if line["event"] == "rulebook_refused"]
    assert refused == [(f"{place}:10", good)]


async def test_rules_that_came_into_force_are_those_that_go_on_though_nothing_was_decided_by_them(
    start: Start, rules: Any, until: Any
) -> None:
    first = load(rules.directory).digest
    async with start() as check:
        rules.say(12)
        await until(lambda: check().detail["digest"] != first)
        second = check().detail["digest"]
        rules.say(30)
        await until(lambda: check().detail["digest"] == first)
        rules.say(12)
        await until(lambda: check().detail["digest"] == second)
    rmtree(rules.directory)
    async with start() as check:
        assert (check().status, check().detail["digest"]) == ("degraded", second)


async def test_a_start_delayed_by_a_broker_that_is_away_goes_on_by_the_sound_rules_it_had_read(
    start: Start, rules: Any
) -> None:
    with pytest.raises(Unavailable):
        async with start(NOWHERE):
            pytest.fail("it started without a broker")
    good = load(rules.directory).digest
    rules.say("bientôt")
    async with start() as check:
        assert (check().status, check().detail["digest"]) == ("degraded", good)


async def test_a_first_start_beside_a_faulty_file_stops_and_names_it(
    start: Start, rules: Any, place: str
) -> None:
    rules.say("bientôt")
    with pytest.raises(RuleFileErrors, match=f"{place}:10: "):
        async with start():
            pytest.fail("it started without rules")


async def test_rules_kept_in_a_form_this_version_does_not_read_are_as_good_as_none(
    start: Start, rules: Any, place: str, service: str, tmp_path: Path
) -> None:
    async with start():
        pass
    _overwrite(tmp_path / f"{service}.sqlite")
    rules.say("bientôt")
    with pytest.raises(RuleFileErrors, match=f"{place}:10: "):
        async with start():
            pytest.fail("it started by rules it cannot read")


def _overwrite(file: Path) -> None:
    """A bundle of a format of another version, under its own digest: nothing of the journal is corrupted."""
    other = b'{"format":99}'
    by_hand = sqlite3.connect(file)
    by_hand.execute("UPDATE bundles SET content = ?, digest = ?", (other, sha256(other).digest()))
    by_hand.execute("UPDATE in_force SET digest = ?", (sha256(other).digest(),))
    by_hand.commit()
    by_hand.close()
