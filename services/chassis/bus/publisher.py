"""Publishes messages: every one is acknowledged by all replicas, or its error is handed back."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError, KafkaError, MessageSizeTooLargeError

from chassis.bus.cluster import Cluster
from chassis.bus.not_let_in import Refused, refusal
from chassis.bus.records import Message
from chassis.bus.topics import Topics
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

log = structlog.get_logger(__name__)

CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a published message stands."""

    place: TopicPartition
    offset: int


class Publisher:
    """An idempotent producer that is re-made after a fatal error; safe to share between tasks.

    Messages of one call keep their order within a partition. A message whose fate is unknown counts
    as failed: the caller publishes it again, and readers drop doubles by their ids. A topic that is
    not there is made; one that cannot be fails its own messages only.
    """

    def __init__(self, cluster: Cluster | str, tuning: Tuning | None = None) -> None:
        self._cluster = Cluster.of(cluster)
        self._tuning = tuning or Tuning()
        self._topics = Topics(self._cluster, self._tuning)
        self._producer: AIOKafkaProducer | None = None
        self.refused: dict[str, str] = {}
        """Why the cluster does not take what goes to a topic: somebody has to act."""
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Connect; `Unavailable` when no broker answers."""
        async with self._turn:
            await self._connected()

    async def stop(self) -> None:
        """Close the connection; publishing again reconnects."""
        async with self._turn:
            await self._discard()

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """One entry per message, in order: `None` when acknowledged, else why not.

        Raises `Unavailable` when no broker can be reached at all: then nothing was sent.
        """
        return [None if isinstance(outcome, Placed) else outcome for outcome in await self.place(messages)]

    async def place(self, messages: Sequence[Message]) -> list[Placed | BaseException]:
        """As `publish`, but says where each acknowledged message stands."""
        async with self._turn:
            producer = await self._connected()
            missing = await self._topics.make({message.topic for message in messages})
            sent = iter(await self._sent(producer, [m for m in messages if m.topic not in missing]))
            outcomes = [
                not_sent(message.topic, missing[message.topic]) if message.topic in missing else next(sent)
                for message in messages
            ]
        for message, outcome in zip(messages, outcomes, strict=True):
            self._note(message.topic, outcome)
        return outcomes

    def _note(self, topic: str, outcome: Placed | BaseException) -> None:
        """Remember what the cluster refuses, and say so once, until it takes a message of that topic."""
        if isinstance(outcome, Placed):
            self.refused.pop(topic, None)
        elif isinstance(outcome, Refused):
            if self.refused.get(topic) != str(outcome):
                log.error("publication_refused", topic=topic, error=str(outcome))
            self.refused[topic] = str(outcome)

    async def _sent(
        self, producer: AIOKafkaProducer, messages: Sequence[Message]
    ) -> list[Placed | BaseException]:
        outcomes = await self._send(producer, messages)
        broken = [o for o in outcomes if not isinstance(o, (Placed, MessageSizeTooLargeError))]
        if broken:
            log.warning("producer_discarded", error=repr(broken[0]), messages=len(broken))
            self._topics.forget()
            await self._discard()
        return outcomes

    async def _connected(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(**self._cluster.client(), **self._tuning.producer())
            try:
                async with asyncio.timeout(self._tuning.publish_timeout_seconds):
                    await producer.start()
            except (KafkaError, TimeoutError, OSError) as error:
                await _close(producer)
                raise await self._cluster.no_answer(error) from error
            except asyncio.CancelledError:
                await _close(producer)
                raise
            self._producer = producer
        return self._producer

    async def _send(
        self, producer: AIOKafkaProducer, messages: Sequence[Message]
    ) -> list[Placed | BaseException]:
        sent: list[asyncio.Future[Any] | BaseException] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(self._tuning.publish_timeout_seconds):
                for message in messages:
                    sent.append(await _enqueue(producer, message))  # noqa: PERF401 - kept when time runs out
                waiting = [future for future in sent if isinstance(future, asyncio.Future)]
                if waiting:
                    await asyncio.wait(waiting)
        unsent = [_unacknowledged() for _ in messages[len(sent) :]]
        return [_outcome(future) for future in sent] + unsent

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _close(producer)


async def _enqueue(producer: AIOKafkaProducer, message: Message) -> "asyncio.Future[Any] | BaseException":
    try:
        sent: asyncio.Future[Any] = await producer.send(
            message.topic, message.value, key=message.key, headers=list(message.headers)
        )
    except KafkaError as error:
        unsent: BaseException = error
        return unsent
    return sent


def _outcome(sent: "asyncio.Future[Any] | BaseException") -> Placed | BaseException:
    if isinstance(sent, asyncio.Future):
        if not sent.done():
            sent.cancel()
            return _unacknowledged()
        error = sent.exception()
        if error is None:
            metadata = sent.result()
            return Placed(TopicPartition(metadata.topic, metadata.partition), metadata.offset)
        sent = error
    if isinstance(sent, KafkaConnectionError) or getattr(sent, "retriable", False):
        unavailable = _unacknowledged()
        unavailable.__cause__ = sent
        return unavailable
    if why := refusal(sent):
        refused = Refused(why)
        refused.__cause__ = sent
        return refused
    return sent


def not_sent(topic: str, why: Unavailable) -> Unavailable:
    """What becomes of a message whose topic is not there: `Refused` only if that is why it cannot be made."""
    return type(why)(f"the topic {topic} is missing and cannot be made: {why}")


def _unacknowledged() -> BaseException:
    return Unavailable("no broker acknowledged the message in time")


async def _close(producer: AIOKafkaProducer) -> None:
    """Give up what is unsent, then close.

    aiokafka's own `stop` first waits, for ever if need be, until everything is sent; messages given
    up must not leave later, after newer ones.
    """
    with suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await asyncio.sleep(0)  # a sender cancelled before its first step hands its cancellation on to us
            await producer._sender.close()  # noqa: SLF001 - no public way to give up
            producer._message_accumulator.fail_all(_unacknowledged())  # noqa: SLF001 - as above
            await producer.stop()
