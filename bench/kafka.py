"""Both ends of a real Kafka, with PostgreSQL between: one to three processes against a loop that only moves bytes."""

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from aiguillage.feeding import message_of
from bench.kafka_bare import OF
from bench.kafka_race import RATE, Result, answered, decided, ears, percentile_ms, race
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
FLOODED, STEADY = ", all at once", f", {RATE} a second"
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
        "From publishing a vacancy to hearing its decision; of all at once, from the first moment: most of it is the",
        "wait for its turn. The bare loop emits as many messages, of the same mean size.",
        "Conflicts: scopes decided again because another process wrote first. Two topics: the vacancies of each scope",
        "come by a shared topic and by the bailleur's own, which any two processes may be given.",
        "Servers, feeder and contenders share this machine's cores.",
    ]
    return section


async def _measure(
    section: Section, kafka: KafkaCluster, database: postgres.PostgresCluster, folder: Path, sizes: Sizes
) -> None:
    lines = busy_weeks(sizes.on_kafka)
    results: dict[str, Result] = {}
    conflicts: dict[str, int] = {}
    shape = (1, 1)
    for is_split in (False, True):
        for processes in sizes.processes:
            logs = folder / f"{processes}{is_split}"
            logs.mkdir()
            async with Stage.open(kafka, database, logs, TRUST="open") as stage:
                result, found, shape_now = await _serve(stage, lines, processes, is_split=is_split)
            shape = shape if results else shape_now
            what = f"{processes} process{'es' * (processes > 1)}{', two topics' * is_split}"
            results[what], conflicts[what] = result, found
    await kafka.forget_everything()
    results[BARE] = await _bare(kafka, lines, shape)
    section.rows = [
        row for what, result in results.items() for row in _rows(what, result, results[BARE], conflicts)
    ]


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


def _rows(what: str, result: Result, bare: Result, conflicts: Mapping[str, int]) -> list[Row]:
    """One row a load, each figure beside its ratio to the bare loop's."""
    rate = {"vacancies/s": result.rate, "× bare": result.rate / bare.rate}
    flooded = rate | _latencies(result.at_saturation, bare.at_saturation)
    if what in conflicts:
        flooded["conflicts"] = conflicts[what]
    return [Row(what + FLOODED, flooded), Row(what + STEADY, _latencies(result.at_rate, bare.at_rate))]


def _latencies(ours: Sequence[float], bare: Sequence[float]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for percent in (50, 99):
        found = percentile_ms(ours, percent)
        figures |= {f"p{percent} ms": found, f"× p{percent}": found / percentile_ms(bare, percent)}
    return figures
