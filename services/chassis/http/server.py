"""HTTP server inside a service: listens while a block runs, within limits, with security headers."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from chassis.http.connections import LimitedConnection
from chassis.http.headers import SecurityHeaders

STOP_SECONDS = 2
KEEP_ALIVE_SECONDS = 5
HEAD_BYTES_AT_MOST = 16_384


class ListenFault(OSError):  # noqa: N818 - the word of the rule files: something its operator can mend
    """The address cannot be listened on: a French sentence with its remedy."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs the service."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve(
    app: ASGIApp,
    port: int,
    host: str = "127.0.0.1",
    connection: type[LimitedConnection] = LimitedConnection,
) -> AsyncIterator[int]:
    """Serve `app` while the block runs; yields the real port, also when 0 asked for a free one.

    Raises `ListenFault` when the address cannot be had. Connections are accepted from the first moment on.
    """
    listening = _listening(host, port)
    config = uvicorn.Config(
        SecurityHeaders(app),
        http=connection,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        h11_max_incomplete_event_size=HEAD_BYTES_AT_MOST,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield cast("int", listening.getsockname()[1])
    finally:
        server.should_exit = True
        await running
        listening.close()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except socket.gaierror:
        why = f"AIGUILLAGE_HOST={host} n'est pas une adresse de cette machine."
        raise ListenFault(f"{why} Écrivez 127.0.0.1, 0.0.0.0 ou l'adresse d'une de ses cartes.") from None
    except OSError as error:
        raise ListenFault(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Le port {port} est déjà pris sur {host} : arrêtez ce qui l'occupe, ou donnez --port (AIGUILLAGE_PORT)."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Le port {port} est réservé au système : donnez --port (AIGUILLAGE_PORT) au-dessus de 1023."
    return f"On ne peut pas écouter sur {host}:{port} : vérifiez AIGUILLAGE_HOST et AIGUILLAGE_PORT."
