"""Alerts are the same however the stream is cut, whatever stops, and are each told once."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import orjson
import pytest

from chassis.bus import Hearing, Record, Stand, TopicPartition, Unavailable
from chassis.held import HELD_LONG
from chassis.journal import Append, Head, Mark, Outcome, SqlJournal
from chassis.rulebook import Rulebook, load
from chassis.rulebook.rule import Rule
from compliance import handlers
from compliance.rebuilding import rebuild_from_journal
from compliance.streams import is_of_items
from contracts.canonical import decode

Running = Callable[..., Any]
RULES = Path(__file__).parents[3] / "rules"
BOOK = load(RULES)
LATE = 12
"""Last items of the stream, which one process has not read yet."""


class Group:
    """The replicas as the broker knows them: so many items said, so many folded."""

    def __init__(self) -> None:
        self.said, self.applied = 5, 0

    async def standing(self) -> dict[TopicPartition, Stand]:
        return {TopicPartition("orientations", 0): Stand(self.said, self.applied)}


def told(outlet: Any) -> list[bytes]:
    return [message.value for message in outlet.said if message.topic == "alerts"]


def bodies(outlet: Any) -> list[dict[str, Any]]:
    return [orjson.loads(value)["data"] for value in told(outlet)]


def _impatient(rule: Rule) -> Rule:
    if rule.id != "alerte-vacance-longue":
        return rule
    return replace(rule, then={**rule.then, "raise_at": "10", "clear_at": "5"})


def impatient() -> Rulebook:
    """Rules by which an alert is soon raised, and soon cleared."""
    return IMPATIENT


async def play(running: Running, url: str, stream: list[Record], batch: int) -> None:
    async with running(url, book=impatient) as (compliance, _):
        for start in range(0, len(stream), batch):
            await compliance.handle(stream[start : start + batch])


LISTS: Any = decode(BOOK.bundle())
IMPATIENT = Rulebook(map(_impatient, BOOK.rules), BOOK.lists, LISTS["referentiels"])


async def test_the_same_alerts_are_told_however_the_stream_is_cut_and_stopped(
    stream: list[Record], running: Running, outlet: Any, tmp_path: Path
) -> None:
    await play(running, f"sqlite+aiosqlite:///{tmp_path / 'whole.sqlite'}", stream, len(stream))
    whole = sorted(told(outlet))
    assert {orjson.loads(value)["type"].split(".")[3] for value in whole} == {"raised", "cleared"}
    outlet.said.clear()
    url = f"sqlite+aiosqlite:///{tmp_path / 'cut.sqlite'}"
    third = len(stream) // 3
    await play(running, url, stream[:third], 7)
    await play(running, url, stream, 50)
    assert sorted(told(outlet)) == whole


async def test_sequences_have_no_hole_and_nothing_is_raised_twice(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    await play(running, url, stream, 40)
    standing, last = dict[tuple[Any, ...], tuple[str, set[str]]](), dict[str, int]()
    for kind, body in (
        (orjson.loads(v)["type"].split(".")[3], orjson.loads(v)["data"]) for v in told(outlet)
    ):
        assert body["sequence"] == last.get(body["scope"], 0) + 1
        last[body["scope"]] = body["sequence"]
        about = (body["kind"], body.get("convention_id"), body.get("year"), body["scope"])
        named = set(body.get("concerned", ()))
        if kind == "cleared":
            del standing[about]
        else:
            severity, before = standing.get(about, ("", set()))
            assert severity != body["severity"] or not named <= before
            standing[about] = body["severity"], named


async def test_alerts_the_broker_did_not_take_are_told_later_once(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    async with running(url) as (compliance, _):
        outlet.away = True
        with pytest.raises(Unavailable):
            await compliance.handle(stream)
    outlet.away = False
    async with running(url) as (compliance, _):
        await compliance.on_idle(True)
        first = len(told(outlet))
        await compliance.on_idle(True)
    assert first == len(told(outlet)) > 0


async def test_of_alerts_taken_in_part_only_the_others_are_told_again(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    async with running(url) as (compliance, _):
        await compliance.handle(stream)
        before = len(told(outlet))
        outlet.away, outlet.still_takes = True, 1
        with pytest.raises(Unavailable):
            await compliance.watch_until(date(2027, 3, 1))
        assert len(told(outlet)) == before + 1
        outlet.away = False
        await compliance.on_idle(True)
    assert len(set(told(outlet))) == len(told(outlet)) > before + 1


async def test_the_clock_ends_an_evening_when_nothing_comes(
    stream: list[Record], running: Running, outlet: Any, url: str, clock: Any
) -> None:
    async with running(url, wall=clock) as (compliance, _):
        await compliance.handle(stream)
        before = len(told(outlet))
        latest = max(projection.as_of for projection in compliance.projections.held())
        clock.set(datetime.fromisoformat(latest) + timedelta(days=200))
        await compliance.on_idle(True)
        late = [body for body in bodies(outlet)[before:] if body["kind"] == "vacance_longue"]
    assert late
    assert min(date.fromisoformat(body["watched_on"]) for body in late) >= date.fromisoformat(latest[:10])


async def test_no_evening_is_over_by_the_clock_before_every_replica_has_read_all_there_was(
    stream: list[Record], running: Running, outlet: Any, url: str, clock: Any
) -> None:
    """Else a replica that owns nothing would judge an evening whose last items another is still to fold."""
    group = Group()
    async with running(url, wall=clock) as (compliance, _):
        compliance.hearing = Hearing(group)
        await compliance.handle(stream)
        before = len(told(outlet))
        clock.set(clock.now() + timedelta(days=300))
        await compliance.on_idle(True)
        assert len(told(outlet)) == before
        assert compliance.evenings_check().detail["held_by"] == ["orientations"]
        clock.set(clock.now() + HELD_LONG)
        assert compliance.evenings_check().status == "degraded"
        group.said, group.applied = group.said + 1_000, group.said
        for _ in range(2):
            await compliance.on_idle(False)
        assert len(told(outlet)) > before
        assert compliance.evenings_check().status == "ready"


async def test_an_evening_that_only_waits_its_turn_is_not_told_as_held(
    stream: list[Record], running: Running, url: str, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "SCOPES_AT_ONCE", 1)
    async with running(url, wall=clock) as (compliance, _):
        await compliance.handle(stream)
        clock.set(clock.now() + timedelta(days=300))
        await compliance.on_idle(True)
        clock.set(clock.now() + HELD_LONG)
        await compliance.on_idle(True)
        assert len(compliance._looked_at) < len(await compliance.projections.names())
        check = compliance.evenings_check()
        assert (check.status, check.detail["scopes_held"]) == ("ready", 0)


class Counting:
    """A journal that counts how often it is asked where all scopes stand; it has the methods of the port."""

    def __init__(self, journal: SqlJournal) -> None:
        self._journal = journal
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def heads(self) -> dict[str, Head]:
        self.asked += 1
        return await self._journal.heads()


async def test_the_journal_is_not_asked_where_scopes_stand_while_nothing_is_to_be_done(
    stream: list[Record], running: Running, url: str, clock: Any
) -> None:
    async with running(url, wall=clock) as (compliance, journal):
        await compliance.handle(stream)
        await compliance.on_idle(True)
        counting = compliance.projections.journal = Counting(journal)
        await compliance.on_idle(True)
        assert counting.asked == 0
        clock.set(clock.now() + timedelta(days=1))
        await compliance.on_idle(True)
        assert counting.asked > 0


class Overtaken:
    """A journal another process writes in just before our next word of alerts; it has the methods of the port."""

    def __init__(self, journal: SqlJournal, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._journal, self._meanwhile = journal, meanwhile
        self.times = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        if not self.times and any(append.transitions for append in appends):
            self.times += 1
            await self._meanwhile()
        return await self._journal.append(appends, reached)


async def alerts_kept(journal: SqlJournal) -> list[tuple[str, bytes]]:
    streams = [stream for stream in await journal.scopes() if not is_of_items(stream)]
    return [(stream, row.data) for stream in streams for row in await journal.rows(stream)]


async def test_no_evening_is_judged_on_items_another_process_has_gone_past_meanwhile(
    stream: list[Record], running: Running, clock: Any, tmp_path: Path
) -> None:
    """Else what is told depended on who was first: here it is as if all had been folded before."""
    clock.set(clock.now() + timedelta(days=150))
    async with running(f"sqlite:///{tmp_path}/whole.sqlite", wall=clock) as (alone, journal):
        await alone.handle(stream)
        await alone.on_idle(True)
        whole = await alerts_kept(journal)
    url = f"sqlite:///{tmp_path}/raced.sqlite"
    async with running(url, wall=clock) as (first, journal), running(url) as (second, _):
        await first.handle(stream[:-LATE])
        overtaken = Overtaken(journal, lambda: second.handle(stream[-LATE:]))
        first.projections.journal = overtaken
        for _ in range(2):
            await first.on_idle(True)
        assert overtaken.times == 1
        assert await alerts_kept(journal) == whole


async def test_a_scope_loaded_again_has_only_its_last_evening_judged_by_rules_that_changed(
    stream: list[Record], running: Running, outlet: Any, url: str, clock: Any
) -> None:
    stricter = Rulebook(map(_stricter, BOOK.rules), BOOK.lists, LISTS["referentiels"])
    clock.set(clock.now() + timedelta(days=300))
    async with running(url, wall=clock) as (compliance, _):
        await compliance.handle(stream)
        await compliance.on_idle(True)
    known, before = {body["scope"] for body in bodies(outlet)}, len(told(outlet))
    async with running(url, book=lambda: stricter, wall=clock) as (compliance, _):
        for _ in range(3):
            await compliance.on_idle(True)
    changed = [body for body in bodies(outlet)[before:] if body["scope"] in known]
    assert "parts_au_dessus_de_100" in {body["kind"] for body in changed}
    yesterday = (clock.now() - timedelta(days=1)).date().isoformat()
    assert {body["watched_on"] for body in changed} == {yesterday}


def _stricter(rule: Rule) -> Rule:
    if rule.id != "alerte-parts-au-dessus-de-100":
        return rule
    return replace(rule, then={**rule.then, "raise_at": "50", "clear_at": "40"})


async def test_a_rule_changed_is_judged_by_at_once_and_a_rebuild_still_counts_the_same(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    bundle: Any = decode(BOOK.bundle())
    stricter = Rulebook(map(_stricter, BOOK.rules), BOOK.lists, bundle["referentiels"])
    books = [BOOK]
    async with running(url, book=lambda: books[-1]) as (compliance, journal):
        await compliance.handle(stream)
        before = len(told(outlet))
        books.append(stricter)
        await compliance.on_idle(True)
        changed = bodies(outlet)[before:]
        assert {body["rulebook"] for body in changed} == {stricter.digest}
        assert "parts_au_dessus_de_100" in {body["kind"] for body in changed}
        assert all(each.stood for each in await rebuild_from_journal(journal))


async def test_a_window_edited_in_a_rule_file_changes_the_alert_at_once(
    stream: list[Record], running: Running, outlet: Any, url: str, tmp_path: Path
) -> None:
    edited = tmp_path / "rules"
    copytree(RULES, edited)
    file, books = edited / "conformite" / "alerte-refus-sans-motif.yaml", [BOOK]
    async with running(url, book=lambda: books[-1]) as (compliance, _):
        await compliance.handle(stream)
        for days in (1, 90):
            said = re.sub(r"window_days: \d+", f"window_days: {days}", file.read_text("utf-8"))
            file.write_text(said, "utf-8")
            books.append(load(edited))
            before = len(told(outlet))
            await compliance.on_idle(True)
            [changed] = [body for body in bodies(outlet)[before:] if body["kind"] == "refus_sans_motif"]
            assert ("cleared_at" in changed) == (days == 1)
        assert changed["figures"] == {"answers.without_reason": "2", "answers.window_days": "90"}


async def test_of_two_processes_one_tells_and_the_other_goes_on_from_there(
    stream: list[Record], running: Running, outlet: Any, url: str
) -> None:
    third = len(stream) // 3
    async with running(url) as (first, _), running(url) as (second, _):
        await first.handle(stream[:third])
        await second.handle(stream[:third])
        await second.handle(stream)
        with pytest.raises(Unavailable):
            await first.handle(stream)
        await first.handle(stream)
    numbers = {(body["scope"], body["sequence"]) for body in bodies(outlet)}
    assert len(numbers) == len(set(told(outlet)))
