"""Tells what became of each rulebook put before a service: log, metrics, and an event for everybody."""

import asyncio
import os
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from chassis.bus import Message, Publisher
from chassis.clock import Clock
from chassis.metrics import Metrics
from chassis.rulesource.offer import Offer
from chassis.unavailable import Unavailable
from contracts import canonical
from contracts.envelope import derived_id, emit

log = structlog.get_logger("rulebook")

REPORTS = "rulebooks.reports"
MOST_FAULTS = 50
"""Faults in one event; the log holds them all."""
MOST_WAITING = 100
"""Reports kept while no broker answers; the oldest are dropped."""
AGAIN_SECONDS = 5.0
"""How long to wait before a broker that did not take a report is given it again."""
FAREWELL_SECONDS = 1.0
"""How long a service that stops waits for its last reports to go out."""


def instance_name() -> str:
    """Which process speaks: host and process number."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Reporting:
    """One service's voice about its rules.

    Reports go out from a task and a connection of their own: a broker that does not answer holds up neither
    the rules nor the decisions.
    """

    def __init__(self, service: str, metrics: Metrics, clock: Clock) -> None:
        self._service = service
        self._metrics = metrics
        self._clock = clock
        self._instance = instance_name()
        self._waiting: deque[Message] = deque(maxlen=MOST_WAITING)
        self._is_awake = asyncio.Event()
        self._is_silent = asyncio.Event()
        self._is_silent.set()

    @asynccontextmanager
    async def running(self, publisher: Publisher) -> AsyncIterator[None]:
        """Publish reports while the block runs; `publisher` should be nobody else's."""
        task = asyncio.create_task(self._publish_all(publisher))
        try:
            yield
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self._is_silent.wait()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await publisher.stop()

    async def activated(self, offer: Offer) -> None:
        """The offer is in force from now on."""
        digest = offer.sound().digest
        log.info("rulebook_activated", rulebook=digest, source=offer.source, author=offer.author)
        self._mark(successful=True)
        self._metrics.rulebook.labels(self._service).info({"digest": digest})
        for warning in offer.warnings:
            log.warning("rulebook_warning", where=f"{warning.path}:{warning.line}", warning=str(warning))
        if offer.forced:
            log.warning("rulebook_forced", rulebook=digest, author=offer.author, message=offer.message)
        self._report("rulebook.activated", offer, digest, {"forced": True} if offer.forced else {})

    async def refused(self, offer: Offer, digest: str) -> None:
        """The offer is faulty; the rulebook of that digest stays in force."""
        for fault in offer.faults:
            log.error(
                "rulebook_refused", where=f"{fault.path}:{fault.line}", fault=str(fault), rulebook=digest
            )
        self._mark(successful=False)
        faults = [{"path": f.path, "line": f.line, "message": str(f)} for f in offer.faults[:MOST_FAULTS]]
        more: dict[str, Any] = {"faults": faults, "fault_count": len(offer.faults)}
        if offer.digest is not None and offer.book is None:
            more["offered"] = offer.digest
        self._report("rulebook.refused", offer, digest, more)

    def _mark(self, *, successful: bool) -> None:
        metrics, service = self._metrics, self._service
        metrics.rulebook_last_reload_successful.labels(service).set(int(successful))
        metrics.rulebook_last_reload_timestamp_seconds.labels(service).set(self._clock.now().timestamp())
        metrics.rulebook_reloads.labels(service, "activated" if successful else "refused").inc()

    def _report(self, kind: str, offer: Offer, digest: str, more: dict[str, Any]) -> None:
        at = self._clock.now()
        data = {
            "service": self._service,
            "instance": self._instance,
            "digest": digest,
            "source": offer.source,
            "at": at.isoformat(),
            "author": offer.author,
            "message": offer.message,
            **more,
        }
        value = emit(
            type=kind,
            id=derived_id(digest, self._service, self._instance, kind, at.isoformat()),
            source=f"/aiguillage/{self._service}",
            time=at,
            subject=digest,
            data=canonical.encode(data),
        )
        self._waiting.append(Message(REPORTS, f"{self._service} {self._instance}".encode(), value))
        self._is_silent.clear()
        self._is_awake.set()

    async def _publish_all(self, publisher: Publisher) -> None:
        while True:
            await self._is_awake.wait()
            self._is_awake.clear()
            while self._waiting:
                message = self._waiting[0]
                error = await _published(publisher, message)
                if error is None:
                    self._drop(message)
                    continue
                log.warning("rulebook_report_unpublished", topic=REPORTS, error=repr(error))
                await asyncio.sleep(AGAIN_SECONDS)
            self._is_silent.set()

    def _drop(self, message: Message) -> None:
        """Take out what was published, unless newer reports pushed it out meanwhile."""
        if self._waiting and self._waiting[0] is message:
            self._waiting.popleft()


async def _published(publisher: Publisher, message: Message) -> BaseException | None:
    try:
        [error] = await publisher.publish([message])
    except Unavailable as unavailable:
        return unavailable
    return error
