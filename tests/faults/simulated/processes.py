"""The two services as processes: wired as their `app.py` wires them, from journals and brokers at a distance."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chassis.admission.gate import Gate
from chassis.admission.surroundings import Belongs
from chassis.bus import Hearing, Record, Unavailable
from chassis.bus.incarnation.admits import Admits
from chassis.bus.incarnation.placing import Placing
from chassis.clock import Clock
from chassis.containment import Quarantine
from chassis.journal import JournalCorrupt
from compliance import app as compliance_app
from compliance.domain.projection import Projection
from compliance.handlers import Compliance
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching
from orientation import app as orientation_app
from orientation.app import BATCH, CONVENTIONS
from orientation.handlers import Orientation
from orientation.meter import Meter
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes
from tests.faults.simulated.books import Chosen
from tests.faults.simulated.clocks import ClockApart
from tests.faults.simulated.distant import DistantGroup, DistantJournal, DistantPublisher
from tests.faults.simulated.group import Group
from tests.faults.simulated.journal import MemoryJournal
from tests.faults.simulated.member import Member
from tests.faults.simulated.stage import pause
from tests.faults.simulated.surroundings import SimulatedSurroundings
from tests.faults.simulated.topics import Topics
from tests.faults.simulated.trouble import Trouble

ORIENTATION, COMPLIANCE = "orientation", "compliance"


CLUSTER = "the-cluster"


@dataclass(frozen=True, slots=True)
class Astray:
    """What a process was given in its next life by mistake."""

    journal: MemoryJournal | None = None
    cluster: str = CLUSTER


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of where a mutant differs from the real one; the ports are the real ones'."""

    journal: Callable[[Any, Trouble], Any] = lambda journal, _: journal
    publisher: Callable[[Any, Trouble], Any] = lambda publisher, _: publisher
    publishing: Callable[[Any, Any, Clock], Any] = Publishing
    group: Callable[[Any], Any] = lambda group: group
    acknowledges_first: bool = False
    admission: Callable[[Gate], Admits] = lambda gate: gate


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
    snapshot_every_rows: int = 500
    """After how many rows a state is written whole."""
    apart: dict[str, timedelta] = field(default_factory=dict)
    """By how much a process's clock is ahead of the others, or behind."""
    parts: Parts = field(default_factory=Parts)
    astray: dict[str, Astray] = field(default_factory=dict)
    """The processes that were given a wrong journal, or another cluster."""
    stops: list[str] = field(default_factory=list)
    """Processes that stopped by themselves, as they should, and why."""

    def hearing(self, service: str) -> Hearing:
        """Tells a process of a service what its replicas together have applied."""
        return Hearing(self.parts.group(DistantGroup(self.groups[service], self.trouble)))

    def journal(self, service: str, process: str = "") -> Any:  # noqa: ANN401 - it has the methods of the port
        """A connection to a service's database, or to the one a process was given in its place."""
        astray = self.astray.get(process)
        journal = astray.journal if astray is not None and astray.journal else self.journals[service]
        return DistantJournal(journal, service, self.trouble)

    def gate(self, belongs: Belongs, process: str, journal: Any) -> Gate:  # noqa: ANN401 - as above
        """What lets a process in."""
        astray = self.astray.get(process)
        cluster = astray.cluster if astray is not None else CLUSTER
        group = self.groups[belongs.service]
        true = self.journals[belongs.service]
        around = SimulatedSurroundings(belongs, group, self.topics, self.trouble, lambda: cluster, true)
        return Gate(belongs, journal, around, self.clock, self.meter.metrics)

    def publisher(self, process: str) -> Any:  # noqa: ANN401 - as above
        """A process's connection to the broker."""
        return DistantPublisher(self.topics, self.trouble, process)

    def clock_of(self, process: str) -> Clock:
        """What a process takes the time to be."""
        return ClockApart(self.clock, self.apart.get(process, timedelta()))


async def route(world: World, name: str) -> None:
    """An orientation replica's life, from its start to its death."""
    parts = world.parts
    journal = parts.journal(world.journal(ORIENTATION, name), world.trouble)
    gate = world.gate(orientation_app.BELONGS, name, journal)
    admission = parts.admission(gate)
    publisher, clock = parts.publisher(world.publisher(name), world.trouble), world.clock_of(name)
    rules = Chosen(world.book)
    orientation = Orientation(
        Scopes(journal, world.in_memory, snapshot_every_rows=world.snapshot_every_rows),
        journal,
        parts.publishing(journal, publisher, clock),
        rules,
        clock,
        world.meter,
        trust="open",
        hearing=world.hearing(ORIENTATION),
        marks=gate.marks,
    )

    async def begin() -> None:
        await _keep(journal, rules.current())
        await orientation.start()
        known = await Placing(admission).placed(_conventions(world.topics))
        for start in range(0, len(known), BATCH):
            await orientation.handle(known[start : start + BATCH])

    async def on_idle(_: bool) -> None:
        if rules.current() is not world.book:
            await _keep(journal, book := world.book)
            rules.replace(book)
        await orientation.on_idle()

    try:
        await Member(
            name,
            world.groups[ORIENTATION],
            world.trouble,
            orientation.handle,
            on_idle,
            parts.acknowledges_first,
            admission,
            begin,
        ).consume()
    except (Unavailable, JournalCorrupt) as stopped:
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
    journal, publisher, rules = world.journal(COMPLIANCE, name), world.publisher(name), Chosen(world.book)
    gate, clock = world.gate(compliance_app.BELONGS, name, journal), world.clock_of(name)
    projections = Projections(
        journal,
        quarantine=Quarantine(clock, broke=_loudly),
        snapshot_every_rows=world.snapshot_every_rows,
    )
    compliance = Compliance(
        projections,
        Saying(projections, publisher, clock),
        (Watching if has_evenings else Blind)(
            journal, publisher, RulesInForce(lambda: rules.current().loaded)
        ),
        healing(world) if heals else None,
        clock if has_evenings else None,
        world.hearing(COMPLIANCE),
        marks=gate.marks,
    )

    async def begin() -> None:
        await _keep(journal, rules.current())
        await compliance.start()

    async def on_idle(caught_up: bool) -> None:
        if rules.current() is not world.book:
            await _keep(journal, book := world.book)
            rules.replace(book)
        await compliance.on_idle(caught_up)

    try:
        await Member(
            name,
            world.groups[COMPLIANCE],
            world.trouble,
            compliance.handle,
            on_idle,
            admission=world.parts.admission(gate),
            begin=begin,
        ).consume()
    except (Unavailable, JournalCorrupt) as stopped:
        world.stops.append(f"{name}: {stopped!r}")


def _loudly() -> None:
    """A scope set aside is a defect of ours: no campaign goes on beside it."""
    raise AssertionError("compliance set a scope aside")


def healing(world: World) -> Callable[[str, int], Any]:
    """Publishes a scope again from orientation's journal, as `aiguillage journal republish` does."""

    async def heal(scope: str, sequence: int) -> None:
        again = Publishing(world.journal(ORIENTATION), world.publisher(COMPLIANCE), world.clock)
        await again.republish(scope, sequence)
        await pause()

    return heal
