"""The servers tests share, the marks of those that use them, and what ran on which at the end."""

import os
import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.kafka import KafkaCluster, a_kafka
from tests.postgres import PostgresCluster, a_cluster

ENGINES = ("kafka", "postgresql")
"""The marks of tests that need a server, and what the last line counts."""
TORMENTED = frozenset({"cluster", "faults"})
"""Folders whose tests kill, cut off and overload what they run."""
SERVERS = {"kafka": "kafka", "postgres": "postgresql"}
"""The fixtures that are servers, and the mark of a test that asks for one."""


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
    """End as if interrupted when asked to end, so that servers end too; load the profile of the property tests.

    The same examples every time, unless `make search` asks for others: no property fails by chance, none for a busy
    machine.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings.register_profile("fixed", deadline=None, derandomize=True, database=None)
    settings.register_profile("search", deadline=None, derandomize=False, print_blob=True)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever asks for a server, and whatever hypothesis finds examples for; say what runs in one process.

    The tests of a file share what it makes, so they stay together; those that torment servers and processes mind what
    else of their kind runs, so they come one after the other, beside all the others.
    """
    for item in items:
        file = item.nodeid.partition("::")[0]
        is_tormenting = not TORMENTED.isdisjoint(file.split("/"))
        item.add_marker(pytest.mark.xdist_group("tormented" if is_tormenting else file))
        for fixture in SERVERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(SERVERS[fixture])
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("property")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what ran on which engine."""
    found = {engine: Counter[str]() for engine in ENGINES}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            marks = getattr(report, "keywords", ())  # a file that cannot be collected has none
            for engine in set(ENGINES).intersection(marks):
                found[engine][outcome] += 1
    parts = [f"{engine} {_told(counts)}" for engine, counts in found.items() if counts.total()]
    if parts:
        skipped = sum(counts["skipped"] for counts in found.values())
        terminalreporter.write_line(f"engines: {', '.join(parts)}, {skipped} skipped")


def _told(counts: Counter[str]) -> str:
    """`12 passed`, and what else there is but skips, which are summed up for all engines."""
    others = [f"{counts[name]} {name}" for name in ("failed", "error") if counts[name]]
    return ", ".join([f"{counts['passed']} passed", *others])
