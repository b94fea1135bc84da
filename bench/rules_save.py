"""From a saved file to the rulebook in force, against a bare YAML load of the directory."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from time import perf_counter

import yaml

from bench.material import questions
from bench.report import Row, Section
from bench.sizes import Sizes
from bench.timing import seconds_of
from bench.varied_rules import FIRST, varied_rules
from chassis.rulebook import Rulebook
from chassis.rulebook.facts import FAMILIES
from chassis.rulesource import InForce, Offer
from chassis.rulesource.watched_folder import SETTLE_SECONDS, WatchedFolder

MOST_SECONDS = 2.0
ASKED = 50
"""Vacancies whose verdicts are asked between two saves, so that there is something to compile before the swap."""
_TITLE = "Règle de banc d'essai 0"


def measure(sizes: Sizes) -> Section:
    """The section; the file saved is the first generated rule, its title changed each time."""
    number = sizes.rules[-1]
    with varied_rules(number) as directory:
        saved = next(directory.glob(f"*/{FIRST}"))
        waits = asyncio.run(_waits(directory, saved, sizes.turns))
        parsed = min(seconds_of(lambda: _parsed(directory)) for _ in range(sizes.turns))
    section = Section("save", f"Hot reload: one file saved among {number} rules, milliseconds")
    best = min(waits)
    section.rows += [
        Row("saved → in force", {"ms": 1e3 * best, "× PyYAML, C": best / parsed}),
        Row("same files, parsed by PyYAML, C", {"ms": 1e3 * parsed, "× PyYAML, C": 1.0}),
    ]
    section.at_most("a saved file is in force within 2 s, at worst", max(waits), MOST_SECONDS)
    section.notes.append(
        f"Of which {1e3 * SETTLE_SECONDS:.0f} ms wait for the files to stop changing; what the rulebook before it "
        "was asked is compiled before the swap."
    )
    return section


class _Nobody:
    """Is told, and does nothing."""

    def __init__(self, heard: Callable[[], None]) -> None:
        self._heard = heard

    async def activated(self, offer: Offer) -> None:  # noqa: ARG002 - the port's name
        """Note that it is in force."""
        self._heard()

    async def refused(self, offer: Offer, digest: str) -> None:  # noqa: ARG002 - the port's names
        """No edit of this bench is faulty."""
        raise AssertionError(str(offer.faults[0]))


async def _kept(digest: str, bundle: bytes, signed: bytes | None) -> None:
    """A journal that keeps at once."""


async def _waits(directory: Path, file: Path, turns: int) -> list[float]:
    """Seconds from each save of a file to the moment its rulebook is in force."""
    in_force_again = asyncio.Event()
    folder = WatchedFolder(directory)
    in_force = await InForce.begin(await folder.first(), _kept, _Nobody(in_force_again.set))
    _ask(in_force.current())
    waits: list[float] = []
    said = file.read_text(encoding="utf-8")  # noqa: ASYNC240 - before anything is timed
    async with aclosing(folder.following()) as offers:
        task = asyncio.create_task(in_force.follow(offers))
        for turn in range(turns):
            in_force_again.clear()
            start = perf_counter()
            file.write_text(said.replace(_TITLE, f"{_TITLE} bis {turn}"), encoding="utf-8")  # noqa: ASYNC240 - as an editor does, from outside
            await asyncio.wait_for(in_force_again.wait(), 60)
            waits.append(perf_counter() - start)
            _ask(in_force.current())
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return waits


def _ask(book: Rulebook) -> None:
    for each in questions(ASKED):
        for family in FAMILIES:
            book.verdict(family, each.on, each.departement, each.bailleur, each.facts)


def _parsed(directory: Path) -> None:
    for path in directory.rglob("*.yaml"):
        yaml.load(path.read_bytes(), yaml.CSafeLoader)
