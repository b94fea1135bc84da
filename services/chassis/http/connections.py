"""HTTP connections with limits: so many at once, so long for a request's head, so long without reading its answer."""

import asyncio
from collections.abc import Callable
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

CONNECTIONS_AT_MOST = 200
HEAD_SECONDS = 10.0
"""How long a client may take to send the head of a request, and may stay connected without sending one."""
UNREAD_SECONDS = 20.0
"""How long a client may leave its answer unread."""


class LimitedConnection(H11Protocol):
    """One client's connection: closed when it is one too many, or when its client holds it without using it."""

    at_most: ClassVar[int] = CONNECTIONS_AT_MOST
    head_seconds: ClassVar[float] = HEAD_SECONDS
    unread_seconds: ClassVar[float] = UNREAD_SECONDS
    _head_limit: asyncio.TimerHandle | None = None
    _unread_limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Take the connection, or close it at once when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.at_most:
            transport.abort()
            return
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Read on: a head that began must end in time, and once it has ended its client has time again."""
        if self._head_limit is None and self._is_idle():
            self._await_head()
        super().data_received(data)
        if not self._is_idle():
            self._stop_awaiting_head()

    def pause_writing(self) -> None:
        """The client reads nothing for now."""
        super().pause_writing()
        if self._unread_limit is None:
            self._unread_limit = self._in(self.unread_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again, or is gone."""
        super().resume_writing()
        if self._unread_limit is not None:
            self._unread_limit.cancel()
            self._unread_limit = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Time nothing any more."""
        self._stop_awaiting_head()
        self.resume_writing()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_limit = self._in(self.head_seconds, self.transport.close)

    def _stop_awaiting_head(self) -> None:
        if self._head_limit is not None:
            self._head_limit.cancel()
            self._head_limit = None

    def _is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _in(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, act)
