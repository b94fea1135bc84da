"""Publishing what the journal holds: after the commit, again after a crash, always the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from chassis.bus import Message, Publisher
from chassis.journal import Journal, Published, PublishedMark, Row
from chassis.rejects import rejected_message
from contracts.canonical import decode
from orientation.emissions import ORIENTATIONS, Emission, emissions
from orientation.scope_batch import ScopeBatch

log = structlog.get_logger("orientation")

SWEEP_ROWS = 500
"""Rows published at once by a sweep."""


_Blocked = dict[str, set[str]]
"""The topics of each scope on which something was not taken: nothing follows on them before it."""
_Results = Sequence[tuple[Emission, BaseException | None]]


@dataclass(slots=True)
class _Due:
    """Emissions of one scope, in order, up to the journal version they end with."""

    scope: str
    version: int
    emissions: list[Emission]


@dataclass(slots=True)
class Publishing:
    """Keeps the topics level with the journal: the published mark moves once a broker has acknowledged.

    A scope whose earlier rows are not all out is never published past them: the sweep goes first.
    """

    journal: Journal
    publisher: Publisher
    is_behind: bool = False
    _level: dict[str, int] = field(default_factory=dict)

    async def publish(self, batches: Sequence[ScopeBatch]) -> None:
        """Publish what was just appended; whatever fails, or must wait its turn, is left to the sweep."""
        level = [batch for batch in batches if await self._is_level(batch)]
        self.is_behind = self.is_behind or len(level) < len(batches)
        await self._send([self._due_of(batch) for batch in level], {})

    async def sweep_if_behind(self) -> None:
        """Sweep when the last publication left something."""
        if self.is_behind:
            await self.sweep()

    async def sweep(self) -> None:
        """Publish everything journalled and not yet acknowledged; a blocked topic does not hold the others."""
        self.is_behind = True
        scopes = await self.journal.unpublished()
        blocked: _Blocked = {}
        for scope in scopes:
            await self._resume(scope, await self.journal.published(scope), blocked)
        self.is_behind = bool(blocked)

    async def republish(self, scope: str, after_sequence: int = 0) -> int:
        """Publish a scope's items after a sequence again; returns how many facts the broker took.

        Messages keep their ids, sequences and bytes: a consumer drops those it has. The published mark stays where
        it is: what was never out before that sequence is still the sweep's.
        """
        after, sent = 0, 0
        while rows := await self.journal.rows(scope, after=after, limit=SWEEP_ROWS):
            after = rows[-1].version
            again = [e for e in _of_rows(rows) if e.topic != ORIENTATIONS or e.sequence > after_sequence]
            errors = await self.publisher.publish([e.message for e in again]) if again else []
            sent += sum(
                e.topic == ORIENTATIONS and error is None for e, error in zip(again, errors, strict=True)
            )
        return sent

    async def _resume(self, scope: str, published: Published, blocked: _Blocked) -> None:
        """Publish a scope's rows from its mark on; a topic that fails is left where it failed, others go on."""
        after = published.version
        while rows := await self.journal.rows(scope, after=after, limit=SWEEP_ROWS):
            after = rows[-1].version
            stopped = blocked.get(scope, set())
            done = published.sequences
            left = [e for e in _of_rows(rows) if e.topic not in stopped and e.sequence > done.get(e.topic, 0)]
            await self._send([_Due(scope, after, left)], blocked)

    async def _is_level(self, batch: ScopeBatch) -> bool:
        """Whether everything before this batch is out."""
        scope = str(batch.state.scope)
        if scope not in self._level:
            self._level[scope] = (await self.journal.published(scope)).version
        return self._level[scope] == batch.base_version

    async def publish_rejects(self) -> None:
        """Publish refusals that are stored and not yet published; a topic that fails does not hold the others."""
        after, blocked = 0, set[str]()
        while found := await self.journal.unpublished_rejects(SWEEP_ROWS, after, blocked):
            after = found[-1].id
            results = await self.publisher.publish([rejected_message(reject) for reject in found])
            outcomes = list(zip(found, results, strict=True))
            blocked |= {kept.reject.topic for kept, error in outcomes if error is not None}
            await self.journal.mark_rejects_published([kept.id for kept, error in outcomes if error is None])

    def _due_of(self, batch: ScopeBatch) -> _Due:
        found = [
            emission
            for applied in batch.applied
            for ordinal, ((kind, data), entry) in enumerate(
                zip(applied.facts, applied.entries[1:], strict=True), start=1
            )
            for emission in emissions(kind, ordinal, data, entry.data)
        ]
        return _Due(str(batch.state.scope), batch.base_version + batch.rows, found)

    async def _send(self, dues: Sequence[_Due], blocked: _Blocked) -> None:
        """Publish, await every acknowledgement, move the marks. Topics that failed are added to `blocked`."""
        messages: list[Message] = [e.message for due in dues for e in due.emissions]
        was_behind, self.is_behind = self.is_behind, True
        results = iter(await self.publisher.publish(messages) if messages else [])
        marks = []
        for due in dues:
            errors = [(e, next(results)) for e in due.emissions]
            failed = {e.topic for e, error in errors if error is not None}
            if failed:
                log.warning("publication_incomplete", scope=due.scope, topics=sorted(failed))
                blocked.setdefault(due.scope, set()).update(failed)
            marks.append(self._mark(due, errors, is_complete=due.scope not in blocked))
        await self.journal.mark_published(marks)
        self.is_behind = was_behind or bool(blocked)

    def _mark(self, due: _Due, errors: _Results, *, is_complete: bool) -> PublishedMark:
        if is_complete:
            self._level[due.scope] = max(self._level.get(due.scope, 0), due.version)
            return PublishedMark(due.scope, due.version)
        return PublishedMark(due.scope, 0, _acknowledged(errors))


def _of_rows(rows: Iterable[Row]) -> Iterable[Emission]:
    for row in rows:
        if row.ordinal:
            data = decode(row.data)
            assert isinstance(data, dict)  # noqa: S101 - facts are objects
            yield from emissions(row.type, row.ordinal, data, row.data)


def _acknowledged(errors: _Results) -> dict[str, int]:
    """The last sequence of each topic before its first failure."""
    last: dict[str, int] = {}
    stopped: dict[str, bool] = defaultdict(bool)
    for emission, error in errors:
        stopped[emission.topic] = stopped[emission.topic] or error is not None
        if not stopped[emission.topic]:
            last[emission.topic] = emission.sequence
    return last
