"""Starts a service whose broker or database does not answer yet: tries again, for a while."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from typing import TypeVar

import structlog

from chassis.bus.not_let_in import Refused
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

log = structlog.get_logger(__name__)

Service = TypeVar("Service")


@asynccontextmanager
async def started(
    service: Callable[[], AbstractAsyncContextManager[Service]],
    tuning: Tuning,
    stopping: asyncio.Event | None = None,
) -> AsyncIterator[Service | None]:
    """What `service` gives once it has started, while the block runs; None when asked to stop before.

    A stop asked for while it starts breaks the start off.
    `service` is called anew for each try. Raises the last `Unavailable` after `Tuning.patience_seconds`:
    whoever runs the process is then told, and may start it again. `Refused` is raised at once: no wait mends it.
    """
    async with AsyncExitStack() as stack:
        yield await _started(stack, service, tuning, stopping or asyncio.Event())


async def _started(
    stack: AsyncExitStack,
    service: Callable[[], AbstractAsyncContextManager[Service]],
    tuning: Tuning,
    stopping: asyncio.Event,
) -> Service | None:
    began = _monotonic()
    for attempt in count(1):
        if stopping.is_set():
            return None
        try:
            return await _unless_stopped(stack.enter_async_context(service()), stopping)
        except Refused as error:
            log.critical("start_refused", attempts=attempt, error=str(error))
            raise
        except Unavailable as error:
            waited = _monotonic() - began
            wait_seconds = tuning.retry_seconds(attempt)
            if waited + wait_seconds > tuning.patience_seconds:
                log.critical("start_given_up", attempts=attempt, seconds=round(waited), error=str(error))
                raise
            log.warning("start_delayed", attempt=attempt, again_in_seconds=wait_seconds, error=str(error))
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await stopping.wait()
    raise AssertionError


async def _unless_stopped(start: Awaitable[Service], stopping: asyncio.Event) -> Service | None:
    """What the start gives; None when asked to stop before it has ended: it is cancelled then.

    It runs in the task of whoever asks for it, which must be the one to leave what it enters.
    """

    async def watch() -> None:
        await stopping.wait()
        limit.reschedule(_monotonic())

    try:
        async with asyncio.timeout(None) as limit:
            watching = asyncio.create_task(watch())
            try:
                return await start
            finally:
                watching.cancel()
    except (TimeoutError, Unavailable):
        if not stopping.is_set():
            raise
    return None


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
