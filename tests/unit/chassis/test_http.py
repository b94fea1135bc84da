"""The HTTP server holds against clients that hold on, and says to browsers what they may not do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import ClassVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from chassis.http import serve
from chassis.http.connections import LimitedConnection
from chassis.http.server import ListenFault

LONG = b"x" * 50_000_000
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
REQUEST_AND_CLOSE = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


class Hurried(LimitedConnection):
    """As in production, but for how long it waits."""

    head_seconds: ClassVar[float] = 0.2
    unread_seconds: ClassVar[float] = 0.2


class Alone(LimitedConnection):
    """One client at once."""

    at_most: ClassVar[int] = 1


class Patient(LimitedConnection):
    """Waits longer than any test."""

    head_seconds: ClassVar[float] = 600.0


@asynccontextmanager
async def client(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def app(text: bytes = b"here") -> Starlette:
    async def answer(_: Request) -> Response:
        return PlainTextResponse(text)

    return Starlette(routes=[Route("/", answer, methods=["GET", "POST"])])


async def test_a_head_that_never_ends_is_not_waited_for() -> None:
    async with serve(app(), 0, connection=Hurried) as port, client(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert await reader.read() == b""


async def test_a_client_that_says_nothing_is_not_waited_for() -> None:
    async with serve(app(), 0, connection=Hurried) as port, client(port) as (reader, _):
        assert await reader.read() == b""


async def test_the_head_of_a_second_request_must_end_in_time_too() -> None:
    async with serve(app(), 0, connection=Hurried) as port, client(port) as (reader, writer):
        writer.write(REQUEST)
        assert b"here" in await reader.readuntil(b"here")
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert await reader.read() == b""


async def test_a_body_that_never_ends_is_not_waited_for_once_answered() -> None:
    async with serve(app(), 0, connection=Hurried) as port, client(port) as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
        assert (await reader.read()).endswith(b"here")


async def test_an_answer_nobody_reads_is_given_up() -> None:
    async with serve(app(LONG), 0, connection=Hurried) as port, client(port) as (_, writer):
        writer.write(REQUEST)
        writer.transport.pause_reading()
        while not writer.transport.is_closing():
            writer.write(b"\r\n")
            await asyncio.sleep(0)


async def test_one_client_too_many_is_closed_at_once_and_its_place_is_free_again_later() -> None:
    async with serve(app(), 0, connection=Alone) as port:
        async with client(port) as (first, to_first):
            to_first.write(REQUEST)
            await first.readuntil(b"here")
            async with client(port) as (second, _):
                assert await second.read() == b""
        answered = b""
        while b"here" not in answered:  # until the server has seen the first one leave
            async with client(port) as (third, to_third):
                to_third.write(REQUEST_AND_CLOSE)
                with suppress(ConnectionError):
                    answered = await third.read()


async def test_a_head_too_long_is_refused() -> None:
    async with serve(app(), 0, connection=Patient) as port, client(port) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 100_000)
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")


async def test_every_answer_forbids_what_a_browser_need_not_do() -> None:
    async with serve(app(), 0) as port, client(port) as (reader, writer):
        writer.write(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = (await reader.read()).decode().lower()
        for line in (
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ):
            assert line in head
        assert "server:" not in head


async def test_a_taken_port_is_told_in_a_sentence_with_its_remedy() -> None:
    async with serve(app(), 0) as port:
        with pytest.raises(ListenFault, match=f"Le port {port} est déjà pris .* --port"):
            async with serve(app(), port):
                pass


async def test_an_address_this_machine_has_not_is_told_with_the_setting_that_names_it() -> None:
    with pytest.raises(ListenFault, match="AIGUILLAGE_HOST"):
        async with serve(app(), 0, "192.0.2.1"):
            pass
