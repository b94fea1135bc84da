"""Wires compliance: settings → journal, bus, health. The only module that names adapters."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from chassis.admission.gate import Gate
from chassis.admission.surroundings import Belongs, KafkaSurroundings
from chassis.bus import Cluster, Consumption, Hearing, LastingProgress, Publisher, Subscription
from chassis.checkpoints import Checkpointing
from chassis.clock import Clock, WallClock
from chassis.containment import Quarantine
from chassis.health import Check, consumer_check, journal_check, publisher_check
from chassis.held import Held
from chassis.journal import Journal, SqlJournal
from chassis.metrics import BatchMeter, Metrics, measure_consumer
from chassis.rulesource import (
    Reporting,
    WithTheOneInForce,
    rule_source,
    rules_in_force,
    trusted_keys,
)
from chassis.settings import Settings
from compliance.handlers import Compliance, Heads, Heal
from compliance.projections import Projections
from compliance.rulebook import RulesInForce
from compliance.saying import Saying
from compliance.watching import Watching

GROUP = "aiguillage-compliance"
STREAM_TOPIC = "orientations"
STREAM = rf"^{STREAM_TOPIC}$"
SERVICE = "compliance"
BELONGS = Belongs(SERVICE, GROUP, STREAM)


@dataclass(frozen=True, slots=True)
class ComplianceService:
    """A wired service: its use cases, and what it tells of its health."""

    compliance: Compliance
    consumption: Consumption
    journal: Journal
    checks: Mapping[str, Callable[[], Check]]


@asynccontextmanager
async def compliance_service(
    settings: Settings,
    bootstrap: str,
    registry: CollectorRegistry,
    heal: Heal | None = None,
    clock: Clock | None = None,
    *,
    heads: Heads | None = None,
) -> AsyncIterator[ComplianceService]:
    """The service, started and consuming while the block runs; `RuleFileErrors` when it has no sound rules."""
    cluster = Cluster(bootstrap, settings.access)
    metrics, clock = Metrics.of(registry), clock or WallClock()
    async with AsyncExitStack() as stack:
        journal = SqlJournal(settings.database_of(SERVICE), clock)
        stack.push_async_callback(journal.close)
        await journal.open()
        await journal.examine()
        source = await stack.enter_async_context(rule_source(settings, cluster))
        told = Reporting(SERVICE, metrics, clock)
        following = await stack.enter_async_context(
            rules_in_force(source, journal, told, trusted_keys(settings), WithTheOneInForce(clock))
        )
        publisher = Publisher(cluster, settings.tuning)
        stack.push_async_callback(publisher.stop)
        await publisher.start()
        await stack.enter_async_context(told.running(Publisher(cluster, settings.tuning)))
        around = KafkaSurroundings(BELONGS, cluster, settings.tuning)
        gate = Gate(BELONGS, journal, around, clock, metrics, office=settings.adopt)
        group = LastingProgress(cluster, GROUP, STREAM, settings.tuning)
        stack.push_async_callback(group.close)
        quarantine = Quarantine(
            clock, metrics.scopes_set_aside.labels(SERVICE).set, metrics.scopes_broken.labels(SERVICE).inc
        )
        projections = Projections(journal, settings.scopes_in_memory, quarantine)
        compliance = Compliance(
            projections,
            Saying(projections, publisher, clock),
            Watching(journal, publisher, RulesInForce(following.in_force.current)),
            heal,
            clock if settings.clock == "wall" else None,
            Hearing(group),
            Held(metrics.waits_held.labels(SERVICE).set),
            gate.marks,
            heads=heads,
        )
        compliance.meter = BatchMeter(metrics, SERVICE)
        compliance.watching.counted = lambda kind, change: metrics.alerts.labels(kind, change).inc()
        compliance.two_ways.repeated = metrics.messages.labels(SERVICE, STREAM_TOPIC, "repeated").inc
        compliance.two_ways.alarmed = metrics.sequences_told_two_ways.labels(SERVICE).inc
        subscription = Subscription(
            GROUP, STREAM, compliance.handle, compliance.on_idle, gate, compliance.start
        )
        consuming = Consumption(cluster, subscription, settings.tuning)
        await consuming.prepare()
        checkpoints = Checkpointing(
            SERVICE, journal, publisher, settings.checkpoint_every_seconds, lambda: gate.is_admitted
        )
        await stack.enter_async_context(checkpoints.running())
        consumption = await stack.enter_async_context(consuming.running())
        measure_consumer(metrics, SERVICE, consumption.state)
        yield ComplianceService(
            compliance,
            consumption,
            journal,
            {
                "history": gate.check,
                "consumer": lambda: consumer_check(consumption.state()),
                "publisher": lambda: publisher_check(publisher.refused),
                "journal": lambda: journal_check(journal),
                "stream": lambda: Check(
                    is_ready=not compliance.holes, detail={"holes": len(compliance.holes)}
                ),
                "sequences": compliance.two_ways.check,
                "evenings": compliance.evenings_check,
                "quarantine": compliance.quarantine_check,
                "rulebook": following.check,
            },
        )
