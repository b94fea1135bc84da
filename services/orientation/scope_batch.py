"""One scope's part of a batch: inputs applied one after the other, gathered into one append."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chassis.journal import Append, Entry, Heard, Reject, Transition, VacancyRecord
from contracts.canonical import decode, encode, encode_own
from contracts.inputs import Input
from orientation.domain.dossier import Dossier
from orientation.domain.snapshot import freeze
from orientation.domain.state import ScopeState
from orientation.domain.work import Fact

SNAPSHOT_EVERY_ROWS = 500
"""So few that a scope out of memory is back within some hundredths of a second; see `ScopeBatch.is_snapshot_due`."""
_CHANGES_NOTHING = frozenset({"late", "recorded_only", "parked", "rejected"})
"""Statuses of what is recorded of a dossier without touching it, unless it moves a counter."""


@dataclass(frozen=True, slots=True)
class Applied:
    """An input that was applied, and its facts with their canonical bytes."""

    cause: Input
    facts: list[Fact]
    entries: list[Entry]


@dataclass(slots=True)
class ScopeBatch:
    """What one scope will write on top of `base_version`.

    A dossier brought back from the archive and changed forces a snapshot: rows written after a snapshot never change a
    dossier archived before it, so that a restart can fold them.
    """

    state: ScopeState
    base_version: int
    base_hash: str | None
    rows_since_snapshot: int
    snapshot_every_rows: int = SNAPSHOT_EVERY_ROWS
    applied: list[Applied] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)
    records: dict[str, VacancyRecord] = field(default_factory=dict)
    archive: dict[str, Dossier] = field(default_factory=dict)
    brought_back: set[str] = field(default_factory=set)
    """Vacancies whose dossiers came from the journal's archive."""
    has_restored: bool = False
    """Whether one of them was changed."""
    refused: list[Reject] = field(default_factory=list)
    """What is refused on this state, kept only if the journal confirms that it is the latest."""
    heard: list[Heard] = field(default_factory=list)
    """Where the messages of the inputs applied stood."""

    def bring_back(self, vacancy_id: str, known: Mapping[str, VacancyRecord]) -> None:
        """Have the dossier an input mentions in the state, from this batch's archive or the journal's."""
        if vacancy_id in self.state.dossiers:
            return
        dossier = self.archive.pop(vacancy_id, None)
        if dossier is None:
            record = known.get(vacancy_id)
            if record is None or record.closed is None or record.scope != str(self.state.scope):
                return
            body: Any = decode(record.closed)
            dossier = Dossier.from_json(body)
            self.brought_back.add(vacancy_id)
        self.state.restore(dossier)

    def add(self, cause: Input, at: datetime, facts: list[Fact], digest: str) -> None:
        """Take an applied input's facts, and the dossiers they settled."""
        entries = [Entry(cause.type, cause.canonical)]
        entries.extend(Entry(kind, encode_own(data)) for kind, data in facts)
        self.transitions.append(Transition(cause.identity, at, digest, entries, cause.texts))
        self.applied.append(Applied(cause, facts, entries))
        self.has_restored = self.has_restored or any(map(self._changes_archived, facts))
        if cause.type == "vacancy.declared":
            self._declare(cause)
        self.put_back()

    def _changes_archived(self, fact: Fact) -> bool:
        _, data = fact
        is_changed = "ledger" in data or data.get("status") not in _CHANGES_NOTHING
        return is_changed and data.get("vacancy_id") in self.brought_back

    @property
    def is_snapshot_due(self) -> bool:
        """Whether the state is written whole: not before as many rows as it holds entries.

        So a large state costs its inputs no more than a small one, and a restart never folds more than it reads.
        """
        rows = self.rows_since_snapshot + self.rows
        return self.has_restored or (rows > self.snapshot_every_rows and rows > self.state.entries)

    def put_back(self) -> None:
        """Archive the dossiers nothing is awaited for: those just settled, those a refused input brought back."""
        for dossier in self.state.pop_settled():
            self.archive[dossier.vacancy_id] = dossier

    def _declare(self, cause: Input) -> None:
        vacancy_id = cause.data["vacancy_id"]
        self.records[vacancy_id] = VacancyRecord(
            self.state.scope.bailleur, vacancy_id, str(self.state.scope), content_of(cause)
        )

    def append(self, known: Mapping[str, VacancyRecord]) -> Append:
        """Everything to write, atomically; `known` are the vacancies the journal already holds.

        With no input applied only refusals are left to keep.
        """
        if not self.transitions:
            return Append(
                str(self.state.scope), self.base_version, [], refused=self.refused, base_hash=self.base_hash
            )
        for vacancy_id, dossier in self.archive.items():
            record = self.records.get(vacancy_id) or known[vacancy_id]
            closed = encode_own(dossier.to_json())
            self.records[vacancy_id] = VacancyRecord(
                record.bailleur, vacancy_id, record.scope, record.content, closed
            )
        return Append(
            str(self.state.scope),
            self.base_version,
            self.transitions,
            list(self.records.values()),
            freeze(self.state) if self.is_snapshot_due else None,
            self.refused,
            self.heard,
            self.state.next_due,
            base_hash=self.base_hash,
        )

    @property
    def rows(self) -> int:
        """Rows this batch will write."""
        return sum(len(transition.entries) for transition in self.transitions)


def content_of(cause: Input) -> str:
    """Digest of a declaration's body: by it a repeat is told from a contradiction."""
    return sha256(encode(cause.data)).hexdigest()


def vacancies_named(inputs: Iterable[Input]) -> set[tuple[str, str]]:
    """The vacancies inputs speak of, as (bailleur, vacancy_id)."""
    return {
        (cause.data["bailleur"], cause.data["vacancy_id"]) for cause in inputs if cause.data.get("vacancy_id")
    }
