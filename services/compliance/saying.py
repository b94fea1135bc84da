"""Says `progress` of what moved: once in a while for each convention, never once an item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chassis.bus import Message, Unavailable
from chassis.clock import Clock, is_past
from chassis.containment import ScopeBrokeError
from chassis.journal import PublishedMark
from compliance.domain.projection import Projection
from compliance.domain.telling import progress_of
from compliance.projections import Projections
from compliance.streams import is_of_items
from contracts.canonical import encode_own
from contracts.envelope import derived_id, emit
from contracts.speakers import COMPLIANCE

SOURCE = COMPLIANCE
PROGRESS = "progress"
PAUSE = timedelta(seconds=1)
"""The least time between two sayings while items keep coming."""


class Publishes(Protocol):
    """What takes messages to their topics; one outcome each, None when acknowledged."""

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        """Publish, in order."""
        ...


@dataclass(slots=True)
class Saying:
    """The conventions whose progress moved and is not published yet, by scope; what is not taken stays."""

    projections: Projections
    publisher: Publishes
    clock: Clock
    unsaid: dict[str, set[str]] = field(default_factory=dict)
    behind: set[str] = field(default_factory=set)
    """Scopes of which another process may have left anything unsaid."""
    _level: dict[str, int] = field(default_factory=dict)
    """The version up to which everything is known to be said."""
    _said_at: datetime | None = None

    def moved(self, scope: str, conventions: Iterable[str]) -> None:
        """These conventions' progress moved."""
        self.unsaid.setdefault(scope, set()).update(conventions)

    async def start(self) -> None:
        """Know what an earlier process may have left unsaid."""
        self.take_over(await self.projections.journal.unpublished())

    def take_over(self, left: Iterable[str]) -> None:
        """These streams were left unpublished: all their progress is ours to say."""
        aside = self.projections.quarantine
        self.behind |= {stream for stream in left if is_of_items(stream) and aside.find(stream) is None}

    def set_aside(self, scope: str) -> None:
        """Say nothing of a scope for now; whoever takes it back says all of it."""
        self.unsaid.pop(scope, None)
        self.behind.discard(scope)

    def catch_up(self, most: int) -> None:
        """Have so many scopes that are behind said next."""
        for scope in sorted(self.behind)[:most]:
            self.moved(scope, ())

    async def say_in_time(self) -> None:
        """Publish what is unsaid, unless something was said a moment ago."""
        if is_past(PAUSE, self._said_at, self.clock.now()):
            await self.say()

    async def say(self) -> None:
        """Publish what is unsaid; `Unavailable` when the broker does not take all of it.

        Another process may have taken a scope further, and said so: what we say must not be older, and is said again
        when it was overtaken on its way. An item that was not written after all may have been a convention's first:
        then there is nothing to say of it.
        """
        if not self.unsaid:
            return
        await self.projections.follow(self.unsaid)
        messages, reached = [], list[PublishedMark]()
        for scope, names in list(self.unsaid.items()):
            try:
                messages += await self._messages(scope, names)
            except ScopeBrokeError:
                self.projections.set_aside(scope)
                self.set_aside(scope)
                continue
            reached.append(PublishedMark(scope, self.projections.version(scope)))
        outcomes = await self.publisher.publish(messages) if messages else []
        errors = [error for error in outcomes if error is not None]
        if errors:
            raise Unavailable(f"{len(errors)} progress messages were not acknowledged") from errors[0]
        await self._said(reached)

    async def _messages(self, scope: str, names: set[str]) -> list[Message]:
        """The progress of what moved in a scope; `ScopeBrokeError` when it cannot be told."""
        projection = await self.projections.of(scope)
        known = projection.conventions.keys()
        ours = names & known if await self._is_told_before(scope) else known
        names.update(ours)  # if it is overtaken on its way, it is ours to say again
        with self.projections.quarantine.guarding(scope, "le calcul de l'avancement"):
            return [_message(projection, name) for name in sorted(ours)]

    async def _is_told_before(self, scope: str) -> bool:
        """Whether what others may have moved, before the scope was loaded here, is said; only ours is left then."""
        loaded_at = self.projections.loaded_at(scope)
        if self._level.get(scope, 0) < loaded_at:
            self._level[scope] = (await self.projections.journal.published(scope)).version
        return self._level.get(scope, 0) >= loaded_at

    async def _said(self, reached: list[PublishedMark]) -> None:
        await self.projections.journal.mark_published(reached)
        self.behind -= {mark.scope for mark in reached}
        self._level |= {mark.scope: mark.version for mark in reached}
        overtaken = await self.projections.follow(self.unsaid)
        self.unsaid = {scope: self.unsaid[scope] for scope in overtaken}
        self._said_at = self.clock.now()


def _message(projection: Projection, convention_id: str) -> Message:
    body = progress_of(projection, convention_id)
    value = emit(
        type="progress.updated",
        id=derived_id(projection.scope, projection.sequence, convention_id),
        source=SOURCE,
        time=datetime.fromisoformat(projection.as_of),
        subject=convention_id,
        data=encode_own(body),
    )
    return Message(PROGRESS, convention_id.encode(), value)
