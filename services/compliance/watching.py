"""The watch over every scope: alerts judged each evening, journalled beside the items, then published."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import takewhile

import structlog

from chassis.bus import Message, Unavailable
from chassis.containment import SetAside
from chassis.journal import Append, Appended, Entry, Journal, Outcome, PublishedMark, Row, Transition
from compliance.domain.projection import Projection
from compliance.domain.watch import quarantined
from compliance.domain.watch.evening import Told
from compliance.domain.watch.keeping import Watch
from compliance.domain.watch.telling import end_of
from compliance.rulebook import RulesInForce
from compliance.saying import SOURCE, Publishes
from compliance.streams import alerts_of, is_of_items
from contracts.canonical import decode, encode_own
from contracts.envelope import derived_id, emit
from flux.scope import Scope

log = structlog.get_logger("compliance")

ALERTS = "alerts"
ALERTS_AT_ONCE = 500
IN_DOUBT = ""
"""As a digest: what these rules said may not have been written."""


@dataclass(slots=True)
class _Kept:
    """One scope's watch, level with its stream up to `version`; `told` follows and is not journalled yet.

    `kept` is the day up to which the journal knows that evenings were judged, and by which rules; `judged_on` is the
    version of the items the last was judged on.
    """

    watch: Watch
    version: int
    hash: str
    judged_on: int = 0
    kept: tuple[date | None, str | None] = (None, None)
    told: list[Told] = field(default_factory=list)


def _nobody(kind: str, change: str) -> None:
    """Whom to tell when nobody measures."""


@dataclass(slots=True)
class Watching:
    """The watch of this process over its scopes.

    An evening is judged before the first item of a later day, or when the clock has passed it: the same stream and
    rules give the same alerts, however it was cut into batches.
    """

    journal: Journal
    publisher: Publishes
    rules: RulesInForce
    counted: Callable[[str, str], None] = _nobody
    """Told the kind of each alert that is journalled, and the change: `alert.raised`, `alert.cleared`."""
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _unsaid: set[str] = field(default_factory=set)
    _judged_by: dict[str, str] = field(default_factory=dict)
    """The rules each scope's last evening was judged by, when they are not those of the start."""
    _first_digest: str = ""

    @property
    def has_unsaid(self) -> bool:
        """Whether alerts are journalled and not acknowledged."""
        return bool(self._unsaid)

    async def start(self) -> None:
        """Alerts journalled and not acknowledged are published again."""
        self._unsaid = {stream for stream in await self.journal.unpublished() if not is_of_items(stream)}
        self._first_digest = self.digest

    @property
    def digest(self) -> str:
        """The rules in force."""
        return self.rules.view().rules.digest

    def take_over(self, left: Iterable[str]) -> None:
        """These streams were left unpublished by another process: their alerts are ours to say."""
        self._unsaid |= {stream for stream in left if not is_of_items(stream)}

    async def until(self, projection: Projection, day: date, version: int) -> None:
        """Judge every evening that is over when `day` begins, the journal's items standing at a version.

        What is told of it is journalled only if they still do.
        """
        kept = await self._of(projection.scope)
        kept.judged_on = version
        told = kept.watch.until(projection, day, self.rules.view())
        self._judged_by[projection.scope] = kept.watch.judged_by or self._first_digest
        self._keep(kept, told)

    def is_judged_by_the_rules_in_force(self, scope: str) -> bool:
        """Whether other rules than these had the last word on its last evening."""
        return self._judged_by.get(scope, self._first_digest) == self.digest

    async def again(self, projection: Projection, version: int) -> None:
        """Judge the last evening once more when other rules are in force; on a version of the items, as `until`."""
        if not self.is_judged_by_the_rules_in_force(projection.scope):
            kept = await self._of(projection.scope)
            kept.judged_on = version
            self._keep(kept, kept.watch.again(projection, self.rules.view()))
            self._judged_by[projection.scope] = self.digest

    def trim(self, scopes: Collection[str]) -> None:
        """Hold no more than what concerns these scopes, and what is told and not journalled."""
        self._kept = {scope: kept for scope, kept in self._kept.items() if scope in scopes or kept.told}

    def appends(self) -> list[Append]:
        """What is told and not journalled yet; beside it, how far evenings were judged, once there was an alert."""
        return [
            Append(
                alerts_of(scope),
                kept.version,
                [_transition(scope, *told) for told in kept.told],
                snapshot=kept.watch.freeze(),
                given=(scope, kept.judged_on),
                base_hash=kept.hash,
            )
            for scope, kept in self._kept.items()
            if kept.told or (kept.version and kept.kept != (kept.watch.last, kept.watch.judged_by))
        ]

    def written(self, outcomes: Sequence[Outcome]) -> list[str]:
        """The journal took these streams, but those of the scopes returned: there another process wrote first.

        It wrote alerts, or items they were not judged on: they are to be judged again from there.
        """
        lost = []
        for outcome in outcomes:
            scope = next(scope for scope in self._kept if alerts_of(scope) == outcome.scope)
            if isinstance(outcome, Appended):
                kept = self._kept[scope]
                if kept.told:
                    self._unsaid.add(outcome.scope)
                for change, body in kept.told:
                    self.counted(str(body["kind"]), change)
                kept.version, kept.hash, kept.told = outcome.head_version, outcome.head_hash, []
                kept.kept = kept.watch.last, kept.watch.judged_by
            else:
                _, judged_by = self._kept.pop(scope).kept
                self._judged_by[scope] = judged_by or self._first_digest
                lost.append(scope)
        return lost

    def set_aside(self, scope: str) -> None:
        """Drop what was judged of a scope that broke, and is not journalled: it is judged again from the journal."""
        self._kept.pop(scope, None)
        self._judged_by[scope] = IN_DOUBT

    async def tell_aside(self, aside: SetAside, version: int) -> None:
        """Raise the alert about a scope set aside, once, its items standing at a version of the journal.

        One of which no evening was ever judged has no alert: health tells it.
        """
        kept = await self._of(aside.scope)
        standing, last = kept.watch.standing, kept.watch.last
        if last is None or quarantined.KEY in standing.alerts:
            return
        kept.judged_on = version
        told = aside.told()
        body = quarantined.alert_of(aside.scope, aside.since, last, told, self.digest, standing.sequence + 1)
        standing.apply("alert.raised", body)
        self._keep(kept, [("alert.raised", dict(body))])

    def forget(self) -> None:
        """What was told may not be journalled, or may be: it is loaded again, and published if it is there."""
        for scope in [scope for scope, kept in self._kept.items() if kept.told]:
            del self._kept[scope]
            self._judged_by[scope] = IN_DOUBT
            self._unsaid.add(alerts_of(scope))

    async def say(self) -> None:
        """Publish what is journalled and unsaid; `Unavailable` when the broker does not take all of it."""
        for stream in sorted(self._unsaid):
            done = (await self.journal.published(stream)).version
            while rows := await self.journal.rows(stream, after=done, limit=ALERTS_AT_ONCE):
                await self._say(rows)
                done = rows[-1].version
            self._unsaid.discard(stream)

    async def _say(self, rows: Sequence[Row]) -> None:
        """Publish some alerts of a stream; those before the first that was not taken are not said again."""
        errors = await self.publisher.publish([message_of(row) for row in rows])
        failed = [error for error in errors if error is not None]
        taken = [row for row, _ in takewhile(lambda sent: sent[1] is None, zip(rows, errors, strict=True))]
        if taken:
            await self.journal.mark_published([PublishedMark(taken[-1].scope, taken[-1].version)])
        if failed:
            raise Unavailable(f"{len(failed)} alerts were not acknowledged") from failed[0]

    async def standing(self, scope: str) -> Watch:
        """The alerts of a scope."""
        return (await self._of(scope)).watch

    async def _of(self, scope: str) -> _Kept:
        kept = self._kept.get(scope)
        if kept is None:
            kept = self._kept[scope] = await self._load(scope)
        return kept

    async def _load(self, scope: str) -> _Kept:
        stored = await self.journal.load(alerts_of(scope))
        watch = Watch.thaw(stored.snapshot.state) if stored.snapshot is not None else None
        if watch is None:
            watch = Watch()
            if stored.snapshot is not None:
                stored = await self.journal.load(alerts_of(scope), is_whole=True)
        for row in stored.rows:
            body = decode(row.data)
            assert isinstance(body, dict)  # noqa: S101 - alerts are objects
            watch.standing.apply(row.type, body)
            watch.last = watch.standing.watched_on
        if watch.judged_by is not None:
            self._judged_by.setdefault(scope, watch.judged_by)
        return _Kept(watch, stored.head_version, stored.head_hash, kept=(watch.last, watch.judged_by))

    def _keep(self, kept: _Kept, told: list[Told]) -> None:
        kept.told += told
        for kind, body in told:
            log.info(kind.replace(".", "_"), scope=body["scope"], alert=body["kind"], rule=body.get("rule"))


def _transition(scope: str, kind: str, body: dict[str, object]) -> Transition:
    row = encode_own(body)
    evening = end_of(date.fromisoformat(str(body["watched_on"])), Scope.parse(scope).departement)
    return Transition(sha256(row).hexdigest(), evening, str(body["rulebook"]), [Entry(kind, row)])


def message_of(row: Row) -> Message:
    """A journalled alert as it is published: the same bytes each time."""
    body = decode(row.data)
    assert isinstance(body, dict)  # noqa: S101 - alerts are objects
    value = emit(
        type=row.type,
        id=derived_id(row.cause, row.ordinal),
        source=SOURCE,
        time=row.event_time,
        subject=str(body["alert_id"]),
        data=row.data,
        sequence=int(str(body["sequence"])),
    )
    return Message(ALERTS, str(body["scope"]).encode(), value)
