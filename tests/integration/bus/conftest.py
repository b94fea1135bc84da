"""Builders for tests that speak to the embedded broker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress

import pytest

from chassis.bus import Consumption, EngineFault, Publisher, Record, Subscription, Tuning
from chassis.bus.embedded import EmbeddedBroker

WAIT_SECONDS = 15


class Reader:
    """Keeps what a subscription is given, and lets a test wait for a condition on it."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.batches = 0
        self.handled_when_caught_up: list[int] = []
        self.failing: list[Exception] = []
        self.is_busy = False
        self.changed = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def handle(self, records: Sequence[Record]) -> None:
        assert not self.is_busy
        self.is_busy = True
        try:
            self.batches += 1
            self.changed.set()
            await self.gate.wait()
            if self.failing:
                raise self.failing.pop(0)
            self.records += records
        finally:
            self.is_busy = False

    async def on_idle(self, caught_up: bool) -> None:
        assert not self.is_busy
        if caught_up:
            self.handled_when_caught_up.append(len(self.records))
        self.changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    @property
    def values(self) -> list[bytes | None]:
        return [record.value for record in self.records]


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        yield running


@pytest.fixture
def tuning() -> Tuning:
    """Short sessions: the embedded broker lets one go by at every rejoin."""
    quick = {"idle_seconds": 0.05, "publish_timeout_seconds": 3.0, "graceful_stop_seconds": 1.0}
    return Tuning.embedded(session_timeout_ms=600).model_copy(update=quick)


@pytest.fixture
async def publisher(broker: EmbeddedBroker, tuning: Tuning) -> AsyncIterator[Publisher]:
    publishing = Publisher(broker.bootstrap, tuning)
    await publishing.start()
    yield publishing
    await publishing.stop()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
async def consume(broker: EmbeddedBroker, tuning: Tuning) -> AsyncIterator[Callable[..., Consumption]]:
    """Start consuming in the background; stopped when the test ends."""
    async with AsyncExitStack() as stack:

        def start(reader: Reader, pattern: str = r"^in(\..+)?$", group: str = "group") -> Consumption:
            subscription = Subscription(group, pattern, reader.handle, reader.on_idle)
            consumption = Consumption(broker.bootstrap, subscription, tuning)
            running = asyncio.create_task(consumption.run())

            async def end() -> None:
                await consumption.stop()
                with suppress(EngineFault):
                    await running

            stack.push_async_callback(end)
            return consumption

        yield start
