"""Orientation at work: a batch of records → one transaction → one publication; waits that are over."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

import structlog

from chassis.admission.marks import marks_after
from chassis.bus import Alone, Hearing, Record
from chassis.clock import Clock
from chassis.containment import Quarantine, ScopeBrokeError, contained
from chassis.health import Check
from chassis.held import Held
from chassis.journal import Appended, Journal, Marks, Reject, VacancyRecord, lowered
from chassis.unavailable import Unavailable
from contracts.inputs import Input
from contracts.rejected import Rejected
from orientation.domain.event_clock import Ended, all_at, run_until
from orientation.domain.ports import Rulebook
from orientation.domain.routing import route
from orientation.in_vain import in_vain
from orientation.input_log import log_applied, log_rejected
from orientation.intake import (
    Received,
    fresh,
    in_order,
    is_repeat,
    of_a_scope_set_aside,
    receive,
    refusal,
    scope_of,
)
from orientation.meter import Meter
from orientation.others import Others
from orientation.parking_quota import ParkingQuota
from orientation.publishing import Publishing
from orientation.scope_batch import ScopeBatch, vacancies_named
from orientation.scopes import Scopes

log = structlog.get_logger("orientation")

CONFLICTS_AT_MOST = 5
"""How often a scope is decided again when another writer was first."""
A_WAIT = "une échéance qui arrive à son terme"


class RuleSource(Protocol):
    """Where the active rulebook is found."""

    def current(self) -> Rulebook:
        """The rulebook in force now; a decision uses exactly one."""


@dataclass(slots=True)
class Orientation:
    """The service's use cases. `clock_mode` is wall (live) or event (demos, simulations)."""

    scopes: Scopes
    journal: Journal
    publishing: Publishing
    rules: RuleSource
    clock: Clock
    meter: Meter
    clock_mode: Literal["wall", "event"] = "wall"
    trust: Literal["topics", "open"] = "topics"
    hearing: Hearing = field(default_factory=lambda: Hearing(Alone()))
    """Whether the replicas together have applied everything said before an instant."""
    marks: Marks = field(default_factory=Marks)
    """Up to where each input partition is applied in the journal."""
    quota: ParkingQuota = field(default_factory=ParkingQuota)

    others: Others = field(init=False)
    quarantine: Quarantine = field(init=False)
    held: Held = field(init=False)
    applied: int = 0
    """Inputs applied since the start, fired waits included."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.others = Others(self.journal, self.scopes, self.publishing, self.clock)
        self.quarantine = self.scopes.quarantine
        self.held = Held(self.meter.waits_held)

    async def start(self) -> None:
        """Know every scope and its waits, and publish what a crash left behind."""
        await self.scopes.start()
        await self.publishing.sweep()

    async def handle(self, records: Sequence[Record]) -> None:
        """Apply a batch: everything accepted is durable and published, everything refused is kept."""
        self.meter.batches.received(records)
        async with self._turn:
            try:
                with self.meter.batches.handling():
                    await contained(
                        records, self._handle_past_faults, self._refuse, self._start_afresh, scope_of
                    )
            finally:
                self.marks.begin(())

    async def _handle_past_faults(self, records: Sequence[Record]) -> None:
        """Handle a batch: a state or a wait that breaks is no message's fault, and each scope breaks but once."""
        while True:
            try:
                return await self._handle(records)
            except ScopeBrokeError:
                await self._start_afresh()

    async def _refuse(self, record: Record, rejected: Rejected) -> None:
        await self._reject([refusal(record, rejected, self.clock.now())])
        await self.publishing.publish_rejects()

    async def _reject(self, refused: Sequence[Reject]) -> None:
        """Keep refusals; those of what was applied after all, here or by another, are neither kept nor told."""
        self.marks.release()
        reached = self.marks.reached()
        self._tell_refused(await self.journal.reject(refused, reached))
        self.marks.written(reached)

    async def _start_afresh(self) -> None:
        """Hold no state any more: one may be half changed."""
        self.scopes.forget(self.scopes.names())
        await self.scopes.follow()

    async def _handle(self, records: Sequence[Record]) -> None:
        at = self.clock.now()
        now = at if self.clock_mode == "wall" else None
        self.marks.begin(marks_after(records))
        with self.meter.batches.stage("read"):
            received, refused = receive(records, now, self.trust, at)
        self.marks.hold(refused)
        refused += await self._apply(in_order(received, by_event_time=self.clock_mode == "event"), at)
        if refused:
            await self._reject(refused)
        await self.publishing.publish_rejects()
        await self.publishing.sweep_if_behind()
        await self.others.look()
        self.scopes.trim()

    async def on_idle(self) -> None:
        """Publish what is still to be; on the wall clock, fire the waits that are over.

        A wait is over for good once everything said before it ended is applied, by this process or another replica,
        however much was said since.
        """
        async with self._turn:
            await self.publishing.sweep_if_behind()
            await self.scopes.recover()
            await self.others.look()
            if self.clock_mode == "wall":
                await self._end_waits(self.clock.now())

    async def _end_waits(self, now: datetime) -> None:
        due = self._names_due(now)
        self.held.tell(due, now)
        heard = await self.hearing.look(now) if due or self.quota.is_asked else None
        if heard is not None:
            self.quota.heard(heard)
            await self._fire(heard, partial(all_at, at=now))
            self.held.tell(self._names_due(now), now)

    async def publish_again(self, scope: str, sequence: int) -> int:
        """Publish a scope's items after a sequence again; returns how many."""
        async with self._turn:
            return await self.publishing.republish(scope, after_sequence=sequence)

    async def run_until(self, until: datetime) -> None:
        """Event clock only: fire every wait that ends before an instant."""
        async with self._turn:
            await self.scopes.recover()
            await self._fire(until, run_until)

    def waits_check(self) -> Check:
        """Degraded while the waits of some scopes have been held for long."""
        return Check(
            is_ready=True,
            detail={
                "scopes_held": len(self.held),
                "held_by": sorted(self.hearing.awaited) if self.held else [],
            },
            is_degraded=self.held.is_long(self.clock.now()),
        )

    def quarantine_check(self) -> Check:
        """Degraded while scopes, or their waits, are set aside."""
        return self.quarantine.check(self._digest)

    @property
    def _digest(self) -> str:
        return self.rules.current().rules.digest

    def _names_due(self, before: datetime) -> list[str]:
        digest = self._digest
        return [name for name in self.scopes.names_due(before) if not self.quarantine.holds(name, digest)]

    async def _fire(self, before: datetime, ended: Ended) -> None:
        """Fire the waits that end before an instant, as inputs of their scopes; one that breaks stops its scope's."""
        for name in self._names_due(before):
            book = self.rules.current()
            try:
                await self.scopes.load(name)
                batch = self.scopes.open(name)
                with self.quarantine.guarding(name, A_WAIT, book.rules.digest, "waits"):
                    for cause, at, facts in ended(batch.state, before, book):
                        batch.add(cause, at, facts, book.rules.digest)
                    await self._commit([batch], {})
            except ScopeBrokeError:
                self.scopes.forget([name])
            self.scopes.trim()

    async def _apply(self, received: list[Received], at: datetime) -> list[Reject]:
        """Apply inputs; scopes another writer took are loaded and decided again, a bounded number of times.

        Returns what contradicts an earlier input; what a scope refuses is kept with what it accepts.
        """
        aside = [each for each in received if self.quarantine.holds(each.input.scope, self._digest, "scope")]
        refused = [of_a_scope_set_aside(each, at) for each in aside]
        self.marks.hold(refused)
        received = [each for each in received if each not in aside]
        for _ in range(CONFLICTS_AT_MOST):
            # First the scopes, then all else: a version that still holds at the end vouches for what was read since.
            for scope in sorted({each.input.scope for each in received}):
                await self.scopes.load(scope)
            known = await self.journal.known([each.input.identity for each in received])
            before = await self.journal.refused([each.place for each in received])
            new, contradictions, repeats = fresh(received, known, before, at)
            refused += contradictions
            self.marks.hold(contradictions)
            self.meter.repeated(repeats)
            lost = await self._decide(new, at)
            if not lost:
                return refused
            received = [each for each in new if each.input.scope in lost]
        raise ConflictsPersist(f"other writers keep taking {', '.join(sorted(lost))} first")

    async def _decide(self, received: list[Received], at: datetime) -> set[str]:
        by_scope: dict[str, list[Received]] = defaultdict(list)
        for each in received:
            by_scope[each.input.scope].append(each)
        vacancies = await self.journal.vacancies(vacancies_named(each.input for each in received))
        batches: list[ScopeBatch] = []
        known: dict[str, dict[str, VacancyRecord]] = {}
        for scope, inputs in by_scope.items():
            bailleur = scope.partition(":")[0]
            known[scope] = {name: record for (who, name), record in vacancies.items() if who == bailleur}
            batch = self.scopes.open(scope)
            with self.meter.batches.stage("decide"):
                self._fill(batch, inputs, known[scope], at)
            batches.append(batch)
        return await self._commit(batches, known)

    def _fill(
        self,
        batch: ScopeBatch,
        received: Iterable[Received],
        known: Mapping[str, VacancyRecord],
        at: datetime,
    ) -> None:
        """Decide a scope's inputs in order; a refused one changes nothing."""
        book = self.rules.current()
        for each in received:
            try:
                self._take(batch, each.input, known, at, book)
                batch.heard.append(each.heard)
            except Rejected as rejected:
                batch.put_back()
                batch.refused.append(refusal(each.record, rejected, at))

    def _take(
        self,
        batch: ScopeBatch,
        cause: Input,
        known: Mapping[str, VacancyRecord],
        at: datetime,
        book: Rulebook,
    ) -> None:
        vacancy_id, state = cause.data.get("vacancy_id"), batch.state
        if cause.type == "vacancy.declared" and is_repeat(batch, cause, known):
            self.meter.repeated(1)
            return
        if vacancy_id is not None:
            batch.bring_back(vacancy_id, known)
        if self.clock_mode == "event":
            at = max(state.clock, cause.time)
            for _ in self._waits_ended(batch, at, book):
                if vacancy_id is not None:
                    batch.bring_back(vacancy_id, known)
        else:
            at = max(state.clock, at)
        may_park = self.quota.lets_park(state, cause)
        batch.add(cause, at, route(state, cause, at, book, may_park=may_park), book.rules.digest)

    def _waits_ended(self, batch: ScopeBatch, until: datetime, book: Rulebook) -> Iterator[Input]:
        """Take the waits of a scope that end before an instant, one after the other, unless they are set aside."""
        scope, digest = str(batch.state.scope), book.rules.digest
        if self.quarantine.holds(scope, digest):
            return
        with self.quarantine.guarding(scope, A_WAIT, digest, "waits"):
            for fired, at, facts in run_until(batch.state, until, book):
                batch.add(fired, at, facts, digest)
                yield fired

    async def _commit(
        self, batches: Sequence[ScopeBatch], known: Mapping[str, Mapping[str, VacancyRecord]]
    ) -> set[str]:
        """Append, publish, remember; the scopes another writer took are returned, forgotten here.

        A scope in which everything was refused is put before the journal too: a refusal on a state that is no
        longer the latest is no refusal.
        """
        batches = [batch for batch in batches if batch.transitions or batch.refused]
        if not batches:
            return set()
        names = [str(batch.state.scope) for batch in batches]
        try:
            records = await self._records(batches, known)
            for scope, refused in await in_vain(self.journal, batches, self.trust, self.clock.now()):
                batches[names.index(scope)].refused.append(refused)
            appends = [batch.append(records[name]) for batch, name in zip(batches, names, strict=True)]
            reached = self.marks.reached()
            with self.meter.batches.stage("append"):
                outcomes = await self.journal.append(appends, reached)
            self.marks.written(lowered(reached, appends, outcomes))
        except BaseException:
            self.scopes.forget(names)
            raise
        lost = {outcome.scope for outcome in outcomes if not isinstance(outcome, Appended)}
        self.scopes.forget(lost)
        self.meter.conflicting(len(lost))
        for scope in sorted(lost):
            log.info("scope_taken_by_another", scope=scope)
        won = [batch for batch in batches if str(batch.state.scope) not in lost]
        self._tell_refused([refused for batch in won for refused in batch.refused])
        kept = [batch for batch in won if batch.transitions]
        hashes = {outcome.scope: outcome.head_hash for outcome in outcomes if isinstance(outcome, Appended)}
        for batch in kept:
            self.scopes.wrote(batch, hashes[str(batch.state.scope)])
        with self.meter.batches.stage("publish"):
            await self.publishing.publish(kept)
        if any(batch.refused for batch in won):
            await self.publishing.publish_rejects()
        self._tell(kept)
        return lost

    async def _records(
        self, batches: Sequence[ScopeBatch], known: Mapping[str, Mapping[str, VacancyRecord]]
    ) -> dict[str, Mapping[str, VacancyRecord]]:
        """The journal's records of every vacancy that is about to be archived."""
        wanted = {
            (batch.state.scope.bailleur, name)
            for batch in batches
            for name in batch.archive
            if name not in batch.records and name not in known.get(str(batch.state.scope), {})
        }
        found = await self.journal.vacancies(wanted) if wanted else {}
        return {
            str(batch.state.scope): {
                **known.get(str(batch.state.scope), {}),
                **{n: r for (who, n), r in found.items() if who == batch.state.scope.bailleur},
            }
            for batch in batches
        }

    def _tell_refused(self, refused: Sequence[Reject]) -> None:
        """One log line and one count for each message refused."""
        self.meter.refused(refused)
        log_rejected(refused)

    def _tell(self, batches: Sequence[ScopeBatch]) -> None:
        """One log line for each input applied, one count for each decision."""
        outcomes: Counter[str] = Counter()
        for batch in batches:
            self.applied += len(batch.applied)
            for applied in batch.applied:
                decided = [data for kind, data in applied.facts if kind == "orientation.decided"]
                outcomes.update(data["outcome"] for data in decided)
                log_applied(str(batch.state.scope), applied, decided[-1] if decided else None)
        self.meter.decided(outcomes)


class ConflictsPersist(Unavailable):
    """Other writers kept winning the same scopes: the batch comes again, after a while."""
