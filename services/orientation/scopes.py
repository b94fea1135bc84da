"""The scopes in memory: loaded from their snapshot and the rows after it, forgotten when in doubt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chassis.journal import Head, Journal, Row
from contracts.canonical import decode
from flux.scope import Scope
from orientation.domain import fold
from orientation.domain.snapshot import thaw
from orientation.domain.state import ScopeState
from orientation.scope_batch import SNAPSHOT_EVERY_ROWS, ScopeBatch


@dataclass(slots=True)
class _Held:
    state: ScopeState
    version: int
    rows_since_snapshot: int


@dataclass(slots=True)
class Scopes:
    """The states this process holds, and the journal version each stands at."""

    journal: Journal
    _held: dict[str, _Held] = field(default_factory=dict)
    _forgotten: set[str] = field(default_factory=set)

    async def load(self, name: str) -> None:
        """Have a scope in memory."""
        if name in self._held:
            return
        stored = await self.journal.load(name)
        state = thaw(stored.snapshot.state) if stored.snapshot is not None else None
        rows = stored.rows
        if state is None:
            state = ScopeState(Scope.parse(name))
            if stored.snapshot is not None:
                rows = await self.journal.rows(name)
        replay(state, rows)
        state.pop_settled()
        self._held[name] = _Held(state, stored.head_version, len(rows))
        self._forgotten.discard(name)

    def open(self, name: str) -> ScopeBatch:
        """A batch to be written on top of what the scope holds."""
        held = self._held[name]
        return ScopeBatch(held.state, held.version, held.rows_since_snapshot)

    def wrote(self, batch: ScopeBatch) -> None:
        """The batch is durable."""
        held = self._held[str(batch.state.scope)]
        held.version += batch.rows
        held.rows_since_snapshot += batch.rows
        if batch.has_restored or held.rows_since_snapshot > SNAPSHOT_EVERY_ROWS:
            held.rows_since_snapshot = 0

    def forget(self, names: set[str] | list[str]) -> None:
        """Drop states that no longer match the journal: they are loaded again when needed."""
        for name in names:
            self._held.pop(name, None)
            self._forgotten.add(name)

    async def follow(self, heads: Mapping[str, Head]) -> None:
        """Have every scope as the journal has it: those another writer took further are loaded again."""
        self.forget(
            [n for n, h in heads.items() if n not in self._held or self._held[n].version != h.version]
        )
        await self.recover()

    async def recover(self) -> None:
        """Load again what was forgotten: its waits must end even if nobody writes to it."""
        for name in sorted(self._forgotten):
            await self.load(name)

    def names(self) -> list[str]:
        """The scopes in memory, in order."""
        return sorted(self._held)

    def names_due(self, now: datetime) -> list[str]:
        """Scopes with a wait that ends before now."""
        return [
            name
            for name in self.names()
            if (waits := self._held[name].state.deadlines) and waits[0].due < now
        ]

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
