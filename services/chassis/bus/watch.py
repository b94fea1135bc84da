"""Watches a consumer poll: when it last did, what it holds, how far the broker is ahead of it."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import ConsumerStoppedError, KafkaError

NOWHERE = TopicPartition("", 0)
KEEP_ALIVE_SECONDS = 1.0
POSITION_SECONDS = 0.1
"""A position that is known is told at once; without a leader there is none, and work is not to wait for it."""


class PollWatch:
    """Stands before one consumer's `getmany`, the only place where a poll can be seen.

    FastStream retries a failing poll for ever, and one whose group coordination died stays silent
    for ever; here the first error is handed to `on_error`, so that the consumer is made anew.
    """

    def __init__(self, consumer: AIOKafkaConsumer, on_error: Callable[[KafkaError], None]) -> None:
        self._consumer = consumer
        self._getmany = consumer.getmany
        self._on_error = on_error
        self.polled_at: float | None = None
        self.is_in_hand = False
        """A batch was given out and its handler has not finished with it."""
        consumer.getmany = self._poll

    async def _poll(self, *partitions: TopicPartition, **options: Any) -> Mapping[TopicPartition, Any]:  # noqa: ANN401 - aiokafka's own options, passed on
        try:
            batches: Mapping[TopicPartition, Any] = await self._getmany(*partitions, **options)
        except ConsumerStoppedError:
            raise
        except KafkaError as error:
            self._on_error(error)
            raise
        self.polled_at = asyncio.get_running_loop().time()
        self.is_in_hand = bool(batches)
        return batches

    async def keep_alive(self) -> None:
        """Count as polling while a batch waits to be retried, without taking a record out.

        Asking for a partition nobody owns returns nothing and restarts `max_poll_interval_ms`.
        """
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                await self._getmany(NOWHERE, timeout_ms=0)

    async def positions(self) -> dict[TopicPartition, int]:
        """Where the consumer goes on in each partition it has been given; what is not known yet is left out.

        However many partitions have no leader, they are waited for together.
        """
        places = list(self._consumer.assignment())
        found = await asyncio.gather(*map(self._position, places))
        return {place: at for place, at in zip(places, found, strict=True) if at is not None}

    async def _position(self, place: TopicPartition) -> int | None:
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(POSITION_SECONDS):
                at: int = await self._consumer.position(place)
                return at
        return None

    async def lag_records(self, wait_seconds: float) -> dict[TopicPartition, int] | None:
        """What the broker has beyond the consumer's positions; `None` when it cannot be told now.

        Positions, not committed offsets: a transaction's markers are skipped, never handled.
        """
        assigned = list(self._consumer.assignment())
        try:
            async with asyncio.timeout(wait_seconds):
                ends = await self._consumer.end_offsets(assigned) if assigned else {}
                return {
                    place: max(0, ends[place] - await self._consumer.position(place)) for place in assigned
                }
        except (KafkaError, TimeoutError):
            return None
