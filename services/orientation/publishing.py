"""Publishing what the journal holds: after the commit, again after a crash, always the same bytes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

import structlog

from chassis.bus import Message, Publisher
from chassis.clock import Clock
from chassis.health import Check
from chassis.journal import Journal, Published, PublishedMark, Row
from chassis.reach import Reach, Untaken, blocked_since
from contracts.canonical import decode
from orientation.emissions import ORIENTATIONS, Emission, emissions
from orientation.refusals import Refusals
from orientation.scope_batch import ScopeBatch

log = structlog.get_logger("orientation")

SWEEP_ROWS = 500
"""Rows published at once by a sweep."""
LAST_ROWS = 20
"""Rows among which a scope's last item is looked for: inputs stand between the items they caused."""


_Results = Sequence[tuple[Emission, BaseException | None]]


@dataclass(slots=True)
class _Due:
    """Emissions of one scope, in order, between two journal versions."""

    scope: str
    after: int
    version: int
    emissions: list[Emission]


@dataclass(slots=True)
class Publishing:
    """Keeps the topics level with the journal: the published mark moves once a broker has acknowledged.

    A scope whose earlier rows are not all out is never published past them: the sweep goes first. But a topic that
    takes nothing holds up itself alone: the scope's others go on at once, nothing is read for it between two tries,
    and a try costs the one message it stopped at. How far each topic is stands in the journal too: memory only
    spares reading it again.
    """

    journal: Journal
    publisher: Publisher
    clock: Clock
    refusals: Refusals = field(init=False)
    _left: set[str] = field(default_factory=set)
    """Scopes of which something may be left to publish that is not blocked."""
    _reaches: dict[str, Reach] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.refusals = Refusals(self.journal, self.publisher, self.clock)

    @property
    def is_behind(self) -> bool:
        """Whether something journalled is not out."""
        return bool(self._left) or any(reach.is_held_up for reach in self._reaches.values())

    def blocked(self) -> dict[str, datetime]:
        """The topics that do not take what they are sent, those of refusals too, and since when."""
        return blocked_since([*self._reaches.values(), self.refusals.reach])

    def check(self) -> Check:
        """Degraded while a topic is blocked."""
        blocked = [f"{topic} since {since.isoformat()}" for topic, since in sorted(self.blocked().items())]
        return Check(
            is_ready=True,
            detail={"behind": self.is_behind, "blocked_topics": blocked},
            is_degraded=bool(blocked),
        )

    async def publish(self, batches: Sequence[ScopeBatch]) -> None:
        """Publish what was just appended; whatever fails, or must wait its turn, is left to the sweep."""
        self._left.update(str(batch.state.scope) for batch in batches)
        level = [batch for batch in batches if await self._is_level(batch)]
        await self._send([self._due_of(batch) for batch in level])
        self._left.difference_update(str(batch.state.scope) for batch in level)

    async def sweep_if_behind(self) -> None:
        """Publish what was left, and what a blocked topic missed once it may be tried again."""
        now = self.clock.now()
        if self._left or any(reach.due(now) for reach in self._reaches.values()):
            await self.take_over(())
        if self.refusals.reach.due(now):
            await self.refusals.publish()

    async def sweep(self) -> None:
        """Publish everything journalled and not yet acknowledged, other processes' too: what a crash left."""
        await self.take_over(await self.journal.unpublished())

    async def take_over(self, left: Iterable[str]) -> None:
        """Publish what is left of these scopes, and of our own; a blocked topic does not hold the others.

        No other scope is touched: what another process has just journalled, it is about to publish.
        """
        self._left.update(left)
        await self._try_blocked()
        for scope in sorted(self._left):
            await self._resume(scope)
            self._left.discard(scope)

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

    async def last_sequences(self) -> dict[str, int]:
        """The last item published of each scope: where whoever folds the stream should stand."""
        found = dict[str, int]()
        for scope in await self.journal.scopes():
            out = (await self.journal.published(scope)).version
            rows = await self.journal.rows(scope, after=max(out - LAST_ROWS, 0), limit=min(out, LAST_ROWS))
            said = [e.sequence for e in _of_rows(rows) if e.topic == ORIENTATIONS]
            if said:
                found[scope] = said[-1]
        return found

    async def publish_rejects(self) -> None:
        """Publish refusals that are stored and not yet published; a topic that fails does not hold the others."""
        await self.refusals.publish()

    async def _try_blocked(self) -> None:
        """Send each blocked topic that is due the one message it stopped at, all of them together."""
        now = self.clock.now()
        await self._see_others(now)
        due = [(scope, topic) for scope, reach in self._reaches.items() for topic in reach.due(now)]
        firsts = [self._reaches[scope].blocked[topic].first for scope, topic in due]
        errors = await self.publisher.publish([first.message for first in firsts]) if firsts else []
        tried = list(zip(due, firsts, errors, strict=True))
        taken = [
            PublishedMark(scope, 0, {topic: first.number})
            for (scope, topic), first, error in tried
            if error is None
        ]
        await self.journal.mark_published(taken)
        for (scope, topic), _, error in tried:
            reach = self._reaches[scope]
            self._reaches[scope] = reach.failed_again(topic, now) if error else reach.opened(topic)
            log.info("blocked_topic_tried", scope=scope, topic=topic, is_open=error is None)

    async def _see_others(self, now: datetime) -> None:
        """Before a scope's topics are tried: what other processes have out by now of it is not sent again."""
        for scope in [scope for scope, reach in self._reaches.items() if reach.due(now)]:
            self._left.add(scope)
            published = await self.journal.published(scope)
            reach = self._reaches[scope].passed(published.version)
            self._reaches[scope] = reduce(Reach.opened, _taken(reach, published), reach)

    async def _resume(self, scope: str) -> None:
        """Publish a scope's rows from where it stands; a topic that fails is left where it failed, others go on."""
        published = await self.journal.published(scope)
        self._reaches[scope] = self._reaches.get(scope, Reach()).passed(published.version)
        done = published.sequences
        while rows := await self.journal.rows(scope, after=self._reaches[scope].start, limit=SWEEP_ROWS):
            reach = self._reaches[scope]
            left = [e for e in _of_rows(rows) if e.sequence > done.get(e.topic, 0)]
            await self._send([_Due(scope, reach.start, rows[-1].version, _open(left, reach))])

    async def _is_level(self, batch: ScopeBatch) -> bool:
        """Whether everything before this batch is out, but on blocked topics."""
        scope = str(batch.state.scope)
        if scope not in self._reaches:
            self._reaches[scope] = Reach((await self.journal.published(scope)).version)
        return self._reaches[scope].start == batch.base_version

    def _due_of(self, batch: ScopeBatch) -> _Due:
        scope = str(batch.state.scope)
        found = [
            emission
            for applied in batch.applied
            for ordinal, ((kind, data), entry) in enumerate(
                zip(applied.facts, applied.entries[1:], strict=True), start=1
            )
            for emission in emissions(kind, ordinal, data, entry.data)
        ]
        version = batch.base_version + batch.rows
        return _Due(scope, batch.base_version, version, _open(found, self._reaches[scope]))

    async def _send(self, dues: Sequence[_Due]) -> None:
        """Publish, await every acknowledgement, move the marks, then remember."""
        messages: list[Message] = [e.message for due in dues for e in due.emissions]
        results = iter(await self.publisher.publish(messages) if messages else [])
        moved: dict[str, Reach] = {}
        marks = []
        for due in dues:
            sent = [(e, next(results)) for e in due.emissions]
            reach = moved[due.scope] = self._moved(due, _failed(sent))
            marks.append(
                PublishedMark(due.scope, reach.everywhere, _acknowledged(sent) if reach.is_held_up else {})
            )
        await self.journal.mark_published(marks)
        self._reaches |= moved

    def _moved(self, due: _Due, failed: Mapping[str, Untaken]) -> Reach:
        if failed:
            log.warning("publication_incomplete", scope=due.scope, topics=sorted(failed))
        return self._reaches[due.scope].moved(due.after, due.version, failed, self.clock.now())


def _open(found: Iterable[Emission], reach: Reach) -> list[Emission]:
    """Those on topics that are not blocked."""
    return [emission for emission in found if emission.topic not in reach.blocked]


def _taken(reach: Reach, published: Published) -> list[str]:
    """The blocked topics that took their first message of another process."""
    sequences = published.sequences
    return [t for t, blocked in reach.blocked.items() if sequences.get(t, 0) >= blocked.first.number]


def _of_rows(rows: Iterable[Row]) -> Iterable[Emission]:
    for row in rows:
        if row.ordinal:
            data = decode(row.data)
            assert isinstance(data, dict)  # noqa: S101 - facts are objects
            yield from emissions(row.type, row.ordinal, data, row.data)


def _failed(sent: _Results) -> dict[str, Untaken]:
    """The first message of each topic that was not taken."""
    found: dict[str, Untaken] = {}
    for emission, error in sent:
        if error is not None:
            found.setdefault(emission.topic, Untaken(emission.message, emission.sequence))
    return found


def _acknowledged(sent: _Results) -> dict[str, int]:
    """The last sequence of each topic before its first failure."""
    last: dict[str, int] = {}
    stopped: dict[str, bool] = defaultdict(bool)
    for emission, error in sent:
        stopped[emission.topic] = stopped[emission.topic] or error is not None
        if not stopped[emission.topic]:
            last[emission.topic] = emission.sequence
    return last
