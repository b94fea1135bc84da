"""Consumes a subscription at least once, for as long as the service lives: rejoins when lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Self

import structlog
from aiokafka.errors import KafkaError

from chassis.bus.cluster import Cluster
from chassis.bus.incarnation.admits import NotAdmittedError
from chassis.bus.membership import Membership, Subscription
from chassis.bus.not_let_in import Refused
from chassis.bus.state import ConsumerState
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

log = structlog.get_logger(__name__)

REFUSED_SECONDS = 5.0
"""Between two looks of a process that was not let in: somebody may have put things right meanwhile."""


class Consumption:
    """One subscription being consumed; `run` it in a task, `stop` it from another.

    A batch's offsets are committed, by partition, only after its handler returned.
    """

    def __init__(
        self, cluster: Cluster | str, subscription: Subscription, tuning: Tuning | None = None
    ) -> None:
        self._cluster = Cluster.of(cluster)
        self._subscription = subscription
        self._tuning = tuning or Tuning()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._membership: Membership | None = None
        self._refusal: str | None = None
        self._has_begun = False

    async def prepare(self) -> bool:
        """Be let in, and begin, before anything is consumed; whether that was so. `run` tries again until it is.

        Raises `Unavailable` when somebody does not answer, and whatever beginning raises.
        """
        try:
            if not self._subscription.admission.is_admitted:
                await self._subscription.admission.admit()
        except NotAdmittedError as refused:
            log.critical("not_admitted", group=self._subscription.group, error=str(refused))
            return False
        if not self._has_begun and self._subscription.begin is not None:
            await self._subscription.begin()
        self._has_begun = True
        return True

    async def run(self) -> None:
        """Consume until `stop`; while the broker is away, tries again with bounded back-off.

        Raises `EngineFault` when the handler or the idle hook broke: the process must then end.
        """
        attempt = 0
        try:
            while not self._stopping.is_set():
                if not await self._is_prepared():
                    await self._wait(REFUSED_SECONDS)
                    continue
                membership = Membership(self._cluster, self._subscription, self._tuning, self._stopping)
                self._membership = membership
                try:
                    await membership.run()
                except NotAdmittedError as error:
                    log.critical("not_admitted", group=self._subscription.group, error=str(error))
                except (KafkaError, OSError, Unavailable) as error:
                    attempt = 1 if membership.has_joined else attempt + 1
                    await self._tell(error)
                    await self._wait(self._tuning.retry_seconds(attempt))
        finally:
            self._ended.set()

    async def _is_prepared(self) -> bool:
        """As `prepare`; when somebody does not answer, not yet."""
        try:
            return await self.prepare()
        except Unavailable as error:
            log.warning("not_prepared", group=self._subscription.group, error=str(error))
            return False

    async def _tell(self, error: KafkaError | OSError | Unavailable) -> None:
        """Say why the broker was lost; a refusal louder, since somebody has to do something."""
        if self._stopping.is_set():
            return
        group = self._subscription.group
        found = error if isinstance(error, Unavailable) else await self._cluster.no_answer(error)
        self._refusal = str(found) if isinstance(found, Refused) else None
        if self._refusal is not None:
            log.error("broker_refused", group=group, error=self._refusal)
        else:
            log.warning("broker_lost", group=group, error=f"{error!r} {found}")

    async def _wait(self, wait_seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await self._stopping.wait()

    async def stop(self) -> None:
        """Finish the batch in hand, commit it, leave the group; returns when `run` has ended.

        Bounded by `Tuning.graceful_stop_seconds` and one second to leave; call it on a running `run`.
        """
        self._stopping.set()
        await self._ended.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Consume while the block runs; the block is cancelled when consuming breaks, with its fault raised."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.run())
            await asyncio.sleep(0)
            try:
                yield self
            finally:
                await self.stop()

    def state(self) -> ConsumerState:
        """How the consumer is doing now."""
        state = self._membership.state() if self._membership is not None else ConsumerState()
        return state if state.is_joined else replace(state, refusal=self._refusal)
