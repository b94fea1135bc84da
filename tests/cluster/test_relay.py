"""Whoever speaks through a relay can be cut off in the middle of a sentence, and can speak again at once."""

import asyncio
from contextlib import suppress

from tests.cluster.relay import HERE, Relay


async def test_a_cut_breaks_the_connections_there_are_and_takes_new_ones() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := await reader.readline():
            writer.write(said)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.release()

    ended = asyncio.Semaphore(0)
    server = await asyncio.start_server(echo, HERE, 0)
    relay = Relay(to=server.sockets[0].getsockname()[1])
    with relay.running():
        reader, writer = await asyncio.open_connection(HERE, relay.port)
        writer.write(b"one\n")
        assert await reader.readline() == b"one\n"
        relay.cut()
        assert await reader.read() == b""
        writer.close()
        reader, writer = await asyncio.open_connection(HERE, relay.port)
        writer.write(b"two\n")
        assert await reader.readline() == b"two\n"
        writer.close()
    await ended.acquire()
    await ended.acquire()
    server.close()
    await server.wait_closed()
