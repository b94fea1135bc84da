"""The bare loop as a process: `python -m bench.kafka_bare BOOTSTRAP MESSAGES BYTES`, until it is ended.

Takes vacancies in batches, emits so many messages of so many bytes for each, awaits them all, commits.
"""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis.bus import Tuning

OF = "of"
"""Header that names the vacancy a message answers: its key there."""
TOPIC, BATCH, POLL_MS = "orientations", 500, 50


async def loop(bootstrap: str, messages: int, size_bytes: int) -> None:
    """Consume and produce for ever."""
    tuning, body = Tuning(), bytes(size_bytes)
    settings = tuning.consumer() | {"enable_auto_commit": False}
    consumer = AIOKafkaConsumer("vacancies", bootstrap_servers=bootstrap, group_id="bare", **settings)
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **tuning.producer()) as producer, consumer:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)
            records = [record for batch in batches.values() for record in batch]
            sent = [
                await producer.send(TOPIC, body, key=record.key, headers=[(OF, dict(record.headers)[OF])])
                for record in records
                for _ in range(messages)
            ]
            if sent:
                await asyncio.gather(*sent)
                await consumer.commit()


if __name__ == "__main__":
    asyncio.run(loop(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
