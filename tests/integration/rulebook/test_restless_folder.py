"""A directory of rules that does not rest: files that spin stand as they were, and delay the others by little."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from chassis.rulebook import load
from chassis.rulebook.directory import LARGEST_RULE_BYTES
from chassis.rulesource import InForce, Offer
from chassis.rulesource import watched_folder as module
from chassis.rulesource.watched_folder import MOST_LOOKS, Pause, WatchedFolder

WAIT_SECONDS = 20
LONGEST_READING_SECONDS = 0.6
"""What reading and examining five hundred rules takes, out of the two seconds that a rule may be delayed."""
OTHER = "assiette/rehabilitation-lourde.yaml"
"""A rule beside the one the tests edit."""
AS_IT_WAS = "Ce fichier change sans cesse : il reste tel qu'il était, les autres sont relus."
NOT_YET = "Ce fichier change sans cesse : il n'est pas encore pris en compte, les autres sont relus."

Next = Callable[[], Awaitable[Offer]]


@asynccontextmanager
async def following(
    directory: Path, pause: Pause = asyncio.sleep
) -> AsyncIterator[tuple[WatchedFolder, Next]]:
    """A watch that has read the directory once, and what it offers next."""
    folder = WatchedFolder(directory, pause)
    await folder.first()
    async with aclosing(folder.following()) as offers:

        async def following_offer() -> Offer:
            async with asyncio.timeout(WAIT_SECONDS):
                return await anext(offers)

        yield folder, following_offer


def days(offer: Offer, place: str) -> Any:
    """What the edited rule says in the rulebook offered."""
    return {rule.path: rule for rule in offer.sound().rules}[place].then["respond_within_days"]


def stirring(file: Path) -> Pause:
    """Instead of letting time pass, one more line in a file."""

    async def pause(_: float) -> None:
        await asyncio.sleep(0)
        with file.open("a", encoding="utf-8") as stream:
            stream.write("- x\n")

    return pause


class Daemon:
    """Touches a file all the time while it is on: from a thread of its own, and whenever a watch lets time pass."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._times = count(1)
        self.is_on = False

    def touch(self) -> None:
        """As if the file were written at another time, whatever it holds."""
        with suppress(FileNotFoundError):
            os.utime(self._file, ns=(0, next(self._times)))

    async def pause(self, seconds: float) -> None:
        """Let time pass; while the daemon is on, one touch takes its place."""
        await asyncio.sleep(0 if self.is_on else seconds)
        if self.is_on:
            self.touch()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Touch it every other millisecond while the block runs."""
        ended = Event()

        def work() -> None:
            while not ended.wait(0.002):
                self.touch()

        thread = Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


class Nobody:
    """Is told, and says nothing."""

    async def activated(self, offer: Offer) -> None:
        pass

    async def refused(self, offer: Offer, digest: str) -> None:
        pass


async def _keep(_: str, __: bytes, ___: bytes | None) -> None:
    """Wherever it is kept does not matter here."""


async def _considered(in_force: InForce, *offers: Offer) -> None:
    async def each() -> AsyncIterator[Offer]:
        for offer in offers:
            yield offer

    await in_force.follow(each())


@asynccontextmanager
async def started_beside(
    daemon: Daemon, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Offer, Next]]:
    """What a watch offers first while a daemon touches a file, and what it offers next: it is never at rest."""
    monkeypatch.setattr(module, "MOST_READINGS", 2)
    folder = WatchedFolder(directory, daemon.pause)
    with daemon.at_work():
        first = await folder.first()
    daemon.is_on = True
    async with aclosing(folder.following()) as offers:

        async def following_offer() -> Offer:
            async with asyncio.timeout(WAIT_SECONDS):
                return await anext(offers)

        yield first, following_offer


async def test_a_rule_touched_all_the_time_since_before_the_start_stays_in_force(
    rules: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(rules.directory / OTHER)
    async with started_beside(daemon, rules.directory, monkeypatch) as (first, offered):
        rules.say(36)
        offer = await offered()
    assert days(offer, place) == 36
    assert [r.path for r in offer.sound().rules] == [r.path for r in first.sound().rules]
    assert [(fault.path, fault.message) for fault in offer.faults] == [(OTHER, AS_IT_WAS)]


async def test_a_rule_never_read_at_rest_nor_in_a_sound_directory_leaves_the_rules_the_service_goes_on_by(
    rules: Any, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = load(rules.directory)
    rules.say("bientôt")
    daemon = Daemon(rules.directory / OTHER)
    async with started_beside(daemon, rules.directory, monkeypatch) as (first, offered):
        assert first.book is None
        in_force = await InForce.begin(replace(first, book=good), _keep, Nobody())
        rules.say(37)
        await _considered(in_force, await offered())
        assert in_force.current() is good
        (fault,) = in_force.faults
        assert fault.path == OTHER
        assert "toutes les règles d'avant restent en vigueur" in fault.message
        daemon.is_on = False
        offer = await offered()
        await _considered(in_force, offer)
    assert (in_force.faults, days(offer, place)) == ((), 37)
    assert in_force.current() is offer.book


async def test_a_rule_in_force_spoilt_then_touched_all_the_time_stays_as_it_was_when_all_was_sound(
    rules: Any, place: str
) -> None:
    daemon = Daemon(rules.directory / OTHER)
    kept = {rule.path: rule for rule in load(rules.directory).rules}[OTHER]
    async with following(rules.directory, daemon.pause) as (_, offered):
        (rules.directory / OTHER).write_bytes(b"#" * (LARGEST_RULE_BYTES + 1))
        assert [fault.path for fault in (await offered()).faults] == [OTHER]
        daemon.is_on = True
        rules.say(38)
        offer = await offered()
    assert days(offer, place) == 38
    assert {rule.path: rule for rule in offer.sound().rules}[OTHER] == kept
    assert [fault.message for fault in offer.faults] == [AS_IT_WAS]


async def test_a_note_written_all_the_time_delays_nothing(rules: Any, place: str) -> None:
    async with following(rules.directory, stirring(rules.file.with_name("journal.md"))) as (_, offered):
        rules.say(30)
        rules.say(31)
        offer = await offered()
        assert (days(offer, place), offer.faults) == (31, ())


async def test_an_unreadable_file_written_all_the_time_is_told_and_the_others_are_reloaded(
    rules: Any, place: str
) -> None:
    stirred = rules.directory / "assiette" / "journal.yaml"
    async with following(rules.directory, stirring(stirred)) as (_, offered):
        stirred.touch()
        rules.say(32)
        offer = await offered()
        assert days(offer, place) == 32
        (fault,) = offer.faults
        assert fault.path == "assiette/journal.yaml"
        assert fault.message == NOT_YET
        assert offer.restless == {"assiette/journal.yaml"}


async def test_a_rule_written_all_the_time_stays_as_it_last_rested(rules: Any, place: str) -> None:
    other = rules.directory / OTHER
    kept = {rule.path: rule for rule in load(rules.directory).rules}["assiette/rehabilitation-lourde.yaml"]
    async with following(rules.directory, stirring(other)) as (_, offered):
        rules.say(33)
        offer = await offered()
        assert days(offer, place) == 33
        assert {rule.path: rule for rule in offer.sound().rules}[
            "assiette/rehabilitation-lourde.yaml"
        ] == kept
        assert [fault.path for fault in offer.faults] == ["assiette/rehabilitation-lourde.yaml"]


@pytest.mark.parametrize("every", [1, 2, 3], ids=["each look", "each other look", "each third look"])
async def test_a_rule_that_spins_delays_the_others_by_two_seconds_at_most(
    rules: Any, place: str, every: int
) -> None:
    """Seconds are those the watch lets pass, at their face value; what reads and examines comes on top."""
    passed: list[float] = []
    other = rules.directory / OTHER

    async def pause(seconds: float) -> None:
        passed.append(seconds)
        if len(passed) % every == 0:
            os.utime(other, ns=(0, len(passed)))
        await asyncio.sleep(0)

    async with following(rules.directory, pause) as (_, offered):
        rules.say(33)
        offer = await offered()
        assert days(offer, place) == 33
        assert sum(passed) <= 2 - LONGEST_READING_SECONDS
        assert [fault.path for fault in offer.faults] == (
            [OTHER] if every == 1 else []
        )  # else read in a pause


async def test_a_rule_that_spins_is_offered_once(rules: Any) -> None:
    daemon = Daemon(rules.directory / OTHER)
    async with following(rules.directory, daemon.pause) as (_, offered):
        daemon.is_on = True
        with daemon.at_work():
            rules.say(33)
            assert [fault.path for fault in (await offered()).faults] == [OTHER]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2):
                    await offered()
        daemon.is_on = False


async def test_a_download_beside_the_rules_delays_nothing(rules: Any, place: str) -> None:
    stirred = rules.directory / "assiette" / "accord.pdf.part"
    async with following(rules.directory, stirring(stirred)) as (_, offered):
        stirred.touch()
        rules.say(32)
        offer = await offered()
        assert (days(offer, place), offer.faults) == (32, ())


async def test_a_copy_that_never_ends_is_reported_and_none_of_it_is_offered(rules: Any) -> None:
    copies = count()

    async def pause(_: float) -> None:
        await asyncio.sleep(0)
        (rules.directory / "assiette" / f"copie-{next(copies)}.yaml").touch()

    async with following(rules.directory, pause) as (_, offered):
        rules.say(34)
        refused = await offered()
        assert refused.book is None
        assert [fault.message for fault in refused.faults] == ["Le dossier des règles change sans cesse."]
        assert next(copies) <= MOST_LOOKS + 1
