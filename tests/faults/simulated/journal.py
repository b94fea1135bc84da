"""A journal in memory: the port's promises without a database, for simulations that open thousands of them."""

import re
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import count

from chassis.clock import Clock
from chassis.journal import (
    Adoption,
    Append,
    Appended,
    Conflict,
    Head,
    Heard,
    Identity,
    Journal,
    KeptReject,
    Mark,
    Outcome,
    Place,
    Published,
    PublishedMark,
    Reject,
    Row,
    Snapshot,
    Stored,
    VacancyRecord,
    Waiting,
    lowered,
)
from chassis.journal.chain import genesis, instant, microseconds
from chassis.journal.columns import digest as digest_bytes
from chassis.journal.columns import opened, sealed
from chassis.journal.refused import PERSONAL_MESSAGE, is_too_large
from contracts.rejected import RejectionReason

JOURNALS = count(1)
"""Each is another."""
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class _Scope:
    head: Head
    rows: list[Row] = field(default_factory=list)
    snapshot: Snapshot | None = None
    published: int = 0
    sequences: dict[str, int] = field(default_factory=dict)
    next_due: datetime | None = None


class MemoryJournal(Journal):
    """Nothing here awaits: each call is a transaction of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._scopes: dict[str, _Scope] = {}
        self._causes: dict[str, bytes] = {}
        self._vacancies: dict[tuple[str, str], VacancyRecord] = {}
        self._texts: dict[str, str] = {}
        self._bundles: dict[str, bytes] = {}
        self._in_force = ""
        self._rejects: dict[Heard, KeptReject] = {}
        self._identity = Identity(sha256(str(next(JOURNALS)).encode()).hexdigest()[:32])
        self._marks: dict[tuple[str, int, str], int] = {}
        self._adoptions: list[Adoption] = []
        self.heard: set[Heard] = set()
        """Where the messages of the inputs written stood: told to the checker, no part of the port."""

    def dump(self) -> "MemoryJournal":
        """A copy as of now, identity and marks included."""
        copied = MemoryJournal(self._clock)
        for name, value in vars(self).items():
            setattr(copied, name, value if name == "_clock" else copy(value))
        copied._scopes = {
            name: replace(scope, rows=list(scope.rows), sequences=dict(scope.sequences))
            for name, scope in self._scopes.items()
        }
        return copied

    def names(self) -> list[str]:
        """Every scope with a row, in order; no part of the port."""
        return sorted(self._scopes)

    def rows_of_all(self) -> int:
        """How many rows there are; no part of the port."""
        return sum(scope.head.version for scope in self._scopes.values())

    def last_row(self, scope: str) -> Row:
        """A scope's last row; no part of the port."""
        return self._scopes[scope].rows[-1]

    @property
    def is_answering(self) -> bool:
        """Always."""
        return True

    async def open(self) -> None:
        """Always open."""

    async def close(self) -> None:
        """What is in memory stays there: another writer may hold the same journal."""

    async def append(self, appends: Sequence[Append], reached: Sequence[Mark] = ()) -> list[Outcome]:
        """One after the other: a scope in conflict leaves nothing."""
        if len({asked.scope for asked in appends}) < len(appends):
            raise ValueError("one append for each scope in a batch")
        recorded_at = microseconds(self._clock.now())
        sealed_rows = [self._sealed(asked, recorded_at) for asked in appends]
        conflicts = [self._stale(asked) for asked in appends]
        outcomes = [
            conflict or self._append(asked, rows)
            for asked, rows, conflict in zip(appends, sealed_rows, conflicts, strict=True)
        ]
        self._move(lowered(reached, appends, outcomes))
        return outcomes

    def _move(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            self._marks[mark.key] = max(mark.offset, self._marks.get(mark.key, 0))

    def _sealed(self, asked: Append, recorded_at: int) -> list[Row]:
        """The rows to write; a mistake of the caller's is raised before anything is written."""
        for vacancy in asked.vacancies:
            if vacancy.scope != asked.scope:
                raise ValueError(f"vacancy {vacancy.vacancy_id} is of {vacancy.scope}, not of {asked.scope}")
        for transition in asked.transitions:
            for hash_, text in transition.texts.items():
                if sha256(text.encode()).hexdigest() != hash_:
                    raise ValueError(f"the text filed under {hash_} has another SHA-256")
        previous = bytes.fromhex(self._head(asked.scope).hash)
        return [opened(tuple(columns.values())) for columns in sealed(asked, previous, recorded_at)]

    def _head(self, name: str) -> Head:
        scope = self._scopes.get(name)
        return scope.head if scope is not None else Head(0, genesis(name).hex())

    def _append(self, asked: Append, rows: list[Row]) -> Outcome:
        if (conflict := self._double(asked)) is not None:
            return conflict
        head = self._head(asked.scope)
        if rows:
            head = Head(rows[-1].version, rows[-1].hash)
            scope = self._scopes.setdefault(asked.scope, _Scope(head))
            scope.head = head
            scope.rows += rows
        if asked.next_due is not None and asked.scope in self._scopes:
            self._scopes[asked.scope].next_due = asked.next_due
        if asked.snapshot is not None:
            self._scopes[asked.scope].snapshot = Snapshot(head.version, asked.snapshot)
        self._causes |= {row.cause: row.data for row in rows if row.ordinal == 0}
        self._vacancies |= {(each.bailleur, each.vacancy_id): each for each in asked.vacancies}
        for transition in asked.transitions:
            self._texts |= transition.texts
        self._keep(asked.refused)
        self.heard.update(asked.heard)
        return Appended(asked.scope, head.version, head.hash)

    def _stale(self, asked: Append) -> Conflict | None:
        if self._head(asked.scope).version != asked.base_version:
            return Conflict(asked.scope, "version")
        if asked.given is not None and self._head(asked.given[0]).version != asked.given[1]:
            return Conflict(asked.scope, "version")
        if any(heard.incarnation and heard in self._rejects for heard in asked.heard):
            return Conflict(asked.scope, "refused")
        return None

    def _double(self, asked: Append) -> Conflict | None:
        causes = [transition.cause for transition in asked.transitions]
        if len(set(causes)) < len(causes) or not self._causes.keys().isdisjoint(causes):
            return Conflict(asked.scope, "cause")
        known = [self._vacancies.get((each.bailleur, each.vacancy_id)) for each in asked.vacancies]
        if any(record is not None and record.scope != asked.scope for record in known):
            return Conflict(asked.scope, "vacancy")
        return None

    @property
    def corruption(self) -> str | None:
        """Memory keeps what was written."""
        return None

    async def examine(self) -> None:
        """As above."""

    async def load(self, scope: str, *, is_whole: bool = False) -> Stored:
        """Snapshot, rows after it, head."""
        found = self._found(scope)
        snapshot = None if is_whole else found.snapshot
        after = snapshot.version if snapshot else 0
        return Stored(snapshot, found.rows[after:], found.head.version, found.head.hash)

    def _found(self, name: str) -> _Scope:
        return self._scopes.get(name) or _Scope(self._head(name))

    async def rows(
        self, scope: str, after: int = 0, limit: int | None = None, *, is_proved: bool = True
    ) -> list[Row]:
        """A slice."""
        del is_proved
        found = self._found(scope).rows
        return found[after : None if limit is None else after + limit]

    async def scopes(self) -> list[str]:
        """In order."""
        return sorted(self._scopes)

    async def heads(self) -> dict[str, Head]:
        """Of every scope with a row."""
        return {name: scope.head for name, scope in self._scopes.items()}

    async def contents(self, scope: str, after: int, limit: int) -> list[tuple[str, bytes]]:
        """Of a slice."""
        return [(row.type, row.data) for row in await self.rows(scope, after, limit)]

    async def waits(self) -> dict[str, Waiting]:
        """Of every scope with a row."""
        return {name: Waiting(scope.head.version, scope.next_due) for name, scope in self._scopes.items()}

    async def known(self, identities: Collection[str]) -> dict[str, bytes]:
        """Looked up one by one."""
        return {name: self._causes[name] for name in identities if name in self._causes}

    async def vacancies(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], VacancyRecord]:
        """Looked up one by one."""
        return {key: self._vacancies[key] for key in keys if key in self._vacancies}

    async def published(self, scope: str) -> Published:
        """The scope's mark and its topics'."""
        found = self._found(scope)
        return Published(found.published, dict(found.sequences))

    async def mark_published(self, marks: Sequence[PublishedMark]) -> None:
        """Forward only."""
        for mark in marks:
            scope = self._scopes.get(mark.scope)
            if scope is None:
                continue
            if scope.published < mark.version <= scope.head.version:
                scope.published = mark.version
            for topic, sequence in mark.sequences.items():
                scope.sequences[topic] = max(scope.sequences.get(topic, 0), sequence)

    async def unpublished(self) -> list[str]:
        """In order."""
        return [name for name, scope in sorted(self._scopes.items()) if scope.published < scope.head.version]

    async def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        """Those that are there."""
        return {hash_: self._texts[hash_] for hash_ in hashes if hash_ in self._texts}

    async def erase_text(self, hash_: str) -> bool:
        """Gone at once."""
        return self._texts.pop(hash_, None) is not None

    async def store_bundle(self, digest: str, content: bytes) -> None:
        """Unless it is there."""
        self._bundles.setdefault(digest_bytes(digest).hex(), content)

    async def put_in_force(self, digest: str, content: bytes, signed: bytes | None = None) -> None:
        """Kept, and remembered; the simulation signs nothing."""
        assert signed is None
        await self.store_bundle(digest, content)
        self._in_force = digest

    async def signature_in_force(self) -> bytes | None:
        """None: nothing is signed here."""
        return None

    async def bundle_in_force(self) -> bytes | None:
        """The one remembered."""
        return self._bundles.get(self._in_force)

    async def bundle(self, digest: str) -> bytes | None:
        """Looked up."""
        return self._bundles.get(digest)

    async def reject(self, rejects: Sequence[Reject], reached: Sequence[Mark] = ()) -> list[Reject]:
        """Each once by place and value."""
        self._move(reached)
        return self._keep(rejects)

    def _keep(self, rejects: Sequence[Reject]) -> list[Reject]:
        standing = [reject for reject in rejects if reject.carries not in self._causes.items()]
        for reject in standing:
            heard = reject.heard
            if heard not in self._rejects:
                number = len(self._rejects) + 1
                self._rejects[heard] = KeptReject(number, heard.digest, _withheld(reject), is_published=False)
        return standing

    async def refused(self, places: Collection[Place]) -> set[Heard]:
        """Looked for among all."""
        wanted = set(places)
        return {heard for heard in self._rejects if heard.place in wanted}

    async def unpublished_rejects(
        self, limit: int, after: int = 0, but_topics: Collection[str] = ()
    ) -> list[KeptReject]:
        """The oldest first."""
        waiting = [kept for kept in self._rejects.values() if not kept.is_published and kept.id > after]
        return [kept for kept in waiting if kept.reject.topic not in but_topics][:limit]

    async def unpublished_reject_ids(self, limit: int, but_topics: Collection[str] = ()) -> list[int]:
        """Of the same."""
        return [kept.id for kept in await self.unpublished_rejects(limit, but_topics=but_topics)]

    async def mark_rejects_published(self, ids: Collection[int]) -> None:
        """Replaced one by one."""
        for place, kept in self._rejects.items():
            if kept.id in ids:
                self._rejects[place] = replace(kept, is_published=True)

    async def rejects(self, limit: int) -> list[KeptReject]:
        """The newest first."""
        return list(self._rejects.values())[::-1][:limit]

    async def find_reject(self, id_: int) -> KeptReject | None:
        """Looked for."""
        return next((kept for kept in self._rejects.values() if kept.id == id_), None)

    async def identity(self) -> Identity:
        """Drawn when it was made."""
        return self._identity

    async def bind(self, cluster_id: str) -> None:
        """Once."""
        if self._identity.cluster_id is None:
            self._identity = replace(self._identity, cluster_id=cluster_id)

    async def adopt(self, adoption: Adoption) -> None:
        """Noted, and marks forgotten."""
        self._identity = replace(self._identity, cluster_id=adoption.cluster_id)
        self._adoptions.append(adoption)
        self._marks.clear()

    async def adoptions(self) -> list[Adoption]:
        """In order."""
        return list(self._adoptions)

    async def marks(self) -> list[Mark]:
        """In order."""
        return [Mark(*key, offset) for key, offset in sorted(self._marks.items())]

    async def reject_counts(self) -> dict[tuple[str, str], int]:
        """Counted."""
        counts: dict[tuple[str, str], int] = {}
        for kept in self._rejects.values():
            key = kept.reject.topic, kept.reject.reason
            counts[key] = counts.get(key, 0) + 1
        return counts


def _withheld(reject: Reject) -> Reject:
    """What may be kept of a refused message."""
    is_personal = reject.reason == RejectionReason.DONNEE_PERSONNELLE
    kept = replace(
        reject,
        at=instant(microseconds(reject.at)),
        carries=None,
        path=UNKEEPABLE.sub("\ufffd", reject.path),
        message=PERSONAL_MESSAGE if is_personal else UNKEEPABLE.sub("\ufffd", reject.message),
    )
    if is_personal or is_too_large(reject):
        kept = replace(kept, key=None, value=None, headers=[])
    return kept
