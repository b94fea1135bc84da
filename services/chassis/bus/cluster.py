"""A Kafka cluster as every client of ours is given it: where it is, how one is let in, why it does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ssl import SSLEOFError
from typing import Any

from aiokafka.conn import AIOKafkaConnection, collect_hosts, create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from chassis.bus.not_let_in import Refused, refusal
from chassis.settings.access import PREFIX, Access
from chassis.unavailable import Unavailable

HUNG_UP = (
    f"le courtier raccroche sans un mot : attend-il TLS, un certificat ou un mot de passe "
    f"({PREFIX}SECURITY_PROTOCOL) ?"
)
HANGING_UP = (KafkaConnectionError, ConnectionResetError, SSLEOFError)
ASK_SECONDS = 2.0
"""How long to look for the reason why nobody answers."""


class Cluster:
    """The one place that makes clients' arguments; raises `AccessFault` when nobody would be let in with them."""

    def __init__(self, bootstrap: str, access: Access | None = None) -> None:
        self.bootstrap = bootstrap
        self._access = access or Access()
        self._let_in = self._access.client()

    @classmethod
    def of(cls, given: "Cluster | str") -> "Cluster":
        """The cluster given; an address alone is one that takes whoever comes, in clear text."""
        return given if isinstance(given, Cluster) else cls(given)

    def __repr__(self) -> str:
        return f"Cluster({self.bootstrap!r}, {self._access.security_protocol})"

    def client(self) -> dict[str, Any]:
        """What each of aiokafka's clients is made with; it holds the password, so it is never shown."""
        return {"bootstrap_servers": self.bootstrap, **self._let_in}

    async def no_answer(self, error: BaseException) -> Unavailable:
        """Why a client failed: `Refused` when the cluster would not have us, else nobody answers.

        aiokafka says no more than that it found no broker, so they are asked once more, one after the other.
        """
        if why := refusal(error):
            return Refused(f"{self.bootstrap} : {why}")
        with suppress(TimeoutError):
            async with asyncio.timeout(ASK_SECONDS):
                for host, port, _ in collect_hosts(self.bootstrap):
                    if found := await self._found(host, port):
                        return found
        return Unavailable(f"no Kafka broker answers at {self.bootstrap}")

    async def _found(self, host: str, port: int) -> Unavailable | None:
        """What one broker has against us. One that hangs up may be on its way down: that is no refusal yet."""
        try:
            await self._ask(host, port)
        except (KafkaError, OSError, UnicodeError) as error:  # the last of a host name that is none
            if why := refusal(error):
                return Refused(f"{host}:{port} : {why}")
            if isinstance(error, HANGING_UP):
                return Unavailable(f"{host}:{port} : {HUNG_UP}")
        return None

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AIOKafkaConnection]:
        """A connection to the first broker that takes one; the last one's `KafkaError` or `OSError` when none does."""
        error: BaseException = KafkaConnectionError("no address")
        for host, port, _ in collect_hosts(self.bootstrap):
            try:
                connection = await self._connected(host, port)
            except (KafkaError, OSError, UnicodeError) as found:
                error = found
                continue
            try:
                yield connection
            finally:
                connection.close()
            return
        raise KafkaConnectionError(str(error)) if isinstance(error, UnicodeError) else error

    async def _connected(self, host: str, port: int) -> AIOKafkaConnection:
        return await create_conn(host, port, request_timeout_ms=round(ASK_SECONDS * 1_000), **self._let_in)

    async def _ask(self, host: str, port: int) -> None:
        connection = await self._connected(host, port)
        try:
            await connection.send(MetadataRequest([]))
        finally:
            connection.close()
