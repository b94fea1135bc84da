"""Says where a journal stands on the topic `checkpoints`, and reads again what was said there.

Whoever keeps that topic can tell a journal whose tail was cut, or whose chain was computed anew after a row was
altered, from the one that stood there.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog
from pydantic import ValidationError

from chassis.bus.records import Message
from chassis.journal import Head, Ledger, Row
from chassis.unavailable import Unavailable
from contracts.canonical import encode
from contracts.envelope import derived_id, emit, open_emitted
from contracts.events.checkpoints import CheckpointPublished
from contracts.rejected import Rejected

log = structlog.get_logger("journal")

CHECKPOINTS = "checkpoints"
CHECKPOINT_PUBLISHED = "checkpoint.published"
AT_ONCE = 500
"""Checkpoints handed to the broker together."""
FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 5.0
FAREWELL_SECONDS = 1.0
"""How long a service that stops takes for its last checkpoints."""


class Publishes(Protocol):
    """What takes messages to their topics; one outcome each, None when acknowledged."""

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """Publish, in order."""
        ...


class Checkpointing:
    """Publishes the head of each scope that has moved since its last checkpoint.

    A checkpoint says nothing but what the row says: two publishers of one journal, or one started again, publish
    the same bytes under the same id.
    """

    def __init__(
        self,
        service: str,
        journal: Ledger,
        publisher: Publishes,
        every_seconds: float,
        is_admitted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._service = service
        self._journal = journal
        self._publisher = publisher
        self._every_seconds = every_seconds
        self._is_admitted = is_admitted
        self._said: dict[str, int] = {}

    async def publish(self) -> int:
        """Publish what moved; how many. `Unavailable` when journal or broker do not take all of it.

        Of a journal that is not let in nothing is said.
        """
        if not self._is_admitted():
            return 0
        heads = await self._journal.heads()
        moved = [scope for scope, head in sorted(heads.items()) if head.version > self._said.get(scope, 0)]
        for start in range(0, len(moved), AT_ONCE):
            await self._say([(scope, heads[scope]) for scope in moved[start : start + AT_ONCE]])
        return len(moved)

    async def _say(self, heads: Sequence[tuple[str, Head]]) -> None:
        rows = [row for scope, head in heads for row in await self._journal.rows(scope, head.version - 1, 1)]
        errors = await self._publisher.publish([_message(self._service, row) for row in rows])
        self._said.update(
            (row.scope, row.version) for row, error in zip(rows, errors, strict=True) if error is None
        )
        if failed := next(filter(None, errors), None):
            raise Unavailable("some checkpoints were not acknowledged") from failed

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Publish at intervals while the block runs, and once more at its end.

        The block is cancelled, and the fault raised, when the journal turns out to be corrupt.
        """
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self._publish_for_ever())
            try:
                yield
            finally:
                task.cancel()
                with suppress(TimeoutError, Unavailable):
                    async with asyncio.timeout(FAREWELL_SECONDS):
                        await self._publish_apart()

    async def _publish_for_ever(self) -> None:
        wait_seconds = self._every_seconds
        while True:
            await asyncio.sleep(wait_seconds)
            try:
                await self._publish_apart()
            except Unavailable as error:
                log.warning("checkpoint_delayed", service=self._service, error=str(error))
                is_new = wait_seconds == self._every_seconds
                wait_seconds = FIRST_RETRY_SECONDS if is_new else min(2 * wait_seconds, LONGEST_RETRY_SECONDS)
            else:
                wait_seconds = self._every_seconds

    async def _publish_apart(self) -> None:
        """Publish; cancelled, do not wait for the journal, whose transactions go to their end."""
        publishing = asyncio.create_task(self.publish())
        try:
            await asyncio.shield(publishing)
        finally:
            publishing.cancel()


def _message(service: str, row: Row) -> Message:
    body = {
        "service": service,
        "scope": row.scope,
        "version": row.version,
        "hash": row.hash,
        "recorded_at": row.recorded_at.isoformat(),
    }
    value = emit(
        type=CHECKPOINT_PUBLISHED,
        id=derived_id(row.hash, service),
        source=f"/aiguillage/{service}",
        time=row.recorded_at,
        subject=row.scope,
        data=encode(body),
    )
    return Message(CHECKPOINTS, f"{service} {row.scope}".encode(), value)


def checkpoint_in(value: bytes) -> CheckpointPublished:
    """The checkpoint an event tells; `ValueError` when it is none."""
    try:
        return CheckpointPublished.model_validate(open_emitted(value).data, strict=False)
    except (Rejected, ValidationError) as error:
        raise ValueError(f"Ce n'est pas un point de contrôle : {value[:80]!r}") from error
