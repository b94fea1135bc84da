"""The peers of the end-to-end race: they emit what the service emitted, and think of nothing."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.annotations import KafkaMessage as Acknowledgeable

from bench.stream import VACANCIES, Lap, stream
from chassis.bus import Message

BATCH = 500
POLL_MS = 10


class Emissions:
    """The messages of each vacancy in turn: as many, and of the same bytes, as the service published."""

    def __init__(self, published: Sequence[Message], vacancies: int) -> None:
        self._published, self._vacancies, self._turn = published, vacancies, 0

    def of_next(self) -> Sequence[Message]:
        """Those of the next vacancy."""
        start, end = (len(self._published) * turn // self._vacancies for turn in (self._turn, self._turn + 1))
        self._turn += 1
        return self._published[start:end]


async def bare_loop(vacancies: int, emissions: Emissions) -> Lap:
    """Run aiokafka alone: take a batch, send everything, await it all, commit."""
    lap = Lap(vacancies)
    async with stream(vacancies) as source:
        settings = source.tuning.consumer() | {"enable_auto_commit": False}
        consumer = AIOKafkaConsumer(
            VACANCIES, bootstrap_servers=source.bootstrap, group_id="bench", **settings
        )
        async with (
            AIOKafkaProducer(bootstrap_servers=source.bootstrap, **source.tuning.producer()) as producer,
            consumer,
        ):
            done = 0
            while done < vacancies:
                batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)
                records = [record for batch in batches.values() for record in batch]
                if not records:
                    continue
                lap.begin()
                messages = [message for _ in records for message in emissions.of_next()]
                sent = [await producer.send(m.topic, m.value, key=m.key) for m in messages]
                await asyncio.gather(*sent)
                await consumer.commit()
                lap.end(len(records))
                done += len(records)
    return lap


async def one_at_a_time(vacancies: int, emissions: Emissions) -> Lap:
    """A FastStream handler as its first page shows it: each message awaited, each vacancy acknowledged."""
    lap = Lap(vacancies)
    async with stream(vacancies) as source:
        broker = KafkaBroker(
            source.bootstrap,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=0,
            logger=None,
        )

        @broker.subscriber(  # type: ignore[untyped-decorator]  # FastStream types the handler away
            VACANCIES,
            group_id="bench",
            ack_policy=AckPolicy.MANUAL,
            decoder=_untouched,
            **source.tuning.consumer(),
        )
        async def handle(_: bytes, vacancy: Acknowledgeable) -> None:
            lap.begin()
            for message in emissions.of_next():
                await broker.publish(message.value, message.topic, key=message.key)
            await vacancy.ack()
            lap.end(1)

        async with broker:
            await broker.start()
            await lap.over()
    return lap


async def _untouched(message: KafkaMessage) -> object:
    return message.body
