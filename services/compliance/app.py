"""Wires compliance: settings → journal, bus, health. The only module that names adapters."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chassis.bus import Consumption, Publisher, Subscription
from chassis.checkpoints import Checkpointing
from chassis.clock import Clock, WallClock
from chassis.health import Check, consumer_check
from chassis.journal import SqlJournal
from chassis.settings import Settings
from compliance.handlers import Compliance, Heal
from compliance.projections import Projections
from compliance.saying import Saying

GROUP = "aiguillage-compliance"
STREAM = r"^orientations$"
SERVICE = "compliance"


@dataclass(frozen=True, slots=True)
class ComplianceService:
    """A wired service: its use cases, and what it tells of its health."""

    compliance: Compliance
    consumption: Consumption
    checks: Mapping[str, Callable[[], Check]]


@asynccontextmanager
async def compliance_service(
    settings: Settings, bootstrap: str, heal: Heal | None = None, clock: Clock | None = None
) -> AsyncIterator[ComplianceService]:
    """The service, started and consuming while the block runs."""
    clock = clock or WallClock()
    journal = SqlJournal(settings.database_of(SERVICE), clock)
    publisher = Publisher(bootstrap, settings.tuning)
    await journal.open()
    try:
        await publisher.start()
        projections = Projections(journal)
        compliance = Compliance(projections, Saying(projections, publisher, clock), heal)
        await compliance.start()
        subscription = Subscription(GROUP, STREAM, compliance.handle, compliance.on_idle)
        checkpoints = Checkpointing(SERVICE, journal, publisher, settings.checkpoint_every_seconds)
        async with (
            checkpoints.running(),
            Consumption(bootstrap, subscription, settings.tuning).running() as consumption,
        ):
            yield ComplianceService(
                compliance,
                consumption,
                {
                    "consumer": lambda: consumer_check(consumption.state()),
                    "journal": lambda: Check(is_ready=journal.is_answering, detail={}),
                    "stream": lambda: Check(
                        is_ready=not compliance.holes, detail={"holes": len(compliance.holes)}
                    ),
                },
            )
    finally:
        await publisher.stop()
        await journal.close()
