"""Wires orientation: settings → journal, rulebook, bus, health. The only module that names adapters."""

import gc
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from chassis.admission.gate import Gate
from chassis.admission.surroundings import Belongs, KafkaSurroundings
from chassis.bus import (
    Cluster,
    Consumption,
    Hearing,
    LastingProgress,
    Publisher,
    Subscription,
    Tuning,
    read_to_end,
)
from chassis.bus.incarnation.placing import Placing
from chassis.checkpoints import Checkpointing
from chassis.clock import Clock, WallClock
from chassis.health import Check, consumer_check, journal_check, publisher_check
from chassis.journal import Journal, SqlJournal
from chassis.metrics import Metrics, measure_consumer
from chassis.rulesource import (
    Reporting,
    WithTheOneInForce,
    rule_source,
    rules_in_force,
    trusted_keys,
)
from chassis.settings import Settings
from orientation.emissions import ORIENTATIONS
from orientation.handlers import Orientation
from orientation.meter import SERVICE, Meter, quarantine_of, tell_blocked
from orientation.publishing import Publishing
from orientation.rulebook import ViewedRules
from orientation.scopes import Scopes

GROUP = "aiguillage-orientation"
INPUTS = r"^(vacancies|conventions|programmes|outcomes)(\.(?!rejected$)[A-Za-z0-9-]+)?$"
CONVENTIONS = r"^conventions(\.(?!rejected$)[A-Za-z0-9-]+)?$"
BELONGS = Belongs(SERVICE, GROUP, INPUTS, facts=ORIENTATIONS)
BATCH = 500
GC_ALLOCATIONS = 50_000


@dataclass(frozen=True, slots=True)
class OrientationService:
    """A wired service: its use cases, and what it tells of its health."""

    orientation: Orientation
    consumption: Consumption
    journal: Journal
    checks: Mapping[str, Callable[[], Check]]


@asynccontextmanager
async def orientation_service(
    settings: Settings, bootstrap: str, registry: CollectorRegistry, clock: Clock | None = None
) -> AsyncIterator[OrientationService]:
    """The service, started and consuming while the block runs; `RuleFileErrors` when it has no sound rules."""
    cluster = Cluster(bootstrap, settings.access)
    metrics, clock = Metrics.of(registry), clock or WallClock()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(_opened(SqlJournal(settings.database_of(SERVICE), clock)))
        source = await stack.enter_async_context(rule_source(settings, cluster))
        told = Reporting(SERVICE, metrics, clock)
        following = await stack.enter_async_context(
            rules_in_force(source, journal, told, trusted_keys(settings), WithTheOneInForce(clock))
        )
        publisher = await stack.enter_async_context(_started(Publisher(cluster, settings.tuning)))
        await stack.enter_async_context(told.running(Publisher(cluster, settings.tuning)))
        around = KafkaSurroundings(BELONGS, cluster, settings.tuning)
        gate = Gate(BELONGS, journal, around, clock, metrics, office=settings.adopt)
        group = LastingProgress(cluster, GROUP, INPUTS, settings.tuning)
        stack.push_async_callback(group.close)
        orientation = Orientation(
            Scopes(journal, settings.scopes_in_memory, quarantine_of(clock, metrics)),
            journal,
            Publishing(journal, publisher, clock),
            ViewedRules(following.in_force),
            clock,
            Meter(metrics),
            settings.clock,
            settings.trust,
            Hearing(group),
            gate.marks,
        )
        tell_blocked(metrics, orientation.publishing.blocked)

        async def begin() -> None:
            await orientation.start()
            spare_the_collector()
            await _conventions_first(orientation, cluster, settings.tuning, gate)

        subscription = Subscription(
            GROUP, INPUTS, orientation.handle, lambda _: orientation.on_idle(), gate, begin
        )
        consuming = Consumption(cluster, subscription, settings.tuning)
        await consuming.prepare()
        checkpoints = Checkpointing(
            SERVICE, journal, publisher, settings.checkpoint_every_seconds, lambda: gate.is_admitted
        )
        await stack.enter_async_context(checkpoints.running())
        consumption = await stack.enter_async_context(consuming.running())
        measure_consumer(metrics, SERVICE, consumption.state)
        yield OrientationService(
            orientation,
            consumption,
            journal,
            {
                "history": gate.check,
                "consumer": lambda: consumer_check(consumption.state()),
                "publisher": lambda: publisher_check(publisher.refused),
                "journal": lambda: journal_check(journal),
                "publication": orientation.publishing.check,
                "rulebook": following.check,
                "waits": orientation.waits_check,
                "quarantine": orientation.quarantine_check,
            },
        )


@asynccontextmanager
async def _opened(journal: SqlJournal) -> AsyncIterator[SqlJournal]:
    try:
        await journal.open()
        await journal.examine()
        yield journal
    finally:
        await journal.close()


@asynccontextmanager
async def _started(publisher: Publisher) -> AsyncIterator[Publisher]:
    try:
        await publisher.start()
        yield publisher
    finally:
        await publisher.stop()


def spare_the_collector() -> None:
    """What was loaded stays: keep the cyclic collector from walking rules and scopes again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS)


async def _conventions_first(orientation: Orientation, cluster: Cluster, tuning: Tuning, gate: Gate) -> None:
    """Read conventions to their end before any vacancy; the group meets them again as repeats."""
    records = await Placing(gate).placed(await read_to_end(cluster, CONVENTIONS, GROUP, tuning))
    for start in range(0, len(records), BATCH):
        await orientation.handle(records[start : start + BATCH])
