"""A topic too long to be held is read a part at a time: the same records, as few at once as was asked."""

from collections import defaultdict
from collections.abc import Iterable

import pytest

from chassis.bus import Message, Publisher, Record, Tail, Tuning
from chassis.bus.embedded import EmbeddedBroker

pytestmark = pytest.mark.embedded

RECORDS = 40
AT_ONCE = 3


def by_partition(records: Iterable[Record]) -> dict[tuple[str, int], list[tuple[int, bytes | None]]]:
    found = defaultdict(list)
    for record in records:
        found[record.topic, record.partition].append((record.offset, record.value))
    return found


async def test_chunks_of_a_few_records_hold_what_one_read_gives_and_go_on_after_it(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    await publisher.publish([Message("in", b"%d" % n, b"a%d" % n) for n in range(RECORDS)])
    await publisher.publish([Message("in.b", b"%d" % n, b"b%d" % n) for n in range(RECORDS)])
    async with (
        Tail(broker.bootstrap, r"in(\..+)?", tuning) as whole,
        Tail(broker.bootstrap, r"in(\..+)?", tuning) as parts,
    ):
        chunks = [chunk async for chunk in parts.chunks(AT_ONCE)]
        assert {len(chunk) <= AT_ONCE for chunk in chunks} == {True}
        read = await whole.read()
        assert len(read) == 2 * RECORDS
        assert by_partition(record for chunk in chunks for record in chunk) == by_partition(read)
        assert len(by_partition(read)) > 2, "in several partitions of each topic"
        await publisher.publish([Message("in", b"k", b"later")])
        [[later]] = [chunk async for chunk in parts.chunks(AT_ONCE)]
        assert later.value == b"later"
        assert [chunk async for chunk in parts.chunks(AT_ONCE)] == []


async def test_chunks_left_before_their_end_are_read_again(
    broker: EmbeddedBroker, tuning: Tuning, publisher: Publisher
) -> None:
    await publisher.publish([Message("in", b"k", b"%d" % n) for n in range(RECORDS)])
    async with Tail(broker.bootstrap, "in", tuning) as tail:
        chunks = tail.chunks(AT_ONCE)
        first = await anext(chunks)
        await chunks.aclose()
        assert [record.value for record in await tail.read()][: len(first)] == [r.value for r in first]
