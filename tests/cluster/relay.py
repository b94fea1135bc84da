"""A relay before a server on loopback: whoever speaks through it can be cut off, on both sides at once."""

import asyncio
from asyncio import AbstractEventLoop, StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

HERE = "127.0.0.1"
CHUNK_BYTES = 1 << 16


@dataclass(slots=True)
class Relay:
    """Lives on a loop of its own, in a thread of its own; `port` is where it listens."""

    to: int
    port: int = 0
    _loop: AbstractEventLoop = field(init=False)
    _is_over: asyncio.Event = field(init=False)
    _speaking: dict[asyncio.Task[None], set[StreamWriter]] = field(default_factory=dict)

    def cut(self) -> None:
        """Break every connection there is; new ones are taken at once."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Relay while the block runs."""
        listening = Event()
        thread = Thread(target=lambda: asyncio.run(self._relay(listening)), name="relay")
        thread.start()
        listening.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._is_over.set)
            thread.join()

    async def _relay(self, listening: Event) -> None:
        self._loop, self._is_over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._take, HERE, self.port)
        self.port = int(server.sockets[0].getsockname()[1])
        listening.set()
        await self._is_over.wait()
        server.close()
        await self._cut()

    async def _cut(self) -> None:
        speaking = dict(self._speaking)
        for writer in (writer for both in speaking.values() for writer in both):
            writer.transport.abort()
        await asyncio.gather(*speaking)

    def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        writers = {writer}
        task = asyncio.create_task(_serve(self.to, reader, writer, writers))
        self._speaking[task] = writers
        task.add_done_callback(self._speaking.pop)


async def _serve(to: int, reader: StreamReader, writer: StreamWriter, writers: set[StreamWriter]) -> None:
    """Speak for a client; `writers` are all that is to be broken for it to be cut off."""
    try:
        answers, asked = await asyncio.open_connection(HERE, to)
    except OSError:
        writer.transport.abort()
        return
    writers.add(asked)
    await asyncio.gather(_pass_on(reader, asked), _pass_on(answers, writer))


async def _pass_on(reader: StreamReader, writer: StreamWriter) -> None:
    """Until either side ends."""
    with suppress(OSError):
        while said := await reader.read(CHUNK_BYTES):
            writer.write(said)
            await writer.drain()
    writer.close()
