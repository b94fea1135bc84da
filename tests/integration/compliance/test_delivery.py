"""However the stream is delivered, it is counted once and in order; progress is said in time, never once an item."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest

from chassis.bus import Record, Unavailable
from chassis.clock import FixedClock
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze
from compliance.domain.telling import progress_of
from compliance.items import read_items
from contracts.canonical import encode_own

Running = Callable[..., Any]


def progress(outlet: Any) -> list[Any]:
    return [message for message in outlet.said if message.topic == "progress"]


def folded(stream: list[Record]) -> dict[str, bytes]:
    """What the whole stream comes to, by scope, read once and in order."""
    projections: dict[str, Projection] = {}
    for item in read_items(stream):
        apply(projections.setdefault(item.scope, Projection(item.scope)), item.kind, item.data)
    return {scope: freeze(projection) for scope, projection in projections.items()}


def held(compliance: Any) -> dict[str, bytes]:
    return {projection.scope: freeze(projection) for projection in compliance.projections.held()}


@pytest.mark.parametrize("seed", range(4))
async def test_records_that_come_twice_or_late_are_counted_once_and_in_order(
    stream: list[Record], running: Running, url: str, seed: int
) -> None:
    """A record overtaken by later ones comes again, as it does once a hole is healed."""
    draws = Random(seed)
    async with running(url) as (compliance, _):
        start = 0
        while start < len(stream):
            size = draws.randint(1, 40)
            batch = stream[start : start + size]
            draws.shuffle(batch)
            await compliance.handle(batch)
            await compliance.handle([*batch, *draws.sample(stream[: start + size], k=min(5, start + 1))])
            again = max(start - 60, 0)
            await compliance.handle(stream[again : start + size])
            start += size
        assert held(compliance) == folded(stream)
        assert not compliance.holes


async def test_a_stop_at_any_batch_loses_nothing(stream: list[Record], running: Running, url: str) -> None:
    for start in range(0, len(stream), 97):
        async with running(url) as (compliance, _):
            await compliance.handle(stream[max(start - 10, 0) : start + 97])
    async with running(url) as (compliance, _):
        found = {each.scope: freeze(each) async for each in compliance.projections.each()}
        assert found == folded(stream)


async def test_progress_is_said_once_for_each_convention_of_a_batch(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream)
        said = Counter(message.key for message in progress(outlet))
        conventions = {name for p in compliance.projections.held() for name in p.conventions}
        assert set(said) == {name.encode() for name in conventions}
        assert set(said.values()) == {1}
        latest = {message.key: orjson.loads(message.value)["data"] for message in progress(outlet)}
        sequences = {p.scope: p.sequence for p in compliance.projections.held()}
        assert all(body["sequence"] == sequences[body["scope"]] for body in latest.values())


async def test_while_items_keep_coming_progress_is_said_once_a_second(
    stream: list[Record], running: Running, url: str, outlet: Any, clock: FixedClock
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream[:100])
        first = len(progress(outlet))
        for start in range(100, 200, 10):
            await compliance.handle(stream[start : start + 10])
        assert len(progress(outlet)) == first
        clock.set(clock.now() + timedelta(seconds=1))
        await compliance.handle(stream[200:210])
        assert len(progress(outlet)) > first


async def test_what_is_unsaid_is_said_when_nothing_comes_any_more(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream[:100])
        await compliance.handle(stream[100:])
        await compliance.on_idle(False)
        latest = {message.key: orjson.loads(message.value)["data"] for message in progress(outlet)}
        sequences = {p.scope: p.sequence for p in compliance.projections.held()}
        moved = {body["scope"] for body in latest.values() if body["sequence"] == sequences[body["scope"]]}
        assert moved == set(sequences)
        said = len(progress(outlet))
        await compliance.on_idle(True)
        assert len(progress(outlet)) == said


async def test_progress_the_broker_did_not_take_is_said_later(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    outlet.away = True
    async with running(url) as (compliance, _):
        with pytest.raises(Unavailable):
            await compliance.handle(stream[:50])
        outlet.away = False
        await compliance.on_idle(True)
        assert {message.key.decode() for message in progress(outlet)} == {
            name for p in compliance.projections.held() for name in p.conventions
        }


async def test_what_a_stop_left_unsaid_is_said_after_the_restart_and_nothing_else(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    half = len(stream) // 2
    async with running(url) as (compliance, _):
        await compliance.handle(stream[:half])
        await compliance.handle(stream[half:])
    async with running(url) as (compliance, journal):
        assert await journal.unpublished()
        await compliance.on_idle(True)
        assert not await journal.unpublished()
        latest = {message.key: orjson.loads(message.value)["data"] for message in progress(outlet)}
        async for each in compliance.projections.each():
            for name in each.conventions:
                assert latest[name.encode()] == orjson.loads(encode_own(progress_of(each, name)))
    outlet.said.clear()
    async with running(url) as (compliance, _):
        await compliance.on_idle(True)
    assert progress(outlet) == []


async def test_holding_one_scope_at_a_time_says_the_same_as_holding_all(
    stream: list[Record], running: Running, outlet: Any, tmp_path: Any
) -> None:
    said = []
    for in_memory in (1, 1_000):
        async with running(f"sqlite+aiosqlite:///{tmp_path / str(in_memory)}", in_memory=in_memory) as (
            it,
            _,
        ):
            for start in range(0, len(stream), 60):
                await it.handle(stream[start : start + 60])
            await it.on_idle(True)
            assert len(it.projections.held()) <= in_memory
        said.append(sorted((message.topic, message.value) for message in outlet.said))
        outlet.said.clear()
    alerts, progress_said = (
        [[value for topic, value in each if topic == wanted] for each in said]
        for wanted in ("alerts", "progress")
    )
    assert alerts[0] == alerts[1] != []
    assert progress_said[0] == progress_said[1] != []
