"""A scope without Kafka: orientation decides each event, compliance folds each item and judges the evenings."""

# ruff: noqa: ANN401 - bodies of events are JSON values

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

import orjson

from aiguillage.simulation import Simulation
from chassis.rulebook import load
from compliance.domain.projection import Projection
from compliance.domain.projection import apply as fold
from compliance.domain.snapshot import freeze as freeze_projection
from compliance.domain.snapshot import thaw as thaw_projection
from compliance.domain.telling import progress_of
from compliance.domain.watch.evening import watch
from compliance.domain.watch.keeping import Watch
from compliance.rulebook import BookView as WatchBook
from contracts.authority import own_source
from contracts.canonical import decode, encode_own
from contracts.rejected import Rejected
from flux.scope import Scope
from orientation.domain import fold as orientation_fold
from orientation.domain.dossier import Dossier
from orientation.domain.snapshot import freeze, thaw
from orientation.domain.state import ScopeState
from orientation.rulebook import BookView

ROOT = Path(__file__).parents[2]
BAILLEUR, DEPARTEMENT = "999001209", "75"
SCOPE = f"{BAILLEUR}:{DEPARTEMENT}"
BEGINS = datetime(2026, 2, 2, 9, tzinfo=UTC)
SOURCE = f"/bailleurs/{BAILLEUR}"

Body = Mapping[str, Any]
EVENINGS = (date(2026, 12, 31), date(2027, 3, 15))
"""Looked at beside that of the last item: the year's last, and one when its bilan is due."""


@cache
def books() -> tuple[BookView, WatchBook]:
    """The rules delivered, as each service reads them."""
    rules = load(ROOT / "rules")
    return BookView(rules), WatchBook.of(rules)


class Memory:
    """What a simulation remembers, in memory, so that a world can be copied."""

    def __init__(self, entries: Mapping[bytes, bytes] | None = None) -> None:
        self.entries = dict(entries or {})

    def get(self, key: bytes) -> bytes | None:
        return self.entries.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        self.entries[key] = value


@dataclass
class World:
    """One scope of both services, and what it has said; `now` is the time of the next event."""

    now: datetime = BEGINS
    number: int = 0
    facts: list[tuple[str, bytes]] = field(default_factory=list)
    statuses: set[str] = field(default_factory=set)
    """Where dossiers stood after each input."""
    script: list[bytes | datetime] = field(default_factory=list)
    """The events said, and the instants waited for, in order."""
    said: set[tuple[str, str]] = field(default_factory=set)
    """Items by type and status."""

    def __post_init__(self) -> None:
        self.simulation = Simulation(books()[0], Memory(), self._follow)  # type: ignore[arg-type]  # two methods
        self.projection, self.watch = Projection(SCOPE), Watch()

    @property
    def state(self) -> ScopeState:
        return self.simulation.states.setdefault(SCOPE, ScopeState(Scope.parse(SCOPE)))

    def dossier(self, vacancy_id: str = "V1") -> Dossier | None:
        """A dossier, in memory or archived."""
        found = self.state.dossiers.get(vacancy_id)
        if found is None:
            archived = self.simulation.scratch.get(_archived_as(vacancy_id))
            found = None if archived is None else Dossier.from_json(_values(archived))
        return found

    def _follow(self, kind: str, data: dict[str, Any]) -> None:
        self.facts.append((kind, encode_own(data)))

    def event(self, kind: str, body: Body, *, id: str | None = None, source: str | None = None) -> bytes:  # noqa: A002 - as CloudEvents names it
        """The bytes of an event of now, said by whose word it is unless told otherwise; its id is new unless given."""
        self.number += 1
        named = {"bailleur": BAILLEUR, **body}
        if kind not in {"vacancy.declared", "vacancy.amended"}:
            named.setdefault("departement", DEPARTEMENT)
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": id or f"e{self.number}",
                "source": source or own_source(kind, named),
                "type": f"fr.aiguillage.{kind}.v1",
                "time": self.now.isoformat(),
                "data": named,
            }
        )

    def say(self, kind: str, /, **body: Any) -> None:
        """Have an event of now applied; one that is refused is a fault of the scene."""
        self.take(self.event(kind, body))

    def take(self, line: bytes) -> int:
        """Have an event applied by orientation and its items folded by compliance; how many items."""
        before = len(self.facts)
        self.script.append(line)
        try:
            self.simulation.apply(line)
        except Rejected:
            self._put_back()
            raise
        finally:
            self.statuses |= {dossier.status for dossier in self.state.dossiers.values()}
            self._fold(self.facts[before:])
        return len(self.facts) - before

    def _put_back(self) -> None:
        """Archive what a refused input brought back, as the service does."""
        for dossier in self.state.pop_settled():
            self.simulation.scratch.put(_archived_as(dossier.vacancy_id), encode_own(dossier.to_json()))

    def wait(self, **time: int) -> None:
        """Let time pass; waits that end on the way end."""
        self.now += timedelta(**time)
        self.script.append(self.now)
        before = len(self.facts)
        self.simulation.close(self.now)
        self._fold(self.facts[before:])

    def _fold(self, facts: list[tuple[str, bytes]]) -> None:
        for kind, said in facts:
            values = _values(said)
            self.said.add((kind, values.get("status", "")))
            fold(self.projection, kind, values)

    def judge(self) -> None:
        """Judge the evening of the last item and some that follow; tell the progress of every convention."""
        if self.projection.as_of:
            last = date.fromisoformat(self.projection.day(self.projection.as_of))
            for evening in (last, *(day for day in EVENINGS if day > last)):
                watch(self.projection, self.watch.standing, books()[1], evening)
        for name in self.projection.conventions:
            progress_of(self.projection, name)

    def copy(self) -> Self:
        """The same world from its snapshots: what one input does is not seen by the next one tried."""
        other = type(self)(self.now, self.number, list(self.facts), set(self.statuses), list(self.script))
        other.said = set(self.said)
        other.simulation.scratch = Memory(self.simulation.scratch.entries)  # type: ignore[assignment,attr-defined]  # as above
        state, projection = thaw(freeze(self.state)), thaw_projection(freeze_projection(self.projection))
        assert state is not None
        assert projection is not None
        other.simulation.states[SCOPE] = state
        other.projection = projection
        other.watch = Watch.thaw(self.watch.freeze())
        return other

    def proved(self) -> None:
        """The two services stand level, and folding their items again from nothing gives the same."""
        assert self.projection.sequence == self.state.sequence
        for year, ledger in self.state.ledger.years.items():
            assert sum(ledger.credit.values()) == sum(ledger.engaged.values()), year
        again, projection = ScopeState(Scope.parse(SCOPE)), Projection(SCOPE)
        for kind, said in self.facts:
            orientation_fold.apply(again, kind, _values(said))
            fold(projection, kind, _values(said))
        again.pop_settled()
        again.settled.clear()
        assert freeze(again) == freeze(self.state)
        assert freeze_projection(projection) == freeze_projection(self.projection)


def _archived_as(vacancy_id: str) -> bytes:
    return f"dossier {SCOPE} {vacancy_id}".encode()


def _values(said: bytes) -> Any:
    return decode(said)


def lines_of(world: World) -> Iterator[tuple[str, Any]]:
    """What was said, decoded."""
    return ((kind, _values(said)) for kind, said in world.facts)
