"""One rulebook at a time is in force: sound ones replace it as a whole, faulty ones change nothing."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
import gc
import resource
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import WallClock
from chassis.journal import SqlJournal
from chassis.rulebook import Fault, RuleFileErrors, load
from chassis.rulesource import InForce, Offer

ON = date(2026, 3, 2)
FACTS = {"vacancy.attempt": 1}


class Heard:
    """Keeps what it is told of."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    async def activated(self, offer: Offer) -> None:
        self.said.append(("activated", offer.sound().digest))

    async def refused(self, offer: Offer, digest: str) -> None:
        assert offer.faults
        self.said.append(("refused", digest))


class Shelf:
    """Keeps bundles in memory."""

    def __init__(self) -> None:
        self.bundles: dict[str, bytes] = {}
        self.signed: dict[str, bytes | None] = {}
        self.times = 0

    async def keep(self, digest: str, bundle: bytes, signed: bytes | None = None) -> None:
        self.times += 1
        self.bundles[digest] = bundle
        self.signed[digest] = signed


class Offered:
    """Offers put forward one by one by a test."""

    def __init__(self, in_force: InForce) -> None:
        self._queue: asyncio.Queue[Offer] = asyncio.Queue()
        self._in_force = in_force

    async def _offers(self) -> AsyncIterator[Offer]:
        while True:
            yield await self._queue.get()
            self._queue.task_done()

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._in_force.follow(self._offers()))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def put(self, offer: Offer) -> None:
        self._queue.put_nowait(offer)

    async def considered(self, offer: Offer) -> None:
        """Put an offer forward, and wait until it was dealt with."""
        self.put(offer)
        async with asyncio.timeout(20):
            await self._queue.join()


def an_offer(directory: Path) -> Offer:
    return Offer("rules", load(directory))


A_FAULT = Offer("rules", faults=(Fault("assiette/x.yaml", 3, "Clé inconnue."),))


async def test_nothing_begins_with_faulty_rules() -> None:
    heard, shelf = Heard(), Shelf()
    with pytest.raises(RuleFileErrors, match="Clé inconnue"):
        await InForce.begin(A_FAULT, shelf.keep, heard)
    assert not heard.said
    assert not shelf.bundles


async def test_a_faulty_offer_changes_nothing_and_its_repair_is_told(rules: Any) -> None:
    heard, shelf = Heard(), Shelf()
    in_force = await InForce.begin(an_offer(rules.directory), shelf.keep, heard)
    first, offered = in_force.current(), Offered(in_force)
    async with offered.followed():
        await offered.considered(A_FAULT)
        assert in_force.current() is first
        assert in_force.faults == A_FAULT.faults
        await offered.considered(an_offer(rules.directory))
        assert in_force.current() is first, "the same digest: what was compiled stays"
        assert in_force.faults == ()
        rules.say(12)
        await offered.considered(an_offer(rules.directory))
    second = in_force.current().digest
    assert second != first.digest
    assert heard.said == [
        ("activated", first.digest),
        ("refused", first.digest),
        ("activated", first.digest),
        ("activated", second),
    ]
    assert set(shelf.bundles) == {first.digest, second}


@pytest.mark.parametrize("gone", ["rotation", "gestion", "referentiels/motifs-refus.yaml"])
async def test_a_family_or_a_list_that_vanished_whole_leaves_the_rules_before_in_force(
    rules: Any, gone: str
) -> None:
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, Heard())
    first, offered, lost = in_force.current(), Offered(in_force), rules.directory / gone
    kept = lost.rename(rules.directory.with_name("mis-de-cote"))
    async with offered.followed():
        await offered.considered(an_offer(rules.directory))
        assert in_force.current() is first
        name = Path(gone).stem
        assert [fault.message for fault in in_force.faults] == [f"Tout « {name} » a disparu des règles."]
        kept.rename(lost)
        rules.say(12)
        await offered.considered(an_offer(rules.directory))
    assert in_force.current() is not first
    assert in_force.faults == ()


async def test_a_sound_offer_that_leaves_a_file_aside_is_in_force_and_its_fault_is_told(rules: Any) -> None:
    heard = Heard()
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, heard)
    rules.say(12)
    offered = Offered(in_force)
    async with offered.followed():
        await offered.considered(replace(an_offer(rules.directory), faults=A_FAULT.faults))
    digest = in_force.current().digest
    assert heard.said[1:] == [("activated", digest), ("refused", digest)]
    assert in_force.faults == A_FAULT.faults


async def test_what_is_left_aside_because_it_does_not_rest_is_kept_and_told_once(rules: Any) -> None:
    heard, shelf = Heard(), Shelf()
    in_force = await InForce.begin(an_offer(rules.directory), shelf.keep, heard)
    rules.say(12)
    aside = replace(an_offer(rules.directory), faults=A_FAULT.faults, restless=frozenset({"assiette/x.yaml"}))
    offered = Offered(in_force)
    async with offered.followed():
        for _ in range(3):
            await offered.considered(replace(aside, book=load(rules.directory)))
        digest = in_force.current().digest
        assert heard.said[1:] == [("activated", digest), ("refused", digest)]
        assert shelf.times == 2
        await offered.considered(replace(aside, faults=()))
    assert heard.said[3:] == [("activated", digest)]
    assert in_force.faults == ()


async def test_a_directory_that_does_not_rest_is_told_once_but_a_fault_saved_again_is_told_again(
    rules: Any,
) -> None:
    heard = Heard()
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, heard)
    digest = in_force.current().digest
    offered = Offered(in_force)
    async with offered.followed():
        for _ in range(3):
            await offered.considered(replace(A_FAULT, restless=frozenset({"assiette/x.yaml"})))
        assert heard.said[1:] == [("refused", digest)]
        await offered.considered(A_FAULT)
    assert heard.said[2:] == [("refused", digest)]


@pytest.mark.parametrize("path", ["assiette/rehabilitation-lourde.yaml", "referentiels/motifs-refus.yaml"])
async def test_what_is_in_force_does_not_go_because_its_file_never_came_to_rest(
    rules: Any, path: str
) -> None:
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, Heard())
    first, offered = in_force.current(), Offered(in_force)
    (rules.directory / path).unlink()
    rules.say(12)
    lacking = replace(an_offer(rules.directory), faults=A_FAULT.faults, restless=frozenset({path}))
    async with offered.followed():
        await offered.considered(lacking)
    assert in_force.current() is first
    said, other = in_force.faults
    assert said.path == path
    assert "toutes les règles d'avant restent en vigueur" in said.message
    assert other == A_FAULT.faults[0]


async def test_one_rule_of_a_family_may_go(rules: Any) -> None:
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, Heard())
    rules.file.unlink()
    offered = Offered(in_force)
    async with offered.followed():
        await offered.considered(an_offer(rules.directory))
    assert in_force.faults == ()


async def test_a_rulebook_comes_into_force_compiled_for_what_the_one_before_was_asked(rules: Any) -> None:
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, Heard())
    in_force.current().verdict("delais", ON, "48", "999001209", FACTS)
    rules.say(12)
    offered = Offered(in_force)
    async with offered.followed():
        await offered.considered(an_offer(rules.directory))
    assert in_force.current().asked() == (("delais", ON, "48", "999001209"),)


async def test_the_rulebook_before_lives_as_long_as_its_work_and_no_longer(rules: Any) -> None:
    in_force = await InForce.begin(an_offer(rules.directory), Shelf().keep, Heard())
    at_work = in_force.current()
    compiled = at_work.verdict("delais", ON, "48", "999001209", FACTS)
    gone = weakref.ref(next(iter(at_work._found.values()))._shards[0][0])
    rules.say(12)
    offered = Offered(in_force)
    async with offered.followed():
        await offered.considered(an_offer(rules.directory))
        assert in_force.current() is not at_work
        assert at_work.verdict("delais", ON, "48", "999001209", {**FACTS, "vacancy.attempt": 2}) == compiled
        del at_work
        gc.collect()
        assert gone() is None, "the engine's handle is given back"


@contextmanager
def a_full_disk() -> Iterator[None]:
    """No file of this process can grow beyond a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_disk_too_full_to_keep_the_bundle_leaves_the_rules_before_in_force_until_there_is_room(
    rules: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.rulesource.in_force.KEEP_AGAIN_SECONDS", 0.05)
    journal = SqlJournal(f"sqlite+aiosqlite:///{tmp_path / 'journal.sqlite'}", WallClock())
    await journal.open()
    try:
        in_force = await InForce.begin(an_offer(rules.directory), journal.put_in_force, Heard())
        first = in_force.current()
        rules.say(12)
        offered, second = Offered(in_force), an_offer(rules.directory)
        async with offered.followed():
            with a_full_disk():
                offered.put(second)
                await until(lambda: in_force.is_waiting)
                assert in_force.current() is first
                assert await journal.bundle(second.sound().digest) is None
            await until(lambda: in_force.current() is second.book)
        assert await journal.bundle(second.sound().digest) == second.sound().bundle()
        assert not in_force.is_waiting
    finally:
        await journal.close()
