"""Both ends of a real Kafka, with PostgreSQL between: one to three processes against a loop that only moves bytes."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from aiguillage.feeding import message_of
from bench.kafka_bare import OF
from bench.kafka_race import Result, answered, decided, ears, percentile_ms, race
from bench.material import before, busy_weeks, declarations
from bench.report import Row, Section
from bench.sizes import Sizes
from chassis.bus import Message, Publisher
from chassis.bus.topics import Topics
from chassis.telemetry import configure_logging
from tests import postgres
from tests.cluster.stage import QUICK, Stage
from tests.kafka import KafkaCluster, a_kafka, wanting

BARE = "bare aiokafka loop, 1 process"
LOOK_SECONDS = 0.1
SHARED = ("vacancies", "conventions", "orientations")


def measure(sizes: Sizes) -> Section:
    """The section; without Java, Maven or PostgreSQL it says what is wanting."""
    section = Section("kafka", f"Real Kafka and PostgreSQL: {sizes.on_kafka} vacancies from topic to topic")
    reason = wanting() or postgres.wanting()
    if reason:
        section.notes.append(f"not available: {reason}")
        return section
    configure_logging(sys.stderr, "CRITICAL")
    logging.getLogger("aiokafka").setLevel("CRITICAL")  # it tells of each new topic's first moments
    with a_kafka() as kafka, postgres.a_cluster() as database, TemporaryDirectory() as folder:
        asyncio.run(_measure(section, kafka, database, Path(folder), sizes))
    section.notes += [
        "Vacancies a second: all published at once, until the last decision is heard. p50, p99: from publishing one",
        "to hearing its decision, at 100 a second; flooded: from the first moment of all at once, its place in the",
        "queue included. The bare loop emits as many messages, of the same mean size.",
        "Conflicts: scopes decided again because another process wrote first. Two topics: the vacancies of each scope",
        "come by a shared topic and by the bailleur's own, which any two processes may be given.",
        "Servers, feeder and contenders share this machine's cores.",
    ]
    return section


async def _measure(
    section: Section, kafka: KafkaCluster, database: postgres.PostgresCluster, folder: Path, sizes: Sizes
) -> None:
    lines = busy_weeks(sizes.on_kafka)
    rows: list[Row] = []
    shape = (1, 1)
    for is_split in (False, True):
        for processes in sizes.processes:
            logs = folder / f"{processes}{is_split}"
            logs.mkdir()
            async with Stage.open(kafka, database, logs, TRUST="open") as stage:
                result, conflicts, shape_now = await _serve(stage, lines, processes, is_split=is_split)
            shape = shape_now if not rows else shape
            what = f"service, {processes} process{'es' * (processes > 1)}{', two topics' * is_split}"
            rows.append(Row(what, _figures(result) | {"conflicts": conflicts}))
    await kafka.forget_everything()
    bare = Row(BARE, _figures(await _bare(kafka, lines, shape)))
    section.rows = [_compared(row, bare) for row in (*rows, bare)]


async def _serve(
    stage: Stage, lines: Sequence[bytes], processes: int, *, is_split: bool
) -> tuple[Result, int, tuple[int, int]]:
    """The service's result, its conflicts, and what it emits for a vacancy: messages, and bytes of each."""
    bootstrap = stage.kafka.bootstrap
    messages = [
        _named(line, own=is_split and number % 2 == 1) for number, line in enumerate(declarations(lines))
    ]
    await Topics(bootstrap).make({*SHARED, *(message.topic for message in messages)})
    replicas = await stage.start("orientation", processes)
    await stage.joined(replicas)
    await _say(bootstrap, [message_of(line) for line in before(lines)])
    await _applied(stage)
    async with ears(bootstrap, decided) as hearing:
        result = await race(bootstrap, messages, hearing)
        await _applied(stage)
    conflicts = sum(each.log.read_bytes().count(b"scope_taken_by_another") for each in replicas)
    history = (await stage.history()).records
    emitted = [
        r for topic, found in history.items() if topic.startswith((SHARED[2], "proposals.")) for r in found
    ]
    size = sum(len(record.value or b"") for record in emitted) // len(emitted)
    return result, conflicts, (round(len(emitted) / len(messages)), size)


async def _applied(stage: Stage) -> None:
    """Wait until the service has applied all there is."""
    while await stage.lag("orientation"):  # noqa: ASYNC110 - it happens in other processes
        await asyncio.sleep(LOOK_SECONDS)


async def _bare(kafka: KafkaCluster, lines: Sequence[bytes], shape: tuple[int, int]) -> Result:
    await Topics(kafka.bootstrap).make(SHARED)
    async with _looping(kafka.bootstrap, *shape), ears(kafka.bootstrap, answered) as hearing:
        return await race(kafka.bootstrap, [_named(line, own=False) for line in declarations(lines)], hearing)


@asynccontextmanager
async def _looping(bootstrap: str, messages: int, size_bytes: int) -> AsyncIterator[None]:
    command = (sys.executable, "-m", "bench.kafka_bare", bootstrap, str(messages), str(size_bytes))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        await process.stdout.readline()
        yield
    finally:
        process.kill()
        await process.wait()


def _named(line: bytes, *, own: bool) -> Message:
    """A declaration with its vacancy's name in a header, on the shared topic or on the bailleur's own."""
    message, data = message_of(line), orjson.loads(line)["data"]
    topic = f"{message.topic}.{data['bailleur']}" if own else message.topic
    return replace(message, topic=topic, headers=((OF, data["vacancy_id"].encode()),))


async def _say(bootstrap: str, messages: Sequence[Message]) -> None:
    publisher = Publisher(bootstrap, QUICK)
    await publisher.start()
    try:
        await publisher.publish(messages)
    finally:
        await publisher.stop()


def _figures(result: Result) -> dict[str, float]:
    return {
        "vacancies/s": result.rate,
        "p50 ms": percentile_ms(result.at_rate, 50),
        "p99 ms": percentile_ms(result.at_rate, 99),
        "p50 ms flooded": percentile_ms(result.at_saturation, 50),
        "p99 ms flooded": percentile_ms(result.at_saturation, 99),
    }


def _compared(row: Row, bare: Row) -> Row:
    """The row, each figure beside its ratio to the bare loop's."""
    figures: dict[str, float] = {}
    for name, peer in bare.figures.items():
        figures |= {name: row.figures[name], f"× bare {name.replace(' ms', '')}": row.figures[name] / peer}
    return replace(row, figures=figures | {k: v for k, v in row.figures.items() if k == "conflicts"})
