"""A database that fails amid a batch, two compliances on one journal: nothing is lost, nothing old is said."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from chassis.bus import Record
from chassis.journal import JournalUnavailable, SqlJournal, Stored
from chassis.left_behind import LOOK_EVERY
from chassis.rulebook import load
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze
from compliance.domain.telling import progress_of
from compliance.handlers import Compliance
from compliance.items import read_items
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import PROGRESS, Saying
from compliance.watching import ALERTS, Watching
from contracts.canonical import encode_own

RULES = Path(__file__).parents[3] / "rules"
Running = Callable[..., Any]
WHOLE = 10**6


def folded(stream: list[Record], scope: str) -> bytes:
    projection = Projection(scope)
    for item in read_items(stream):
        if item.scope == scope:
            apply(projection, item.kind, item.data)
    return freeze(projection)


def scopes_of(stream: list[Record]) -> list[str]:
    return sorted({item.scope for item in read_items(stream)})


def of_scope(stream: list[Record], scope: str) -> list[Record]:
    return [r for r, item in zip(stream, read_items(stream), strict=True) if item.scope == scope]


def said(outlet: Any) -> dict[str, int]:
    """The sequence each convention's progress was last said at, as the compacted topic keeps it."""
    bodies = [orjson.loads(message.value)["data"] for message in outlet.said if message.topic == PROGRESS]
    return {body["convention_id"]: body["sequence"] for body in bodies}


class Flickering(SqlJournal):
    """A journal whose database is away for some calls."""

    loads_left = WHOLE
    appends_left = WHOLE
    answers_left = WHOLE

    async def load(self, scope: str, *, is_whole: bool = False) -> Stored:
        self.loads_left -= 1
        if self.loads_left < 0:
            raise JournalUnavailable("the database did not answer")
        return await super().load(scope, is_whole=is_whole)

    async def append(self, appends: Any, reached: Any = ()) -> Any:
        self.appends_left -= 1
        if self.appends_left < 0:
            raise JournalUnavailable("the database did not answer")
        outcomes = await super().append(appends, reached)
        self.answers_left -= 1
        if self.answers_left < 0:
            raise JournalUnavailable("the connection was lost")
        return outcomes


class Overtaken:
    """A broker reached so slowly that another process folds and says the rest of the stream meanwhile."""

    def __init__(self, outlet: Any, heir: Compliance, records: list[Record]) -> None:
        self._outlet, self._heir, self._records = outlet, heir, records

    async def publish(self, messages: Any) -> Any:
        await self._heir.handle(self._records)
        await self._heir.on_idle(True)
        return await self._outlet.publish(messages)


@pytest.fixture
async def flickering_compliance(
    url: str, clock: Any, outlet: Any
) -> AsyncIterator[tuple[Compliance, Flickering]]:
    journal = Flickering(url, clock)
    await journal.open()
    projections, book = Projections(journal), load(RULES)
    watching = Watching(journal, outlet, RulesInForce(lambda: book))
    yield Compliance(projections, Saying(projections, outlet, clock), watching), journal
    await journal.close()


async def test_items_folded_before_the_database_went_away_are_folded_again_and_not_taken_for_repeats(
    stream: list[Record], flickering_compliance: Any
) -> None:
    """Named by the simulation: "compliance holds another": a batch that failed half-way left a hole in the journal."""
    compliance, journal = flickering_compliance
    first, second = scopes_of(stream)[:2]
    batch = [*of_scope(stream, first), *of_scope(stream, second)]
    journal.loads_left = 1
    with pytest.raises(JournalUnavailable):
        await compliance.handle(batch)
    journal.loads_left = WHOLE
    await compliance.handle(batch)
    for scope in (first, second):
        assert [row.version for row in await journal.rows(scope)] == list(
            range(1, len(of_scope(stream, scope)) + 1)
        )
        assert freeze(await compliance.projections.of(scope)) == folded(stream, scope)


async def test_nothing_is_said_of_a_convention_whose_first_item_was_not_written(
    stream: list[Record], flickering_compliance: Any, outlet: Any
) -> None:
    """Named by the simulation: the idle hook broke on a convention that a failed write had left behind."""
    compliance, journal = flickering_compliance
    journal.appends_left = 0
    with pytest.raises(JournalUnavailable):
        await compliance.handle(stream)
    await compliance.on_idle(False)
    assert said(outlet) == {}


async def test_progress_is_never_said_older_than_what_another_process_said(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    """Named by the simulation: a replica that lost a scope said its last word after its heir's."""
    scope = scopes_of(stream)[0]
    records = of_scope(stream, scope)
    half = len(records) // 2
    async with running(url) as (before, _), running(url) as (heir, _):
        outlet.away = True
        with pytest.raises(Exception, match="not acknowledged"):
            await before.handle(records[:half])
        outlet.away = False
        await heir.handle(records)
        await heir.on_idle(True)
        latest = said(outlet)
        await before.on_idle(True)
        assert said(outlet).items() >= latest.items()


async def test_progress_overtaken_on_its_way_is_said_again(
    stream: list[Record], running: Running, url: str, outlet: Any
) -> None:
    scope = scopes_of(stream)[0]
    records = of_scope(stream, scope)
    half = len(records) // 2
    async with running(url) as (slow, _), running(url) as (heir, _):
        outlet.away = True
        with pytest.raises(Exception, match="not acknowledged"):
            await slow.handle(records[:half])
        outlet.away = False
        slow.saying.publisher = Overtaken(outlet, heir, records)
        await slow.on_idle(True)
        await slow.on_idle(True)
        assert said(outlet) == {name: (await heir.projections.of(scope)).sequence for name in said(outlet)}


async def test_a_hole_that_another_process_has_gone_past_is_no_hole_any_more(
    stream: list[Record], running: Running, url: str
) -> None:
    scope = scopes_of(stream)[0]
    records = of_scope(stream, scope)
    async with running(url) as (torn, _), running(url) as (heir, _):
        await torn.handle([*records[:3], *records[4:6]])
        assert torn.holes == {scope: 3}
        await heir.handle(records)
        await torn.on_idle(True)
        assert not torn.holes


async def test_alerts_written_though_the_answer_was_lost_are_published(
    stream: list[Record], flickering_compliance: Any, outlet: Any
) -> None:
    """A commit whose answer is lost may have been made: what it wrote of alerts must not wait for the next start."""
    compliance, journal = flickering_compliance
    journal.answers_left = 0
    with pytest.raises(JournalUnavailable):
        await compliance.handle(stream)
    journal.answers_left = WHOLE
    await compliance.handle(stream)
    told = [message for message in outlet.said if message.topic == ALERTS]
    assert told
    assert await journal.unpublished() == []


@pytest.mark.parametrize("later", [LOOK_EVERY, -timedelta(hours=1)], ids=["in time", "clock set back"])
async def test_alerts_a_killed_process_left_unpublished_are_published_by_another(
    stream: list[Record], running: Running, url: str, outlet: Any, clock: Any, later: timedelta
) -> None:
    async with running(url) as (killed, journal), running(url) as (survivor, _):
        outlet.away = True
        with pytest.raises(Exception, match="not acknowledged"):
            await killed.handle(stream)
        outlet.away = False
        for _ in range(2):
            await survivor.on_idle(True)
            clock.set(clock.now() + later)
        assert [message for message in outlet.said if message.topic == ALERTS]
        assert await journal.unpublished() == []


async def test_progress_a_killed_process_left_unsaid_is_said_by_who_takes_its_scopes_over(
    stream: list[Record], running: Running, url: str, outlet: Any, clock: Any
) -> None:
    """The mark moved by whoever comes next speaks for every row below it, its predecessor's too."""
    third = len(stream) // 3
    async with running(url) as (killed, _), running(url) as (survivor, journal):
        await killed.handle(stream[:third])
        await killed.handle(
            stream[third : len(stream) - 5]
        )  # journalled, and killed in the pause before it is said
        await survivor.handle(stream)
        for _ in range(3):
            await survivor.on_idle(True)
            clock.set(clock.now() + LOOK_EVERY)
        assert await journal.unpublished() == []
        said = {m.key: orjson.loads(m.value)["data"] for m in outlet.said if m.topic == PROGRESS}
        async for each in survivor.projections.each():
            for name in each.conventions:
                assert said[name.encode()] == orjson.loads(encode_own(progress_of(each, name)))
