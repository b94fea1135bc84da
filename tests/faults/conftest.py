"""A broker in the test's own process, and the real command run beside it as another process."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from pathlib import Path

import pytest

from chassis.bus import Tuning
from chassis.bus.embedded import EmbeddedBroker

COMMAND = Path(sys.executable).with_name("aiguillage")
RULES = Path(__file__).parents[2] / "rules"
SESSION_MS = 600
QUICK = {
    "SESSION_TIMEOUT_MS": str(SESSION_MS),
    "REBALANCE_TIMEOUT_MS": "2000",
    "FETCH_WAIT_MS": "10",
    "BATCH_TIMEOUT_MS": "10",
    "METADATA_MAX_AGE_MS": "250",
    "IDLE_SECONDS": "0.05",
    "LINGER_MS": "1",
    "ISOLATION_LEVEL": "read_uncommitted",
}
"""Numbers for a broker that lets a dead member's session go by before it lets the next one in."""

Run = Callable[..., AbstractAsyncContextManager[Process]]


def environment(bootstrap: str | None, data: Path, **more: str) -> dict[str, str]:
    """The settings of a service, and nothing of the machine's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    ours = {"DATA": str(data), "PORT": "0", "CLOCK": "event", "RULES": str(RULES), **more}
    if bootstrap is not None:
        ours |= {"KAFKA": bootstrap, **{f"BUS__{name}": value for name, value in QUICK.items()}}
    return kept | {f"AIGUILLAGE_{name}": value for name, value in ours.items()}


@asynccontextmanager
async def running(arguments: list[str], settings: Mapping[str, str], log: Path) -> AsyncIterator[Process]:
    """`aiguillage …` while the block runs; killed at its end when it still lives. Its log goes to a file."""
    with log.open("ab") as written:
        process = await asyncio.create_subprocess_exec(
            COMMAND, *arguments, env=dict(settings), stdout=PIPE, stderr=written
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


@pytest.fixture(scope="session")
def run() -> Run:
    return running


@pytest.fixture(scope="session")
def settings() -> Callable[..., dict[str, str]]:
    return environment


@pytest.fixture(scope="session")
def a_broker() -> Callable[..., AbstractContextManager[EmbeddedBroker]]:
    """A broker with topics made beforehand: one made later would cost each consumer a rejoin."""

    @contextmanager
    def prepared(topics: Mapping[str, int]) -> Iterator[EmbeddedBroker]:
        with EmbeddedBroker() as broker:
            broker.cluster.create_topics(topics)
            yield broker

    return prepared


@pytest.fixture(scope="session")
def tuning() -> Tuning:
    return Tuning.embedded(SESSION_MS)
