"""A start is tried again for a while, and broken off when the process is asked to stop."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from chassis.bus import GroupProgress, Publisher, Tuning
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


@asynccontextmanager
async def _silent_broker(heard: asyncio.Event) -> AsyncIterator[str]:
    """Where somebody listens, tells when a client speaks, and never answers."""
    writers = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read(1)
        heard.set()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"
        for writer in writers:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def _publisher(bootstrap: str) -> AsyncIterator[Publisher]:
    publisher = Publisher(bootstrap)
    await publisher.start()
    yield publisher
    await publisher.stop()


def _progress(bootstrap: str) -> GroupProgress:
    return GroupProgress(bootstrap, "group")


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


@pytest.mark.parametrize("client", [_publisher, _progress])
async def test_a_client_whose_start_is_broken_off_leaves_nothing_open(
    client: Callable[[str], AbstractAsyncContextManager[object]],
) -> None:
    left_open: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: left_open.append(told["message"]))
    stopping = asyncio.Event()
    async with (
        asyncio.timeout(LONG_SECONDS),
        _silent_broker(stopping) as bootstrap,
        started(lambda: client(bootstrap), Tuning(), stopping) as given,
    ):
        assert given is None
    gc.collect()
    assert left_open == []


async def test_a_service_that_has_started_is_left_by_its_block_only() -> None:
    slow, stopping = Slow(), asyncio.Event()
    slow.let.set()
    async with started(slow.running, Tuning(), stopping) as given:
        stopping.set()
        await asyncio.sleep(0)
        assert given == "running"
        assert not slow.is_left
    assert slow.is_left
