"""Compliance notices that a part of the stream never came, counts nothing past it, and has it published again."""

# ruff: noqa: ANN401 - tests cannot import what a conftest holds

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from aiguillage.feeding import Feeder, feeder, message_of
from aiguillage.lines import SAMPLE, topic_of
from aiguillage.sample import make_sample
from chassis.bus import Message, Publisher, Record, Tail, Tuning
from chassis.clock import WallClock
from chassis.settings import Settings
from compliance.app import ComplianceService, compliance_service
from compliance.domain.projection import Projection, apply
from compliance.items import read_items
from orientation.app import OrientationService, orientation_service
from orientation.publishing import Publishing

pytestmark = pytest.mark.embedded

RULES = Path(__file__).parents[2] / "rules"
VACANCIES, SEED = 40, 11
WAIT_SECONDS, LOOK_SECONDS = 30, 0.01
INPUTS = ("vacancies", "conventions", "programmes", "outcomes")


@dataclass
class Torn:
    """What orientation published, a second broker where only a part of it arrived, and compliance there."""

    stream: list[Record]
    publisher: Publisher
    watching: ComplianceService
    asked: list[tuple[str, int]]

    async def deliver(self, records: list[Record]) -> None:
        messages = [Message(record.topic, record.key, record.value or b"") for record in records]
        assert not any(await self.publisher.publish(messages))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in the service
                await asyncio.sleep(LOOK_SECONDS)

    def sequence(self, scope: str) -> int:
        """The last item compliance has counted of a scope."""
        found = [p for p in self.watching.compliance.projections.held() if p.scope == scope]
        return found[0].sequence if found else 0


@pytest.fixture
async def torn(a_broker: Any, tuning: Tuning, tmp_path: Path) -> AsyncIterator[Torn]:
    async with AsyncExitStack() as stack:
        whole = stack.enter_context(a_broker(dict.fromkeys((*INPUTS, "orientations"), 1)))
        part = stack.enter_context(
            a_broker({"orientations": 1, "progress": 1, "alerts": 1, "rulebooks.reports": 1})
        )
        routing = await stack.enter_async_context(_routing(whole.bootstrap, tuning, tmp_path))
        feeding = await stack.enter_async_context(feeder(whole.bootstrap, tuning))
        await _play(feeding)
        tail = await stack.enter_async_context(Tail(whole.bootstrap, "orientations", tuning))
        publisher = Publisher(part.bootstrap, tuning)
        await publisher.start()
        stack.push_async_callback(publisher.stop)
        again, asked = Publishing(routing.journal, publisher, WallClock()), list[tuple[str, int]]()

        async def heal(scope: str, sequence: int) -> None:
            asked.append((scope, sequence))
            await again.republish(scope, sequence)

        settings = Settings(kafka=part.bootstrap, data=tmp_path, rules=RULES, clock="event", bus=tuning)
        service = compliance_service(settings, part.bootstrap, CollectorRegistry(), heal)
        watching = await stack.enter_async_context(service)
        yield Torn(await tail.read(), publisher, watching, asked)


@asynccontextmanager
async def _routing(bootstrap: str, tuning: Tuning, data: Path) -> AsyncIterator[OrientationService]:
    settings = Settings(kafka=bootstrap, data=data, rules=RULES, clock="event", trust="open", bus=tuning)
    async with orientation_service(settings, bootstrap, CollectorRegistry()) as service:
        yield service


async def _play(feeding: Feeder) -> None:
    lines = [line for line in make_sample("48", VACANCIES, SEED) if topic_of(line) != SAMPLE]
    await feeding.apply([line for line in lines if message_of(line).topic == "conventions"])
    await feeding.apply([line for line in lines if message_of(line).topic != "conventions"])


async def test_a_hole_is_noticed_and_healed_and_every_item_is_counted_once(torn: Torn) -> None:
    items = read_items(torn.stream)
    scopes = {item.scope: item.sequence for item in items}
    scope = max(scopes, key=scopes.__getitem__)
    lost = {3, 4, scopes[scope] - 1}
    arriving = [
        record
        for record, item in zip(torn.stream, items, strict=True)
        if item.scope != scope or item.sequence not in lost
    ]
    await torn.deliver(arriving)
    await torn.until(lambda: all(torn.sequence(name) == last for name, last in scopes.items()))
    assert torn.asked[0] == (scope, 2)
    assert {name for name, _ in torn.asked} == {scope}
    await torn.until(lambda: not torn.watching.compliance.holes)
    assert torn.watching.checks["stream"]().is_ready
    for projection in torn.watching.compliance.projections.held():
        assert projection == _folded(projection.scope, torn.stream)


async def test_nothing_is_counted_past_a_hole_nobody_can_heal(torn: Torn) -> None:
    torn.watching.compliance.heal = None
    items = read_items(torn.stream)
    scope = items[0].scope
    arriving = [
        record
        for record, item in zip(torn.stream, items, strict=True)
        if item.scope == scope and item.sequence != 5
    ]
    await torn.deliver(arriving)
    await torn.until(lambda: scope in torn.watching.compliance.holes)
    assert torn.watching.compliance.holes == {scope: 4}
    assert torn.sequence(scope) == 4
    assert not torn.watching.checks["stream"]().is_ready
    missing = [
        r for r, item in zip(torn.stream, items, strict=True) if (item.scope, item.sequence) == (scope, 5)
    ]
    await torn.deliver(missing)
    await torn.until(lambda: torn.sequence(scope) == 5)


def _folded(scope: str, stream: list[Record]) -> Projection:
    """What the whole stream comes to, read once from its beginning."""
    projection = Projection(scope)
    for item in read_items(stream):
        if item.scope == scope:
            apply(projection, item.kind, item.data)
    return projection
