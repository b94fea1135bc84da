"""Compliance at work: a batch of the ordered stream → counters → `progress`; holes are noticed and healed."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from prometheus_client import CollectorRegistry

from chassis.admission.marks import marks_after
from chassis.bus import Alone, Hearing, Record
from chassis.clock import Clock
from chassis.containment import Quarantine, ScopeBrokeError
from chassis.health import Check
from chassis.held import Held
from chassis.journal import Marks
from chassis.left_behind import LeftBehind
from chassis.metrics import BatchMeter, Metrics
from compliance.domain.projection import Projection, apply
from compliance.items import Item, read_items
from compliance.projections import Projections
from compliance.saying import Saying
from compliance.told_two_ways import ToldTwoWays
from compliance.watching import Watching
from flux.calendar import legal_date
from flux.scope import Scope

log = structlog.get_logger("compliance")

Heal = Callable[[str, int], Awaitable[None]]
"""Asks for a scope's items after a sequence to be published again."""

Heads = Callable[[], Awaitable[Mapping[str, int]]]
"""Tells the last item published of each scope."""


SERVICE = "compliance"
STREAM = "orientations"
SCOPES_AT_ONCE = 20
"""Scopes looked at in one idle moment: items that come in between do not wait for all of them."""


@dataclass(slots=True)
class Compliance:
    """The service's use cases. `heal` is called once for each hole noticed in a scope's sequence."""

    projections: Projections
    saying: Saying
    watching: Watching
    heal: Heal | None = None
    wall: Clock | None = None
    """Tells which evenings are over when nothing comes; none: only the times of the items do."""
    hearing: Hearing = field(default_factory=lambda: Hearing(Alone()))
    """Whether the replicas together have folded all that was said before an instant: up to there evenings are over."""
    held: Held = field(default_factory=Held)
    """Tells which scopes have an evening that is over and not judged."""
    marks: Marks = field(default_factory=Marks)
    """Up to where each partition of the stream is folded in the journal."""
    meter: BatchMeter = field(default_factory=lambda: BatchMeter(Metrics(CollectorRegistry()), SERVICE))
    heads: Heads | None = None
    """Where the stream stands: looked at once after a start, for what the topic does not hold any more."""
    holes: dict[str, int] = field(default_factory=dict)
    _heard: datetime | None = None
    """All that was said before is folded."""
    _looked_at: dict[str, date] = field(default_factory=dict)
    """The day up to which the clock last looked at each scope."""
    _told_aside: set[str] = field(default_factory=set)
    """Scopes set aside about which an alert was raised."""
    two_ways: ToldTwoWays = field(init=False)
    _left: LeftBehind = field(init=False)

    def __post_init__(self) -> None:
        self.two_ways = ToldTwoWays(self.watching.journal)
        self._left = LeftBehind(self.watching.journal, self.saying.clock)

    async def start(self) -> None:
        """Know where the journal stands; nothing is loaded, what an earlier process left is said little by little."""
        await self.watching.start()
        await self.saying.start()

    async def handle(self, records: Sequence[Record]) -> None:
        """Fold a batch: durable first, then published."""
        self.meter.received(records)
        with self.meter.handling():
            await self._handle(records)

    async def _handle(self, records: Sequence[Record]) -> None:
        folded: dict[str, list[Item]] = defaultdict(list)
        repeats: list[Item] = []
        self.marks.begin(marks_after(records))
        try:
            with self.meter.stage("decide"):
                await self._fold(records, folded, repeats)
                await self._tell_aside()
        except BaseException:
            self.marks.begin(())
            self.projections.forget(folded)
            self.watching.forget()
            raise
        await self._write(folded)
        await self.two_ways.look(repeats)
        with self.meter.stage("publish"):
            await self.saying.say_in_time()
        self._trim()

    async def _fold(
        self, records: Sequence[Record], folded: dict[str, list[Item]], repeats: list[Item]
    ) -> None:
        """Apply what follows in each scope; a scope found ahead of us may have been taken further by another."""
        for item in read_items(records):
            if not self._is_aside(item.scope):
                try:
                    await self._fold_one(item, folded, repeats)
                except ScopeBrokeError:
                    self._set_aside(item.scope)
            if self._is_aside(item.scope):
                await self._keep_unfolded(item, folded, repeats)

    async def _fold_one(self, item: Item, folded: dict[str, list[Item]], repeats: list[Item]) -> None:
        projection = await self.projections.of(item.scope)
        if item.sequence > projection.sequence + 1 and not folded[item.scope]:
            projection = await self.projections.again(item.scope)
        if self._is_next(item, projection.sequence):
            version = self.projections.version(item.scope)
            by = f"le fait n° {item.sequence} ({item.kind})"
            with self.quarantine.guarding(item.scope, "l'examen d'une soirée", self.watching.digest):
                await self.watching.until(projection, _day_of(projection, item), version)
            with self.quarantine.guarding(item.scope, by):
                self.saying.moved(item.scope, apply(projection, item.kind, item.data))
            folded[item.scope].append(item)
        elif item.sequence <= projection.sequence:
            repeats.append(item)

    async def _keep_unfolded(self, item: Item, folded: dict[str, list[Item]], repeats: list[Item]) -> None:
        """Journal what follows in a scope that is set aside: it will be folded from there."""
        sequence = await self.projections.version_aside(item.scope) + len(folded[item.scope])
        if item.sequence > sequence + 1 and not folded[item.scope]:
            self.projections.forget([item.scope])
            sequence = await self.projections.version_aside(item.scope)
        if self._is_next(item, sequence):
            folded[item.scope].append(item)
        elif item.sequence <= sequence:
            repeats.append(item)

    @property
    def quarantine(self) -> Quarantine:
        """The scopes set aside."""
        return self.projections.quarantine

    def _is_aside(self, scope: str) -> bool:
        return self.quarantine.find(scope) is not None

    def _set_aside(self, scope: str) -> None:
        """Hold nothing of a scope any more but its place in the journal."""
        found = self.quarantine.find(scope)
        self.projections.set_aside(scope)
        if found is not None and found.digest is not None:
            self.watching.set_aside(scope)
        self.saying.set_aside(scope)

    def quarantine_check(self) -> Check:
        """Degraded while scopes are set aside."""
        return self.quarantine.check(self.watching.digest)

    async def _try_again(self) -> None:
        """Take back the scopes that have waited long enough, when they can be folded now."""
        for scope in self.quarantine.due(self.watching.digest):
            self.quarantine.release(scope)
            self.projections.forget([scope])
            try:
                await self.projections.of(scope)
            except ScopeBrokeError:
                self._set_aside(scope)
            else:
                log.info("scope_taken_back", scope=scope)
                self._told_aside.discard(scope)
                self.watching.set_aside(scope)
                self.saying.take_over([scope])
                self._looked_at.pop(scope, None)

    async def _tell_aside(self) -> bool:
        """Raise the alert about each scope set aside since the last look; whether there was one."""
        told = False
        for scope in self.quarantine.names(self.watching.digest):
            found = self.quarantine.find(scope)
            if found is None or scope in self._told_aside:
                continue
            self._told_aside.add(scope)
            told = True
            try:
                with self.quarantine.guarding(scope, "l'alerte qui le dit"):
                    await self.watching.tell_aside(found, await self.projections.version_aside(scope))
            except ScopeBrokeError:
                self._set_aside(scope)
        return told

    async def on_idle(self, caught_up: bool) -> None:  # noqa: FBT001 - the bus calls it so
        """Say what is unsaid, judge the evenings that are over; ask again for what is still missing."""
        left = await self._left.look()
        self.saying.take_over(left)
        self.watching.take_over(left)
        self.saying.catch_up(SCOPES_AT_ONCE)
        await self.saying.say()
        await self._try_again()
        if await self._tell_aside():
            await self._write({})
        await self._forget_healed()
        await self._watch()
        self._trim()
        if caught_up and self.heal is not None:
            await self._look_behind()
            for scope, sequence in list(self.holes.items()):
                await self.heal(scope, sequence)

    async def _look_behind(self) -> None:
        """Once, all that the topic holds being folded: find what was published and is not there any more."""
        if self.heads is None:
            return
        own = await self.projections.journal.heads()
        for scope, sequence in (await self.heads()).items():
            reached = own[scope].version if scope in own else 0
            if reached < sequence:
                self.holes[scope] = reached
                log.warning("stream_behind", scope=scope, reached=reached, published=sequence)
        self.heads = None

    async def _forget_healed(self) -> None:
        """Drop the holes that another process has gone past."""
        await self.projections.follow(self.holes)
        for scope, sequence in list(self.holes.items()):
            if await self._reached(scope) > sequence:
                del self.holes[scope]

    async def _reached(self, scope: str) -> int:
        """The last item of a scope that is journalled."""
        if not self._is_aside(scope):
            try:
                return (await self.projections.of(scope)).sequence
            except ScopeBrokeError:
                self._set_aside(scope)
        return await self.projections.version_aside(scope)

    def evenings_check(self) -> Check:
        """Degraded when evenings that are over have not been judged for long."""
        return Check(
            is_ready=True,
            detail={
                "scopes_held": len(self.held),
                "held_by": sorted(self.hearing.awaited) if self.held else [],
            },
            is_degraded=self.wall is not None and self.held.is_long(self.wall.now()),
        )

    async def watch_until(self, day: date) -> None:
        """Judge every evening that is over when a day begins, whatever the clock says."""
        async for projection in self.projections.each():
            if projection.scope not in self.holes:
                await self._judge(projection, day)
        await self._write({})

    async def _judge(self, projection: Projection, day: date | None) -> None:
        """Judge a scope's evenings that are over when a day begins, the last one again if rules have changed."""
        scope = projection.scope
        version = self.projections.version(scope)
        try:
            with self.quarantine.guarding(scope, "l'examen d'une soirée", self.watching.digest):
                await self.watching.again(projection, version)
                if day is not None:
                    await self.watching.until(projection, day, version)
        except ScopeBrokeError:
            self._set_aside(scope)

    async def _watch(self) -> None:
        """By the clock, and once more when the rules changed: a few scopes at a time, as the journal has them."""
        known = [scope for scope in await self.projections.names() if scope not in self.holes]
        names = [scope for scope in known if not self._is_aside(scope)]
        await self._listen(names)
        due = [scope for scope in names if self._is_due(scope)][:SCOPES_AT_ONCE]
        await self.projections.follow(due)
        for scope in due:
            day = _day(scope, self._heard)
            try:
                await self._judge(await self.projections.of(scope), day)
            except ScopeBrokeError:
                self._set_aside(scope)
            if day is not None:
                self._looked_at[scope] = day
        if due or self.watching.has_unsaid:
            await self._write({})

    async def _listen(self, names: Sequence[str]) -> None:
        """Know that all there is of the days that are over was folded, whatever else is still being said."""
        if self.wall is None:
            return
        now = self.wall.now()
        held = self._held_among(names, now)
        self.held.tell(held, now)
        if held:
            self._heard = await self.hearing.look(now) or self._heard
            self.held.tell(self._held_among(held, now), now)

    def _held_among(self, names: Sequence[str], now: datetime) -> list[str]:
        """Those with an evening that is over and may not be judged yet; to wait one's turn only is not to be held."""
        late = [scope for scope in names if self._looked_at.get(scope) != _day(scope, now)]
        return [scope for scope in late if _day(scope, self._heard) != _day(scope, now)]

    def _is_due(self, scope: str) -> bool:
        """Whether an evening of it may be over, or was judged by other rules; a scope with a hole waits."""
        day = _day(scope, self._heard)
        is_new_day = day is not None and self._looked_at.get(scope) != day
        return is_new_day or not self.watching.is_judged_by_the_rules_in_force(scope)

    def _trim(self) -> None:
        """Hold no more scopes than may be held; what is unsaid stays."""
        self.projections.trim(but=self.saying.unsaid)
        self.watching.trim({projection.scope for projection in self.projections.held()})

    async def _write(self, folded: dict[str, list[Item]]) -> None:
        try:
            with self.meter.stage("append"):
                outcomes = await self.projections.write(folded, self.watching.appends(), self.marks)
        except BaseException:
            self.watching.forget()
            self._looked_at.clear()
            raise
        finally:
            self.marks.begin(())
        self.meter.counted(STREAM, "folded", sum(map(len, folded.values())))
        for scope in self.watching.written(outcomes):
            self._looked_at.pop(scope, None)
        with self.meter.stage("publish"):
            await self.watching.say()

    def _is_next(self, item: Item, last: int) -> bool:
        """Whether the item follows the last one; a repeat is dropped, a hole is noticed."""
        expected = last + 1
        if item.sequence == expected:
            self.holes.pop(item.scope, None)
            return True
        if item.sequence > expected and self.holes.get(item.scope) != last:
            self.holes[item.scope] = last
            log.error("hole_in_sequence", scope=item.scope, expected=expected, found=item.sequence)
        return False


def _day(scope: str, at: datetime | None) -> date | None:
    """The civil day of an instant in a scope; None of none."""
    return None if at is None else legal_date(at, Scope.parse(scope).departement)


def _day_of(projection: Projection, item: Item) -> date:
    """Civil day of an item, in the département's legal time."""
    return date.fromisoformat(projection.day(item.data["at"]))
