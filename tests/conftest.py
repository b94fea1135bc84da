"""The servers tests share, the marks of those that use them, and what ran on which at the end."""

import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.kafka import KafkaCluster, a_kafka
from tests.postgres import PostgresCluster, a_cluster

ENGINES = ("kafka", "postgresql")
"""The marks of tests that need a server, and what the last line counts."""
SERVERS = {"kafka": "kafka", "postgres": "postgresql"}
"""The fixtures that are servers, and the mark of a test that asks for one."""

ON = pytest.StashKey[dict[str, set[str]]]()
"""The engines each test runs on."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    """One PostgreSQL server for all tests."""
    with a_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaCluster]:
    """One real Kafka broker for all tests."""
    with a_kafka() as cluster:
        yield cluster


def pytest_configure() -> None:
    """End as if interrupted when asked to end, so that servers end too; no property fails for a busy machine."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark whatever asks for a server."""
    for item in items:
        for fixture in SERVERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(SERVERS[fixture])
    config.stash[ON] = {item.nodeid: {e for e in ENGINES if item.get_closest_marker(e)} for item in items}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line what ran on which engine."""
    engines_of = config.stash.get(ON, {})
    found = {engine: Counter[str]() for engine in ENGINES}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            for engine in engines_of.get(report.nodeid, ()):
                found[engine][outcome] += 1
    parts = [f"{engine} {_told(counts)}" for engine, counts in found.items() if counts.total()]
    if parts:
        skipped = sum(counts["skipped"] for counts in found.values())
        terminalreporter.write_line(f"engines: {', '.join(parts)}, {skipped} skipped")


def _told(counts: Counter[str]) -> str:
    """`12 passed`, and what else there is but skips, which are summed up for all engines."""
    others = [f"{counts[name]} {name}" for name in ("failed", "error") if counts[name]]
    return ", ".join([f"{counts['passed']} passed", *others])
