"""One member's stay in a consumer group: join, handle batches, commit, step aside, leave."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from chassis.bus.cluster import Cluster
from chassis.bus.incarnation.admits import Admits, LetsAllIn, NotAdmittedError
from chassis.bus.incarnation.placing import Placing
from chassis.bus.records import Record, next_offsets
from chassis.bus.state import ConsumerState
from chassis.bus.watch import PollWatch
from chassis.bus.wire import consuming_broker, subscribe
from chassis.settings.tuning import Tuning
from chassis.unavailable import Unavailable

if TYPE_CHECKING:
    from faststream.kafka.subscriber.usecase import BatchSubscriber

log = structlog.get_logger(__name__)

LAG_SECONDS = 2.0
LEAVE_SECONDS = 1.0
REST_SECONDS = 1.0
"""How long batches may follow one another before what is done when idle is done between two of them."""


class EngineFault(Exception):  # noqa: N818 - the word design.md uses: stop, page someone
    """A handler broke; its batch is not committed and the service must stop."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a service listens to: every topic matching `pattern`, in the name of `group`.

    `handle` gets one batch at a time, records of several partitions mixed, each partition in order.
    It returns when the batch is durable, raises `Unavailable` to be given the same batch again, and
    anything else it raises stops the service. The pattern must leave `.rejected` topics out.
    `on_idle(caught_up)` is called about every `Tuning.idle_seconds` while no batch is in hand, and under
    steady traffic between two batches, about once a second; never at the same time as `handle`.
    `caught_up` says that every record the broker had, in all partitions assigned, has been handled.
    What it raises counts as for `handle`.
    """

    group: str
    pattern: str
    handle: Callable[[Sequence[Record]], Awaitable[None]]
    on_idle: Callable[[bool], Awaitable[None]] | None = None
    admission: Admits = field(default_factory=LetsAllIn)
    begin: Callable[[], Awaitable[None]] | None = None
    """Done once, when the service is first let in and before it joins."""


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """From joining the group to leaving it; made anew whenever the broker was lost."""

    def __init__(
        self, cluster: Cluster, subscription: Subscription, tuning: Tuning, stopping: asyncio.Event
    ) -> None:
        self._subscription = subscription
        self._tuning = tuning
        self._stopping = stopping
        self._broker = consuming_broker(cluster, tuning)
        self._turn = asyncio.Lock()
        self._interrupted = asyncio.Event()
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._generation = 0
        self._placing = Placing(subscription.admission)
        self._is_let_in = asyncio.Event()
        self._subscriber: BatchSubscriber | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._watch: PollWatch | None = None
        self._committed: dict[TopicPartition, int] = {}
        self._committed_at: float | None = None
        self._lag_records: dict[TopicPartition, int] | None = None
        self._is_retrying = False
        self._idle_failures = 0
        self._rested_at = _monotonic()
        self._is_joined = False
        self.has_joined = False
        """Whether it ever became a member: then a later loss is a new one."""

    async def run(self) -> None:
        """Until asked to stop; raises the `KafkaError` that lost the broker, or `EngineFault`."""
        service = asyncio.create_task(self._serve())
        asked: asyncio.Future[Any] = asyncio.create_task(self._stopping.wait())
        endings: set[asyncio.Future[Any]] = {service, asked, self._failure}
        try:
            await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            await self._leave(service)
        for ended in (self._failure, service):
            if ended.done() and not ended.cancelled():
                ended.result()

    async def _serve(self) -> None:
        subscription = self._subscription
        subscriber = subscribe(
            self._broker, subscription.group, subscription.pattern, self._tuning, self, self._receive
        )
        self._subscriber = subscriber
        await self._broker.start()
        self._consumer = subscriber.consumer
        self._watch = PollWatch(self._consumer, self._fail)
        self._is_joined = self.has_joined = True
        log.info("group_joined", group=subscription.group, partitions=len(self.state().assignment))
        while True:
            await asyncio.sleep(self._idle_wait_seconds())
            await self._rest(self._watch)

    def _idle_wait_seconds(self) -> float:
        """Longer after each time in a row that what is done when idle was unavailable, within bounds."""
        usual = self._tuning.idle_seconds
        return max(usual, self._tuning.retry_seconds(self._idle_failures)) if self._idle_failures else usual

    async def _leave(self, service: "asyncio.Task[None]") -> None:
        """Finish the batch in hand, within bounds, then leave the group."""
        self._interrupted.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._tuning.graceful_stop_seconds), self._turn:
                pass
        service.cancel()
        with suppress(TimeoutError, KafkaError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._broker.stop()
        self._is_joined = False

    async def _receive(self, records: list[Record]) -> None:
        """FastStream's handler: raises nothing, since a batch that raises here would be dropped."""
        generation = self._generation
        await self._is_let_in.wait()
        async with self._turn:
            if self._is_closing() or generation != self._generation:
                return
            is_done = await self._placed_and_handled(records, generation) and generation == self._generation
            if is_done:
                await self._commit(records)
            if self._watch is not None:
                self._watch.is_in_hand = False
                if is_done and _monotonic() - self._rested_at >= max(REST_SECONDS, self._idle_wait_seconds()):
                    await self._do_idle_work(self._watch, is_level=False)

    async def _placed_and_handled(self, records: list[Record], generation: int) -> bool:
        try:
            placed = await self._placing.placed(records)
        except Unavailable as error:
            self._fail(error)
            return False
        return await self._handled(placed, generation)

    async def _handled(self, records: list[Record], generation: int) -> bool:
        """Whether the batch was handled; if not, it is delivered again after rejoining."""
        for attempt in count(1):
            try:
                await self._subscription.handle(records)
            except Unavailable as error:
                log.warning(
                    "batch_delayed", group=self._subscription.group, attempt=attempt, error=str(error)
                )
                if await self._is_interrupted_while_waiting(attempt) or generation != self._generation:
                    return False
            except Exception as error:  # noqa: BLE001 - the outermost loop: whatever broke stops the service
                self._break(error)
                return False
            else:
                return True
        raise AssertionError

    async def _is_interrupted_while_waiting(self, attempt: int) -> bool:
        self._is_retrying = True
        try:
            async with asyncio.timeout(self._tuning.retry_seconds(attempt)):
                await self._interrupted.wait()
        except TimeoutError:
            if self._watch is not None:
                await self._watch.keep_alive()
        finally:
            self._is_retrying = False
        return self._interrupted.is_set()

    async def _commit(self, records: list[Record]) -> None:
        await self._commit_offsets(dict(next_offsets(records)))

    async def _commit_positions(self, watch: PollWatch) -> None:
        """Commit where the consumer stands, all before it being handled, so that others see how far it is.

        After a transaction's marker, or where nothing was ever left to read, that is beyond the last record.
        """
        positions = await watch.positions()
        ahead = {place: at for place, at in positions.items() if at > self._committed.get(place, -1)}
        if ahead and not watch.is_in_hand:
            await self._commit_offsets(ahead)

    async def _commit_offsets(self, offsets: dict[TopicPartition, int]) -> None:
        if self._consumer is None:
            return
        try:
            told = self._subscription.admission.metadata
            await self._consumer.commit({place: (at, told(place)) for place, at in offsets.items()})
        except (CommitFailedError, IllegalStateError) as error:
            log.info("commit_refused", group=self._subscription.group, error=repr(error))
        except KafkaError as error:
            self._fail(error)
        else:
            self._committed |= offsets
            self._committed_at = _monotonic()

    async def _rest(self, watch: PollWatch) -> None:
        """Measure the lag; when no batch is in hand, call the idle hook."""
        generation = self._generation
        self._lag_records = await watch.lag_records(LAG_SECONDS)
        if watch.is_in_hand or self._turn.locked() or not self._subscription.admission.is_admitted:
            return
        async with self._turn:
            await self._begin_topics_made_again()
            if watch.is_in_hand or self._is_closing() or generation != self._generation:
                return
            is_level = self._lag_records is not None and not any(self._lag_records.values())
            await self._do_idle_work(watch, is_level=self._is_joined and is_level)

    async def _begin_topics_made_again(self) -> None:
        """A topic deleted and made again may be longer by now than where we stood: it is read from its beginning."""
        try:
            again = await self._placing.made_again(_monotonic(), self._tuning.metadata_max_age_ms / 1_000)
        except Unavailable as error:
            log.warning("topics_not_looked_at", group=self._subscription.group, error=str(error))
            return
        assert self._consumer is not None  # noqa: S101 - nobody rests before it is there
        places = [place for place in self._consumer.assignment() if place.topic in again]
        if places:
            await self._consumer.seek_to_beginning(*places)
            self._placing.forget()
            for place in places:
                self._committed.pop(place, None)

    async def _do_idle_work(self, watch: PollWatch, *, is_level: bool) -> None:
        """Call the idle hook, everything given out being handled; the turn is held."""
        if (on_idle := self._subscription.on_idle) is None:
            return
        if self._is_joined:
            await self._commit_positions(watch)
        try:
            await on_idle(is_level)
        except Unavailable as error:
            self._idle_failures += 1
            log.warning("idle_work_delayed", group=self._subscription.group, error=str(error))
        except Exception as error:  # noqa: BLE001 - as for a handler
            self._break(error)
        else:
            self._idle_failures = 0
        self._rested_at = _monotonic()

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let the batch in hand finish, within bounds; a batch waiting to be retried is given up."""
        self._is_joined = False
        self._is_let_in.clear()
        self._interrupted.set()
        try:
            async with asyncio.timeout(self._tuning.revoke_wait_seconds), self._turn:
                pass
        except TimeoutError:
            log.warning(
                "batch_overtaken_by_rebalance", group=self._subscription.group, partitions=len(revoked)
            )
        self._generation += 1
        self._committed.clear()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Go on from the committed offsets of the new assignment, or from the journal's marks, if it is let in."""
        try:
            starts = await self._admitted(assigned)
        except (NotAdmittedError, Unavailable) as error:
            self._fail(error)
            return
        if starts is None:
            return
        consumer = self._subscriber.consumer if self._subscriber is not None else None
        assert consumer is not None  # noqa: S101 - it is the one that was given partitions
        for place, at in starts.items():
            log.info("began_at_mark", topic=place.topic, partition=place.partition, offset=at)
            consumer.seek(place, at)
        self._placing.forget()
        self._interrupted.clear()
        self._is_let_in.set()
        self._is_joined = True
        log.info("partitions_assigned", group=self._subscription.group, partitions=len(assigned))

    async def _admitted(self, assigned: set[TopicPartition]) -> Mapping[TopicPartition, int] | None:
        """Where to begin; None when asked to stop meanwhile: a member that is still joining could not leave in time."""
        admission = asyncio.create_task(self._subscription.admission.admit(assigned))
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({admission, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            if not admission.done():
                admission.cancel()
                await asyncio.wait({admission})
        return None if admission.cancelled() else admission.result()

    def _is_closing(self) -> bool:
        return self._stopping.is_set() or self._failure.done()

    def _break(self, error: Exception) -> None:
        log.critical("engine_fault", group=self._subscription.group, exc_info=error)
        fault = EngineFault(f"{self._subscription.group}: {error!r}")
        fault.__cause__ = error
        self._fail(fault)

    def _fail(self, error: Exception) -> None:
        if not self._failure.done():
            self._failure.set_exception(error)

    def state(self) -> ConsumerState:
        """What the member can say of itself now."""
        assignment = self._consumer.assignment() if self._consumer is not None else ()
        return ConsumerState(
            is_joined=self._is_joined,
            is_retrying=self._is_retrying,
            last_poll_age_seconds=_age(self._watch.polled_at if self._watch else None),
            last_commit_age_seconds=_age(self._committed_at),
            lag_records=dict(self._lag_records or {}),
            assignment=frozenset(assignment),
        )


def _monotonic() -> float:
    return asyncio.get_running_loop().time()


def _age(instant: float | None) -> float | None:
    return None if instant is None else _monotonic() - instant
