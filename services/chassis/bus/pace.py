"""Flow control in bytes: never more published ahead of its readers than a partition can hold."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chassis.bus.progress import GroupProgress
from chassis.bus.publisher import Placed
from chassis.bus.records import Message

if TYPE_CHECKING:
    from aiokafka import TopicPartition

MAX_BYTES = 2 * 1024 * 1024
"""Under half of what the embedded broker keeps of a partition, whatever its readers have read."""
MAX_RECORDS = 20_000
RECORD_OVERHEAD_BYTES = 100
POLL_SECONDS = 0.005


class Pace:
    """Counts what was published and not yet committed by every one of some groups.

    A feeder calls `room` before publishing and `placed` after. Not safe to share between tasks.
    """

    def __init__(self, readers: Sequence[GroupProgress], max_bytes: int = MAX_BYTES) -> None:
        self._readers = readers
        self._max_bytes = max_bytes
        self._ahead: dict[TopicPartition, deque[tuple[int, int]]] = {}
        self._bytes: dict[TopicPartition, int] = {}

    async def room(self, messages: Sequence[Message], timeout_seconds: float | None = None) -> None:
        """Return when `messages` may be published, even if all fell into the fullest partition.

        A call that alone exceeds the bound waits until nothing is ahead. Raises `TimeoutError` after
        `timeout_seconds`, `Unavailable` when the broker does not answer.
        """
        wanted = sum(message.size_bytes + RECORD_OVERHEAD_BYTES for message in messages)
        async with asyncio.timeout(timeout_seconds):
            while self._is_full(wanted):
                await self._look()
                if self._is_full(wanted):
                    await asyncio.sleep(POLL_SECONDS)

    def placed(self, messages: Sequence[Message], outcomes: Sequence[Placed | BaseException]) -> None:
        """Note where `Publisher.place` put the messages; those it could not place weigh nothing."""
        for message, outcome in zip(messages, outcomes, strict=True):
            if isinstance(outcome, Placed):
                size = message.size_bytes + RECORD_OVERHEAD_BYTES
                self._ahead.setdefault(outcome.place, deque()).append((outcome.offset, size))
                self._bytes[outcome.place] = self._bytes.get(outcome.place, 0) + size

    def _is_full(self, wanted: int) -> bool:
        limit = self._max_bytes - wanted
        return any(
            size > 0 and (size > limit or len(self._ahead[place]) > MAX_RECORDS)
            for place, size in self._bytes.items()
        )

    async def _look(self) -> None:
        """Forget what every reader has committed."""
        seen = [await reader.committed(self._ahead) for reader in self._readers]
        for place, ahead in self._ahead.items():
            slowest = min((committed[place] for committed in seen), default=ahead[-1][0] + 1 if ahead else 0)
            while ahead and ahead[0][0] < slowest:
                self._bytes[place] -= ahead.popleft()[1]
