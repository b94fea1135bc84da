"""Health pages: whether a service lives and is ready, and its metrics."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.bus.state import ConsumerState
from chassis.journal.port import Journal

MAX_POLL_AGE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a service depends on: whether it is well, and what to tell whoever asks.

    A degraded one still works, though not as somebody wishes: it is told, and traffic goes on.
    """

    is_ready: bool
    detail: Mapping[str, str | int | float | bool | list[str] | None]
    is_degraded: bool = False

    @property
    def status(self) -> str:
        """ready, degraded or not_ready."""
        if not self.is_ready:
            return "not_ready"
        return "degraded" if self.is_degraded else "ready"


def consumer_check(state: ConsumerState) -> Check:
    """Ready while the consumer is in its group and polls; a stuck one is not, however well the cluster."""
    age = state.last_poll_age_seconds
    polls = age is not None and age < MAX_POLL_AGE_SECONDS
    return Check(
        is_ready=state.is_joined and polls and not state.is_retrying,
        detail={
            "joined": state.is_joined,
            "retrying": state.is_retrying,
            "partitions": len(state.assignment),
            "lag_records": state.total_lag_records,
            "last_poll_age_seconds": age,
            "last_commit_age_seconds": state.last_commit_age_seconds,
            **({"refused": state.refusal} if state.refusal else {}),
        },
    )


def publisher_check(refused: Mapping[str, str]) -> Check:
    """Degraded while the cluster refuses what goes to some topics: it is kept, the rest goes out."""
    told = [f"{topic} : {why}" for topic, why in sorted(refused.items())]
    return Check(is_ready=True, detail={"refused": told} if told else {}, is_degraded=bool(told))


def journal_check(journal: Journal) -> Check:
    """Ready while the database answers and nothing was found altered: what is altered mends itself by no wait."""
    corruption = journal.corruption
    return Check(
        is_ready=journal.is_answering and corruption is None,
        detail={} if corruption is None else {"corrupt": corruption},
    )


def health_app(checks: Mapping[str, Callable[[], Check]], registry: CollectorRegistry) -> Starlette:
    """`/health/live` (200 while the loop turns), `/health` and `/health/ready` (every check), `/metrics`.

    Ready answers 200, degraded too, and 503 when a check is not ready; `status` is that of the worst check.
    """

    async def live(_: Request) -> Response:
        return JSONResponse({"live": True})

    async def ready(_: Request) -> Response:
        results = {name: check() for name, check in checks.items()}
        is_ready = all(result.is_ready for result in results.values())
        body = {
            "ready": is_ready,
            "status": _worst(result.status for result in results.values()),
            "checks": {
                name: {"ready": result.is_ready, "status": result.status, **result.detail}
                for name, result in results.items()
            },
        }
        return JSONResponse(body, status_code=200 if is_ready else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/health", ready),
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
        ]
    )


def _worst(statuses: Iterable[str]) -> str:
    found = set(statuses)
    return next((status for status in ("not_ready", "degraded") if status in found), "ready")
