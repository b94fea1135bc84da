"""The two services as processes: wired as their `app.py` wires them, from journals and brokers at a distance."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chassis.bus import Hearing, Record, Unavailable
from chassis.clock import Clock
from compliance.domain.projection import Projection
from compliance.handlers import Compliance
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from orientation.app import BATCH, CONVENTIONS
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes
from tests.faults.simulated.books import Chosen
from tests.faults.simulated.distant import DistantGroup, DistantJournal, DistantPublisher
from tests.faults.simulated.group import Group
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.member import Member
from tests.faults.simulated.stage import pause
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import Trouble

ORIENTATION, COMPLIANCE = "orientation", "compliance"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of where a mutant differs from the real one; the ports are the real ones'."""

    journal: Callable[[Any, Trouble], Any] = lambda journal, _: journal
    publisher: Callable[[Any, Trouble], Any] = lambda publisher, _: publisher
    publishing: Callable[[Any, Any, Clock], Any] = Publishing
    group: Callable[[Any], Any] = lambda group: group
    acknowledges_first: bool = False


@dataclass(slots=True)
class World:
    """What processes share and outlives them: topics, groups, databases, the clock, the rules on disk."""

    topics: Topics
    groups: dict[str, Group]
    journals: dict[str, MemoryJournal]
    clock: Clock
    trouble: Trouble
    meter: Meter
    book: BookView
    in_memory: int
    """Scopes an orientation replica may hold at once."""
    parts: Parts = field(default_factory=Parts)
    stops: list[str] = field(default_factory=list)
    """Processes that stopped by themselves, as they should, and why."""

    def hearing(self, service: str) -> Hearing:
        """Tells a process of a service what its replicas together have applied."""
        return Hearing(self.parts.group(DistantGroup(self.groups[service], self.trouble)))

    def journal(self, service: str) -> Any:  # noqa: ANN401 - it has the methods of the port
        """A connection to a service's database."""
        return DistantJournal(self.journals[service], service, self.trouble)

    def publisher(self) -> Any:  # noqa: ANN401 - as above
        """A connection to the broker."""
        return DistantPublisher(self.topics, self.trouble)


async def route(world: World, name: str) -> None:
    """An orientation replica's life, from its start to its death."""
    parts = world.parts
    journal = parts.journal(world.journal(ORIENTATION), world.trouble)
    publisher = parts.publisher(world.publisher(), world.trouble)
    rules = Chosen(world.book)
    orientation = Orientation(
        Scopes(journal, world.in_memory),
        journal,
        parts.publishing(journal, publisher, world.clock),
        rules,
        world.clock,
        world.meter,
        trust="open",
        hearing=world.hearing(ORIENTATION),
    )

    async def on_idle(_: bool) -> None:
        if rules.current() is not world.book:
            await _keep(journal, book := world.book)
            rules.replace(book)
        await orientation.on_idle()

    try:
        await _keep(journal, rules.current())
        await orientation.start()
        for start in range(0, len(known := _conventions(world.topics)), BATCH):
            await orientation.handle(known[start : start + BATCH])
        group = world.groups[ORIENTATION]
        await Member(
            name, group, world.trouble, orientation.handle, on_idle, parts.acknowledges_first
        ).consume()
    except Unavailable as stopped:
        world.stops.append(f"{name}: {stopped!r}")


async def _keep(journal: Any, book: BookView) -> None:  # noqa: ANN401 - it has the methods of the port
    await journal.store_bundle(book.rules.digest, book.loaded.bundle())


def _conventions(topics: Topics) -> list[Record]:
    logs = [log for topic, log in topics.logs.items() if re.match(CONVENTIONS, topic)]
    return [record for log in logs for record in log]


class Blind(Watching):
    """A watch that sees no evening: to judge each of them costs more than all else a simulation does."""

    async def until(self, projection: Projection, day: date, version: int) -> None:
        """Nothing is judged."""

    def is_judged_by_the_rules_in_force(self, scope: str) -> bool:
        """Nor awaits it to be judged again."""
        del scope
        return True

    async def again(self, projection: Projection, version: int) -> None:
        """Nor is it."""


async def watch(world: World, name: str, *, heals: bool, has_evenings: bool) -> None:
    """A compliance replica's life."""
    journal, publisher, rules = world.journal(COMPLIANCE), world.publisher(), Chosen(world.book)
    projections = Projections(journal)
    compliance = Compliance(
        projections,
        Saying(projections, publisher, world.clock),
        (Watching if has_evenings else Blind)(
            journal, publisher, RulesInForce(lambda: rules.current().loaded)
        ),
        healing(world) if heals else None,
        world.clock if has_evenings else None,
        world.hearing(COMPLIANCE),
    )

    async def on_idle(caught_up: bool) -> None:
        if rules.current() is not world.book:
            await _keep(journal, book := world.book)
            rules.replace(book)
        await compliance.on_idle(caught_up)

    try:
        await _keep(journal, rules.current())
        await compliance.start()
        await Member(name, world.groups[COMPLIANCE], world.trouble, compliance.handle, on_idle).consume()
    except Unavailable as stopped:
        world.stops.append(f"{name}: {stopped!r}")


def healing(world: World) -> Callable[[str, int], Any]:
    """Publishes a scope again from orientation's journal, as `aiguillage journal republish` does."""

    async def heal(scope: str, sequence: int) -> None:
        again = Publishing(world.journal(ORIENTATION), world.publisher(), world.clock)
        await again.republish(scope, sequence)
        await pause()

    return heal
