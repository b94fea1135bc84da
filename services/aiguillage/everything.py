"""Both services in one process, with the broker too when none is given: `aiguillage up` and `demo`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import orjson
from prometheus_client import CollectorRegistry
from starlette.routing import Route

from aiguillage.data_folder import held
from aiguillage.page import page_of
from aiguillage.supervision import LiveChecks, Supervised
from aiguillage.supervision.supervised import RESTARTS
from chassis.backoff import Backoff
from chassis.bus import Access
from chassis.bus.embedded import EmbeddedBroker
from chassis.health import Check, health_app
from chassis.http import serve
from chassis.rulesource.publication import TOPIC as RULEBOOKS
from chassis.settings import Settings
from compliance.app import ComplianceService, compliance_service
from orientation.app import OrientationService, orientation_service

SHARED_TOPICS = (
    "vacancies",
    "conventions",
    "programmes",
    "outcomes",
    "orientations",
    "concertations",
    "progress",
    "alerts",
    "checkpoints",
    "rulebooks.reports",
    "sample",
)
"""Made before the services start: on the embedded broker each topic made later costs a rejoin."""
PARTITIONS = 2
"""Of a shared topic; a party's own topic has one. Every partition is asked for at each fetch."""


def in_the_terminal(sentence: str) -> None:
    """Tell on standard error what became of a service."""
    sys.stderr.write(f"aiguillage: {sentence}\n")


@dataclass(frozen=True, slots=True)
class Everything:
    """Where the running whole can be reached, and its two services."""

    bootstrap: str
    web: str
    settings: Settings
    routing: Supervised[OrientationService]
    watching: Supervised[ComplianceService]
    notice: str | None

    @property
    def orientation(self) -> OrientationService:
        """Orientation, in its present life."""
        return self.routing.service

    @property
    def compliance(self) -> ComplianceService:
        """Compliance, in its present life."""
        return self.watching.service


@asynccontextmanager
async def everything(
    settings: Settings,
    topics: tuple[str, ...] = (),
    tell: Callable[[str], None] = in_the_terminal,
    restarts: Backoff = RESTARTS,
) -> AsyncIterator[Everything]:
    """The whole, started, while the block runs; `DATA/run.json` tells others where it is.

    A service that ends by a fault is told and started again with back-off; the other goes on.
    """
    if settings.is_embedded and settings.rules == "topic":
        raise ValueError(
            "Les règles d'un sujet demandent un Kafka qui le garde : donnez --kafka HÔTE:PORT, ou --rules DOSSIER."
        )
    if settings.database is not None and "{service}" not in settings.database:
        raise ValueError(
            "Deux services, deux bases : écrivez {service} dans l'URL, là où elle doit nommer le service."
        )
    async with AsyncExitStack() as stack:
        stack.enter_context(held(settings, "orientation", "compliance"))
        settings, notice = _with_broker(settings, stack, topics)
        registry = CollectorRegistry()
        routing = Supervised(
            "orientation",
            "L'orientation",
            lambda: orientation_service(settings, settings.kafka, registry),
            tell,
            restarts,
        )
        stream = _Stream(routing)
        watching = Supervised(
            "compliance",
            "La veille",
            lambda: compliance_service(settings, settings.kafka, registry, stream.heal, heads=stream.heads),
            tell,
            restarts,
        )
        for supervised in (routing, watching):
            await stack.enter_async_context(supervised.running())
        checks = LiveChecks(routing.checks, watching.checks)
        app = health_app(checks, registry)
        app.router.routes.insert(0, Route("/", page_of(lambda: watching.service)))
        port = await stack.enter_async_context(serve(app, settings.port, settings.host))
        await _joined(checks)
        web = f"http://{_reachable(settings.host)}:{port}/"
        whole = Everything(settings.kafka, web, settings, routing, watching, notice)
        _write_down(whole)
        yield whole


@dataclass(frozen=True, slots=True)
class _Stream:
    """What compliance asks of orientation's stream beside reading it; nothing while orientation is down."""

    routing: Supervised[OrientationService]

    async def heal(self, scope: str, sequence: int) -> None:
        """Have a scope's items after a sequence published again."""
        service = self.routing.service
        if service.checks["history"]().is_ready:
            await service.orientation.publish_again(scope, sequence)

    async def heads(self) -> Mapping[str, int]:
        """The last item published of each scope."""
        return await self.routing.service.orientation.publishing.last_sequences()


def _with_broker(
    settings: Settings, stack: AsyncExitStack, topics: tuple[str, ...]
) -> tuple[Settings, str | None]:
    """The settings with a broker's address: the one given, else an embedded one of our own."""
    if not settings.is_embedded:
        return settings, None
    broker = stack.enter_context(EmbeddedBroker())
    broker.cluster.create_topics(
        dict.fromkeys((*topics, RULEBOOKS), 1) | dict.fromkeys(SHARED_TOPICS, PARTITIONS)
    )
    tuned = settings.bus or broker.tuning
    ours = {"kafka": broker.bootstrap, "bus": tuned, "access": Access()}
    return settings.model_copy(update=ours), broker.notice


async def _joined(
    checks: Mapping[str, Callable[[], Check]], attempts: int = 600, wait_seconds: float = 0.05
) -> None:
    """Wait until both consumers are in their groups; a service that is not let in is waited for by nobody."""
    of_groups = [check for name, check in checks.items() if name.endswith("consumer")]
    of_gates = [check for name, check in checks.items() if name.endswith("history")]
    for _ in range(attempts):
        if all(check().is_ready for check in of_groups) or not all(check().is_ready for check in of_gates):
            return
        await asyncio.sleep(wait_seconds)


def _reachable(host: str) -> str:
    """The address a browser on this machine asks: every address means this one too."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared with, not listened on
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _write_down(whole: Everything) -> None:
    whole.settings.data.mkdir(parents=True, exist_ok=True)
    where = orjson.dumps({"bootstrap": whole.bootstrap, "web": whole.web})
    (whole.settings.data / "run.json").write_bytes(where)
