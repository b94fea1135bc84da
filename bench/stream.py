"""A stream alike for each contender: an embedded broker of its own that already holds every vacancy."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter, process_time

from aiguillage.everything import PARTITIONS, SHARED_TOPICS
from aiguillage.feeding import message_of
from aiguillage.parties import Player
from bench.material import before, busy_weeks, declarations
from chassis.bus import GroupProgress, Pace, Publisher, Tuning
from chassis.bus.embedded import EmbeddedBroker

VACANCIES = "vacancies"
HELD_BYTES = 4 * 1024 * 1024
"""Of the 5 MiB the broker keeps of a partition."""
AT_ONCE = 200
ROOM_SECONDS = 5.0
"""Nobody reads yet: when there is no room at once there never will be."""
LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Stream:
    """Where the broker is, and the clients' numbers that suit it."""

    bootstrap: str
    tuning: Tuning


@asynccontextmanager
async def stream(vacancies: int) -> AsyncIterator[Stream]:
    """A broker with its topics made, conventions and so many vacancies published.

    Raises `TimeoutError` when they do not all fit: the broker would drop the first ones unread.
    """
    with EmbeddedBroker() as broker:
        lines = busy_weeks(vacancies)
        for topic in (*SHARED_TOPICS, *sorted(Player(lines).topics()[1])):
            broker.cluster.create_topic(topic, PARTITIONS)
        await _publish(broker.bootstrap, broker.tuning, [*before(lines), *declarations(lines)])
        yield Stream(broker.bootstrap, broker.tuning)


async def _publish(bootstrap: str, tuning: Tuning, lines: Sequence[bytes]) -> None:
    publisher = Publisher(bootstrap, tuning)
    await publisher.start()
    try:
        async with GroupProgress(bootstrap, "nobody", tuning) as nobody:
            pace = Pace([nobody], HELD_BYTES)
            for start in range(0, len(lines), AT_ONCE):
                messages = [message_of(line) for line in lines[start : start + AT_ONCE]]
                await pace.room(messages, ROOM_SECONDS)
                pace.placed(messages, await publisher.place(messages))
    finally:
        await publisher.stop()


class Lap:
    """From the moment the first vacancies are in hand to the moment all are dealt with."""

    def __init__(self, vacancies: int) -> None:
        self._vacancies = vacancies
        self._done = 0
        self._start = self._end = self._cpu_start = self._cpu_end = 0.0
        self._over = asyncio.Event()

    def begin(self) -> bool:
        """Vacancies are in hand; only the first call counts, and returns true."""
        if self._start:
            return False
        self._start, self._cpu_start = perf_counter(), process_time()
        return True

    def end(self, vacancies: int) -> None:
        """So many more are dealt with."""
        self._done += vacancies
        self._end, self._cpu_end = perf_counter(), process_time()
        if self._done >= self._vacancies:
            self._over.set()

    async def over(self) -> None:
        """Wait until all are; `TimeoutError` when some never come."""
        async with asyncio.timeout(LONGEST_SECONDS):
            await self._over.wait()

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self._end - self._start

    @property
    def cpu_microseconds(self) -> float:
        """CPU time of a vacancy, over all threads: the broker's own is among them."""
        return 1e6 * (self._cpu_end - self._cpu_start) / self._vacancies

    @property
    def rate(self) -> float:
        """Vacancies a second."""
        return self._vacancies / self.seconds
