"""A start is tried again for a while, and broken off when the process is asked to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.bus.tuning import Tuning
from chassis.starting import started

LONG_SECONDS = 10


class Slow:
    """A service that starts once it is let, and tells how far it came."""

    def __init__(self) -> None:
        self.let, self.begun = asyncio.Event(), asyncio.Event()
        self.is_left = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        self.begun.set()
        try:
            async with asyncio.TaskGroup():
                await self.let.wait()
                yield "running"
        finally:
            self.is_left = True


async def test_a_start_that_takes_for_ever_ends_when_asked_to_stop() -> None:
    slow, stopping = Slow(), asyncio.Event()

    async def ask() -> None:
        await slow.begun.wait()
        stopping.set()

    async with asyncio.timeout(LONG_SECONDS), asyncio.TaskGroup() as tasks:
        tasks.create_task(ask())
        async with started(slow.running, Tuning(), stopping) as given:
            assert given is None
            assert slow.is_left


async def test_a_service_that_has_started_is_left_by_its_block_only() -> None:
    slow, stopping = Slow(), asyncio.Event()
    slow.let.set()
    async with started(slow.running, Tuning(), stopping) as given:
        stopping.set()
        await asyncio.sleep(0)
        assert given == "running"
        assert not slow.is_left
    assert slow.is_left
