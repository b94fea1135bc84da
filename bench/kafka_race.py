"""One contender on real servers: vacancies go in at once, then a hundred a second; when each comes out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

import orjson
from aiokafka import AIOKafkaConsumer

from bench.kafka_bare import OF
from chassis.bus import Message, Publisher, Tuning

RATE = 100
"""Vacancies a second when latency is measured."""
LONGEST_SECONDS = 300.0
POLL_MS = 20
STREAM = "orientations"
DECIDED = b"orientation.decided"

Names = Callable[[bytes, dict[str, bytes]], bytes | None]
"""The vacancy a published message answers, from its value and headers; None when it answers none."""


def decided(value: bytes, _: dict[str, bytes]) -> bytes | None:
    """Of a service's message: the vacancy it decides."""
    return orjson.loads(value)["data"]["vacancy_id"].encode() if DECIDED in value else None


def answered(_: bytes, headers: dict[str, bytes]) -> bytes | None:
    """Of the bare loop's message: the vacancy it was made for."""
    return headers.get(OF)


@dataclass(slots=True)
class Ears:
    """Hears when each vacancy is first answered, and how much is published altogether."""

    consumer: AIOKafkaConsumer
    name_of: Names
    heard: dict[bytes, float] = field(default_factory=dict)
    messages: int = 0
    size_bytes: int = 0

    async def until(self, names: Sequence[bytes]) -> None:
        """Listen until each of these was answered; `TimeoutError` when some never are."""
        missing = set(names) - self.heard.keys()
        async with asyncio.timeout(LONGEST_SECONDS):
            while missing:
                for records in (await self.consumer.getmany(timeout_ms=POLL_MS)).values():
                    for record in records:
                        self._hear(record.value, dict(record.headers))
                missing -= self.heard.keys()

    def _hear(self, value: bytes, headers: dict[str, bytes]) -> None:
        name = self.name_of(value, headers)
        if name is not None:
            self.heard.setdefault(name, perf_counter())
            self.messages += 1
            self.size_bytes += len(value)


@asynccontextmanager
async def ears(bootstrap: str, name_of: Names) -> AsyncIterator[Ears]:
    """Someone who listens from now on."""
    consumer = AIOKafkaConsumer(STREAM, bootstrap_servers=bootstrap, auto_offset_reset="latest")
    async with consumer:
        for place in consumer.assignment():
            await consumer.position(place)
        yield Ears(consumer, name_of)


@dataclass(frozen=True, slots=True)
class Result:
    """Vacancies a second when there is always one waiting; latencies in seconds then, and at a hundred a second."""

    rate: float
    at_saturation: Sequence[float]
    at_rate: Sequence[float]


def percentile_ms(latencies: Sequence[float], percent: int) -> float:
    """The latency that so many in a hundred do not exceed, in milliseconds."""
    ordered = sorted(latencies)
    return 1_000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


async def race(bootstrap: str, messages: Sequence[Message], hearing: Ears) -> Result:
    """Publish all but a last part at once, the last part at `RATE`, each message named by its header."""
    publisher = Publisher(bootstrap, Tuning(linger_ms=1))
    await publisher.start()
    try:
        rest = max(1, len(messages) // 4)
        flooded = await _at_once(publisher, messages[:-rest], hearing)
        at_rate = await _one_by_one(publisher, messages[-rest:], hearing)
        return Result(len(flooded) / max(flooded), flooded, at_rate)
    finally:
        await publisher.stop()


async def _at_once(publisher: Publisher, messages: Sequence[Message], hearing: Ears) -> list[float]:
    """How long after the flood began each was answered."""
    began = perf_counter()
    _taken(await publisher.publish(messages))
    await hearing.until([_name(message) for message in messages])
    return [hearing.heard[_name(message)] - began for message in messages]


async def _one_by_one(publisher: Publisher, messages: Sequence[Message], hearing: Ears) -> list[float]:
    listening = asyncio.create_task(hearing.until([_name(message) for message in messages]))
    began, said = perf_counter(), {}
    for number, message in enumerate(messages):
        await asyncio.sleep(max(0.0, began + number / RATE - perf_counter()))
        said[_name(message)] = perf_counter()
        _taken(await publisher.publish([message]))
    await listening
    return [hearing.heard[name] - at for name, at in said.items()]


def _name(message: Message) -> bytes:
    return dict(message.headers)[OF]


def _taken(errors: Sequence[BaseException | None]) -> None:
    for error in errors:
        if error is not None:
            raise error
