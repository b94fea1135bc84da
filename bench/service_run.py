"""Our side of the end-to-end race: the orientation service at work, every step timed from outside."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from prometheus_client import CollectorRegistry

from bench.stopwatch import Place, Stopwatch
from bench.stream import VACANCIES, Lap, stream
from chassis.bus import Message, Publisher, Record
from chassis.journal import SqlJournal
from chassis.settings import Settings
from chassis.telemetry import configure_logging
from orientation import handlers, publishing
from orientation.app import orientation_service
from orientation.domain import event_clock
from orientation.handlers import Orientation
from orientation.scope_batch import ScopeBatch

STEPS: dict[str, Sequence[Place]] = {
    "read and validate": [(handlers, "receive")],
    "look up in the journal": [(SqlJournal, "known"), (SqlJournal, "vacancies"), (SqlJournal, "published")],
    "decide": [(handlers, "route"), (event_clock, "route")],
    "encode rows": [(ScopeBatch, "add"), (ScopeBatch, "append")],
    "append to the journal": [(SqlJournal, "append")],
    "encode messages": [(publishing.Publishing, "_due_of")],
    "publish and await acknowledgement": [(Publisher, "publish")],
    "mark as published": [(SqlJournal, "mark_published")],
    "log and count": [(Orientation, "_tell")],
}


@dataclass(frozen=True, slots=True)
class Served:
    """What a run took, step by step, and what it published."""

    lap: Lap
    steps: Mapping[str, float]
    published: list[Message]


async def serve(vacancies: int) -> Served:
    """Let the service decide, journal and publish the vacancies of a stream."""
    configure_logging(sys.stderr, "WARNING")
    lap, published, watch = Lap(vacancies), list[Message](), Stopwatch()
    handle, publish = Orientation.handle, Publisher.publish

    async def timed(self: Orientation, records: Sequence[Record]) -> None:
        declared = sum(record.topic == VACANCIES for record in records)
        if declared and lap.begin():
            published.clear()
            watch.seconds.clear()
        await handle(self, records)
        lap.end(declared)

    async def kept(self: Publisher, messages: Sequence[Message]) -> list[BaseException | None]:
        published.extend(messages)
        return await publish(self, messages)

    async with stream(vacancies) as source:
        with (
            TemporaryDirectory() as folder,
            patch.object(Orientation, "handle", timed),
            patch.object(Publisher, "publish", kept),
            watch.watching(STEPS),
        ):
            settings = Settings(
                kafka=source.bootstrap, bus=source.tuning, data=Path(folder), clock="event", trust="open"
            )
            async with orientation_service(settings, source.bootstrap, CollectorRegistry()):
                await lap.over()
    return Served(lap, watch.seconds, published)
