"""One sequence told with two contents is an alarm: logged, counted, told on health; an honest repeat is none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
from structlog.testing import capture_logs

from chassis.bus import Record


def told_otherwise(record: Record, **changes: object) -> Record:
    event = orjson.loads(record.value or b"")
    event["data"] |= {"at": "2026-01-01T00:00:00.000000Z"}
    return replace(record, offset=record.offset + 1_000, value=orjson.dumps(event | changes))


async def test_a_sequence_told_two_ways_is_an_alarm_and_folded_once(
    running: Callable[..., Any], url: str, stream: list[Record]
) -> None:
    counted: list[int] = []
    async with running(url) as (compliance, journal):
        compliance.two_ways.alarmed = counted.append
        await compliance.handle(stream)
        before = await journal.heads()
        assert not compliance.two_ways.check().is_degraded
        with capture_logs() as logs:
            await compliance.handle([told_otherwise(stream[0])])
        assert await journal.heads() == before
        check = compliance.two_ways.check()
    assert [entry["event"] for entry in logs if entry["log_level"] == "critical"] == [
        "sequence_told_two_ways"
    ]
    assert counted == [1]
    assert check.is_degraded
    assert "deux journaux" in str(check.detail["alarm"])
    assert check.detail["told_two_ways"] == [f"{stream[0].key.decode() if stream[0].key else ''} n° 1"]


async def test_another_id_under_a_sequence_is_an_alarm_too(
    running: Callable[..., Any], url: str, stream: list[Record]
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream)
        await compliance.handle([told_otherwise(stream[0], id="of-another-journal")])
        assert compliance.two_ways.check().is_degraded


async def test_what_is_published_again_is_counted_as_repeated_and_no_alarm(
    running: Callable[..., Any], url: str, stream: list[Record]
) -> None:
    repeated: list[int] = []
    async with running(url) as (compliance, _):
        compliance.two_ways.repeated = repeated.append
        await compliance.handle(stream)
        await compliance.handle(stream[:7])
        await compliance.handle([stream[8], stream[8]])
        assert not compliance.two_ways.check().is_degraded
    assert sum(repeated) == 9


async def test_two_contents_in_one_batch_are_an_alarm(
    running: Callable[..., Any], url: str, stream: list[Record]
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle([stream[0], told_otherwise(stream[0])])
        assert compliance.two_ways.check().is_degraded
