"""The scopes: as many in memory as may be, of the others only until when they wait; forgotten when in doubt."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from chassis.clock import WallClock
from chassis.containment import Quarantine, ScopeBrokeError
from chassis.journal import Journal, Row
from contracts.canonical import decode
from flux.scope import Scope
from orientation.domain import fold
from orientation.domain.snapshot import thaw
from orientation.domain.state import ScopeState
from orientation.scope_batch import SNAPSHOT_EVERY_ROWS, ScopeBatch

IN_MEMORY = 1_000
"""Scopes held at once unless told otherwise."""


@dataclass(slots=True)
class _Held:
    state: ScopeState
    version: int
    hash: str
    rows_since_snapshot: int


@dataclass(frozen=True, slots=True)
class _Away:
    version: int
    until: datetime


@dataclass(slots=True)
class Scopes:
    """The states this process holds, least lately used first, and the journal version each stands at.

    A scope is loaded from its snapshot and the rows after it. `trim` drops those beyond `in_memory`: a state is
    nothing but what its rows say, so that dropping it changes no decision; what it waits for stays known.
    """

    journal: Journal
    in_memory: int = IN_MEMORY
    quarantine: Quarantine = field(default_factory=lambda: Quarantine(WallClock()))
    """The scopes that cannot be loaded, and those whose waits break."""
    snapshot_every_rows: int = SNAPSHOT_EVERY_ROWS
    _held: OrderedDict[str, _Held] = field(default_factory=OrderedDict)
    _waits: dict[str, _Away] = field(default_factory=dict)
    """When each scope that is not held next has something to do."""
    _in_doubt: set[str] = field(default_factory=set)
    """Scopes of which not even that is known."""

    async def start(self) -> None:
        """Know every scope of the journal, without loading those that told until when they wait."""
        await self.follow()

    async def load(self, name: str) -> None:
        """Have a scope in memory; it is now the one used last. `ScopeBrokeError` when its rows cannot be folded."""
        if name in self._held:
            self._held.move_to_end(name)
            return
        with self.quarantine.guarding(name, "la lecture de son journal"):
            await self._load(name)

    async def _load(self, name: str) -> None:
        stored = await self.journal.load(name)
        state = thaw(stored.snapshot.state) if stored.snapshot is not None else None
        if state is None:
            state = ScopeState(Scope.parse(name))
            if stored.snapshot is not None:
                stored = await self.journal.load(name, is_whole=True)
        replay(state, stored.rows)
        state.pop_settled()
        self._held[name] = _Held(state, stored.head_version, stored.head_hash, len(stored.rows))
        self._waits.pop(name, None)
        self._in_doubt.discard(name)

    def open(self, name: str) -> ScopeBatch:
        """A batch to be written on top of what a loaded scope holds."""
        held = self._held[name]
        return ScopeBatch(
            held.state, held.version, held.hash, held.rows_since_snapshot, self.snapshot_every_rows
        )

    def wrote(self, batch: ScopeBatch, head_hash: str) -> None:
        """The batch is durable, and its last row bears that hash."""
        held = self._held[str(batch.state.scope)]
        held.version += batch.rows
        held.hash = head_hash
        held.rows_since_snapshot += batch.rows
        if batch.is_snapshot_due:
            held.rows_since_snapshot = 0

    def trim(self) -> None:
        """Drop the scopes used least lately, beyond those that may be held; never with a batch in hand."""
        while len(self._held) > self.in_memory:
            name, held = self._held.popitem(last=False)
            self._waits[name] = _Away(held.version, held.state.next_due)

    def forget(self, names: Collection[str]) -> None:
        """Drop states that no longer match the journal: they are loaded again when needed."""
        for name in names:
            self._held.pop(name, None)
            self._waits.pop(name, None)
            self._in_doubt.add(name)

    async def follow(self) -> None:
        """Have every scope as the journal has it: what another writer took further is not held any more.

        Of a version known here the journal has nothing to tell: a wait it names may have ended otherwise since.
        """
        for name, waiting in (await self.journal.waits()).items():
            known = self._held.get(name) or self._waits.get(name)
            if known is not None and known.version == waiting.version:
                continue
            self._held.pop(name, None)
            self._waits.pop(name, None)
            self._in_doubt.discard(name)
            if waiting.next_due is None:
                self._in_doubt.add(name)
            else:
                self._waits[name] = _Away(waiting.version, waiting.next_due)
        await self.recover()

    async def recover(self) -> None:
        """Load again what was forgotten: its waits must end even if nobody writes to it."""
        for name in sorted(self._in_doubt):
            try:
                await self.load(name)
            except ScopeBrokeError:
                self._in_doubt.discard(name)
            self.trim()

    def names(self) -> list[str]:
        """The scopes in memory, in order."""
        return sorted(self._held)

    def names_due(self, now: datetime) -> list[str]:
        """Scopes with a wait that ends before now, in memory or not."""
        due = [name for name, held in self._held.items() if held.state.next_due < now]
        return sorted(due + [name for name, away in self._waits.items() if away.until < now])

    def state(self, name: str) -> ScopeState:
        """The state of a loaded scope."""
        return self._held[name].state


def replay(state: ScopeState, rows: list[Row]) -> None:
    """Fold journalled rows into a state; inputs (ordinal 0) change nothing by themselves."""
    for row in rows:
        if row.ordinal:
            data = decode(row.data)
            assert isinstance(data, dict)  # noqa: S101 - facts are objects
            fold.apply(state, row.type, data)
