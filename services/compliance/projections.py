"""The projections in memory: loaded from their snapshot and the items journalled after it."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from chassis.bus import Unavailable
from chassis.clock import WallClock
from chassis.containment import Quarantine, ScopeBrokeError
from chassis.journal import Append, Appended, Entry, Head, Journal, Marks, Outcome, Transition, lowered
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze, thaw
from compliance.items import Item
from compliance.streams import is_of_items
from contracts.canonical import decode

SNAPSHOT_EVERY_ROWS = 250
"""So few that a start folds little; writing 45 kB so often costs less than the rows themselves."""


IN_MEMORY = 1_000
"""Projections held at once unless told otherwise."""


@dataclass(slots=True)
class _Held:
    projection: Projection
    version: int
    hash: str
    loaded_at: int
    """The version it was loaded at: who wrote what comes before may have been another process."""
    rows_since_snapshot: int

    def is_snapshot_due(self, every_rows: int) -> bool:
        """Whether it is written whole: not before as many rows as it keeps entries: many cost no more than few."""
        rows = self.rows_since_snapshot
        return rows > every_rows and rows > self.projection.entries


@dataclass(slots=True)
class Projections:
    """What this process holds of each scope, least lately used first, level with its own journal.

    A projection is loaded when it is asked for. `trim` drops those beyond `in_memory`: they are nothing but what their
    rows say.
    """

    journal: Journal
    in_memory: int = IN_MEMORY
    quarantine: Quarantine = field(default_factory=lambda: Quarantine(WallClock()))
    """The scopes of which nothing is folded, judged or told for now."""
    snapshot_every_rows: int = SNAPSHOT_EVERY_ROWS
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)
    _aside: dict[str, Head] = field(default_factory=dict)
    """Where the scopes set aside stand in the journal, where that is known."""

    async def names(self) -> list[str]:
        """Every scope the journal knows, and those of which nothing is written yet, in order."""
        return sorted({*filter(is_of_items, await self.journal.scopes()), *self._held})

    async def each(self) -> AsyncIterator[Projection]:
        """Every scope's projection but those set aside, in order of scope, one after the other in memory."""
        for scope in await self.names():
            if self.quarantine.find(scope) is None:
                try:
                    yield await self.of(scope)
                except ScopeBrokeError:
                    continue
                self.trim()

    async def of(self, scope: str) -> Projection:
        """The projection of a scope, empty when nothing was ever folded; it is now the one used last.

        `ScopeBrokeError` when its rows cannot be folded: it is set aside.
        """
        held = self._held.get(scope)
        if held is None:
            with self.quarantine.guarding(scope, "la lecture de son journal"):
                held = self._held[scope] = await self._load(scope)
        self._held.move_to_end(scope)
        return held.projection

    def version(self, scope: str) -> int:
        """The version of the journal a held projection stands at."""
        return self._held[scope].version

    def loaded_at(self, scope: str) -> int:
        """The version a held projection was loaded at; what followed was folded here."""
        return self._held[scope].loaded_at

    def set_aside(self, scope: str) -> None:
        """Drop the projection of a scope that is set aside: half changed, or not to be trusted."""
        held = self._held.pop(scope, None)
        if held is not None:
            self._aside[scope] = Head(held.version, held.hash)

    async def version_aside(self, scope: str) -> int:
        """The version of the journal a scope that is set aside stands at."""
        if scope not in self._aside:
            stored = await self.journal.load(scope)
            self._aside[scope] = Head(stored.head_version, stored.head_hash)
        return self._aside[scope].version

    def trim(self, but: Collection[str] = ()) -> None:
        """Drop the projections used least lately, beyond those that may be held, those in hand left alone."""
        spare = [scope for scope in self._held if scope not in but]
        for scope in spare[: max(len(self._held) - self.in_memory, 0)]:
            del self._held[scope]

    async def _load(self, scope: str) -> _Held:
        stored = await self.journal.load(scope)
        projection = thaw(stored.snapshot.state) if stored.snapshot is not None else None
        if projection is None:
            projection = Projection(scope)
            if stored.snapshot is not None:
                stored = await self.journal.load(scope, is_whole=True)
        for row in stored.rows:
            data = decode(row.data)
            assert isinstance(data, dict)  # noqa: S101 - items are objects
            apply(projection, row.type, data)
        at = stored.head_version
        return _Held(projection, at, stored.head_hash, at, len(stored.rows))

    async def write(
        self, folded: dict[str, list[Item]], beside: Sequence[Append] = (), marks: Marks | None = None
    ) -> Sequence[Outcome]:
        """Journal the items folded since the last write, and what is told beside; returns what became of the latter.

        On any failure the scopes are loaded again.
        """
        appends = [self._append(scope, items) for scope, items in folded.items() if items]
        try:
            outcomes = await self._written([*appends, *beside], marks or Marks())
        except BaseException:
            self.forget(folded)
            raise
        own, told = outcomes[: len(appends)], outcomes[len(appends) :]
        for outcome in own:
            if isinstance(outcome, Appended):
                self._wrote(outcome)
        lost = [outcome.scope for outcome in own if not isinstance(outcome, Appended)]
        self.forget(lost)
        if lost:
            raise Unavailable(f"another writer was first on {', '.join(lost)}: the batch comes again")
        return told

    async def _written(self, appends: Sequence[Append], marks: Marks) -> Sequence[Outcome]:
        if not appends:
            return []
        reached = marks.reached()
        outcomes = await self.journal.append(appends, reached)
        marks.written(lowered(reached, appends, outcomes))
        return outcomes

    def _wrote(self, outcome: Appended) -> None:
        if outcome.scope in self._aside:
            self._aside[outcome.scope] = Head(outcome.head_version, outcome.head_hash)
        else:
            self._held[outcome.scope].hash = outcome.head_hash

    def forget(self, scopes: Iterable[str]) -> None:
        """Drop projections that hold what the journal may not: they are loaded again when needed."""
        for scope in scopes:
            self._held.pop(scope, None)
            self._aside.pop(scope, None)

    async def again(self, scope: str) -> Projection:
        """The projection as the journal has it now: another process may have gone further."""
        self.forget([scope])
        return await self.of(scope)

    async def follow(self, scopes: Iterable[str]) -> list[str]:
        """Have these scopes as the journal has them; returns those another process had taken further."""
        held = [name for name in scopes if name in self._held]
        heads = await self.journal.heads() if held else {}
        behind = [name for name in held if name in heads and self._is_behind(name, heads[name].version)]
        self.forget(behind)
        return behind

    def _is_behind(self, scope: str, version: int) -> bool:
        held = self._held.get(scope)
        return held is not None and held.version < version

    def _append(self, scope: str, items: list[Item]) -> Append:
        transitions = [
            Transition(item.identity, item.time, "", [Entry(item.kind, item.canonical)]) for item in items
        ]
        if scope in self._aside:
            head = self._aside[scope]
            return Append(scope, head.version, transitions, base_hash=head.hash)
        held = self._held[scope]
        base = held.version
        held.version += len(items)
        held.rows_since_snapshot += len(items)
        snapshot = None
        if held.is_snapshot_due(self.snapshot_every_rows):
            snapshot, held.rows_since_snapshot = freeze(held.projection), 0
        return Append(scope, base, transitions, snapshot=snapshot, base_hash=held.hash)

    def held(self) -> list[Projection]:
        """The projections in memory, in order of scope."""
        return [self._held[scope].projection for scope in sorted(self._held)]
