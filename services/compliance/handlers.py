"""Compliance at work: a batch of the ordered stream → counters → `progress`; holes are noticed and healed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog

from chassis.bus import Record
from chassis.clock import Clock
from chassis.left_behind import LeftBehind
from compliance.domain.projection import Projection, apply
from compliance.items import Item, read_items
from compliance.projections import Projections
from compliance.saying import Saying
from compliance.watching import Watching
from flux.calendar import legal_date
from flux.scope import Scope

log = structlog.get_logger("compliance")

Heal = Callable[[str, int], Awaitable[None]]
"""Asks for a scope's items after a sequence to be published again."""


SCOPES_AT_ONCE = 20
"""Scopes looked at in one idle moment: items that come in between do not wait for all of them."""


async def _nobody_else() -> bool:
    """Alone, this process has read all there is when it says so."""
    return True


@dataclass(slots=True)
class Compliance:
    """The service's use cases. `heal` is called once for each hole noticed in a scope's sequence."""

    projections: Projections
    saying: Saying
    watching: Watching
    heal: Heal | None = None
    wall: Clock | None = None
    """Tells which evenings are over when nothing comes; none: only the times of the items do."""
    all_caught_up: Callable[[], Awaitable[bool]] = _nobody_else
    """Whether every replica has read all there is: then only is an evening over by the clock."""
    holes: dict[str, int] = field(default_factory=dict)
    _looked_at: dict[str, date] = field(default_factory=dict)
    """The day on which the clock last looked at each scope."""
    _left: LeftBehind = field(init=False)

    def __post_init__(self) -> None:
        self._left = LeftBehind(self.watching.journal, self.saying.clock)

    async def start(self) -> None:
        """Know where the journal stands; nothing is loaded, what an earlier process left is said little by little."""
        await self.watching.start()
        await self.saying.start()

    async def handle(self, records: Sequence[Record]) -> None:
        """Fold a batch: durable first, then published."""
        folded: dict[str, list[Item]] = defaultdict(list)
        try:
            await self._fold(records, folded)
        except BaseException:
            self.projections.forget(folded)
            self.watching.forget()
            raise
        await self._write(folded)
        await self.saying.say_in_time()
        self._trim()

    async def _fold(self, records: Sequence[Record], folded: dict[str, list[Item]]) -> None:
        """Apply what follows in each scope; a scope found ahead of us may have been taken further by another."""
        for item in read_items(records):
            projection = await self.projections.of(item.scope)
            if item.sequence > projection.sequence + 1 and not folded[item.scope]:
                projection = await self.projections.again(item.scope)
            if self._is_next(projection, item):
                await self.watching.until(projection, _day_of(projection, item))
                self.saying.moved(item.scope, apply(projection, item.kind, item.data))
                folded[item.scope].append(item)

    async def on_idle(self, caught_up: bool) -> None:  # noqa: FBT001 - the bus calls it so
        """Say what is unsaid, judge the evenings that are over; ask again for what is still missing."""
        left = await self._left.look()
        self.saying.take_over(left)
        self.watching.take_over(left)
        self.saying.catch_up(SCOPES_AT_ONCE)
        await self.saying.say()
        await self._forget_healed()
        if caught_up:
            await self._watch()
        self._trim()
        if caught_up and self.heal is not None:
            for scope, sequence in list(self.holes.items()):
                await self.heal(scope, sequence)

    async def _forget_healed(self) -> None:
        """Drop the holes that another process has gone past."""
        if self.holes:
            await self.projections.follow(self.holes)
        for scope, sequence in list(self.holes.items()):
            if (await self.projections.of(scope)).sequence > sequence:
                del self.holes[scope]

    async def watch_until(self, day: date) -> None:
        """Judge every evening that is over when a day begins, whatever the clock says."""
        async for projection in self.projections.each():
            if projection.scope not in self.holes:
                await self.watching.until(projection, day)
        await self._write({})

    async def _watch(self) -> None:
        """By the clock, and once more when the rules changed: a few scopes at a time, as the journal has them."""
        due = [scope for scope in await self.projections.names() if self._is_due(scope)][:SCOPES_AT_ONCE]
        if not due or not await self.all_caught_up():
            due = []
        await self.projections.follow(due)
        for scope in due:
            projection = await self.projections.of(scope)
            await self.watching.again(projection)
            today = self._today(scope)
            if today is not None:
                await self.watching.until(projection, today)
                self._looked_at[scope] = today
        if due or self.watching.has_unsaid:
            await self._write({})

    def _is_due(self, scope: str) -> bool:
        """Whether an evening of it may be over, or was judged by other rules; a scope with a hole waits."""
        today = self._today(scope)
        is_new_day = today is not None and self._looked_at.get(scope) != today
        return scope not in self.holes and (
            is_new_day or not self.watching.is_judged_by_the_rules_in_force(scope)
        )

    def _today(self, scope: str) -> date | None:
        """The present civil day of a scope; None on the event clock."""
        return None if self.wall is None else legal_date(self.wall.now(), Scope.parse(scope).departement)

    def _trim(self) -> None:
        """Hold no more scopes than may be held; what is unsaid stays."""
        self.projections.trim(but=self.saying.unsaid)
        self.watching.trim({projection.scope for projection in self.projections.held()})

    async def _write(self, folded: dict[str, list[Item]]) -> None:
        try:
            self.watching.written(await self.projections.write(folded, self.watching.appends()))
        except BaseException:
            self.watching.forget()
            self._looked_at.clear()
            raise
        await self.watching.say()

    def _is_next(self, projection: Projection, item: Item) -> bool:
        """Whether the item follows the last one; a repeat is dropped, a hole is noticed."""
        expected = projection.sequence + 1
        if item.sequence == expected:
            self.holes.pop(item.scope, None)
            return True
        if item.sequence > expected and self.holes.get(item.scope) != projection.sequence:
            self.holes[item.scope] = projection.sequence
            log.error("hole_in_sequence", scope=item.scope, expected=expected, found=item.sequence)
        return False


def _day_of(projection: Projection, item: Item) -> date:
    """Civil day of an item, in the département's legal time."""
    return date.fromisoformat(projection.day(item.data["at"]))
