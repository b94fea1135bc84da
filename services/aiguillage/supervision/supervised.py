"""Supervised service: started again with back-off when it ends; another's end is none of its business.

Exception
└── Unavailable
    └── ServiceDown    asked of a service that has ended: it is being started again
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, Protocol, Self, TypeVar

import structlog

from chassis.backoff import Backoff
from chassis.health import Check
from chassis.unavailable import Unavailable

log = structlog.get_logger(__name__)

RESTARTS = Backoff(first=timedelta(seconds=1), longest=timedelta(minutes=1))

Checks = Mapping[str, Callable[[], Check]]


class ServiceDown(Unavailable):
    """A service has ended by a fault, and is not up again yet."""


class Checked(Protocol):
    """A wired service."""

    @property
    def checks(self) -> Checks:
        """What it tells of its health."""
        ...


Service = TypeVar("Service", bound=Checked)


@dataclass(slots=True)
class Supervised(Generic[Service]):
    """One service of the process: `start` is called anew for each life of it.

    `name` is that of its health checks, `said` what people call it. `tell` is given a French sentence for the
    terminal when it ends, and when it is up again.
    """

    name: str
    said: str
    start: Callable[[], AbstractAsyncContextManager[Service]]
    tell: Callable[[str], None]
    restarts: Backoff = RESTARTS
    _service: Service | None = None
    _ended_by: str = ""
    _ends: int = 0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def service(self) -> Service:
        """The service in its present life; `ServiceDown` between two."""
        if self._service is None:
            raise ServiceDown(f"{self.said} s'est arrêtée ({self._ended_by}).")
        return self._service

    def checks(self) -> dict[str, Callable[[], Check]]:
        """Its checks under its name, and whether it is up: how often it ended, and by what."""
        own = {} if self._service is None else self._service.checks
        return {f"{self.name}.service": self._check} | {
            f"{self.name}.{name}": check for name, check in own.items()
        }

    def _check(self) -> Check:
        detail: dict[str, str | int | float | bool | list[str] | None] = {}
        if self._ends:
            detail = {"ended": self._ends, "ended_by": self._ended_by}
        return Check(is_ready=self._service is not None, detail=detail)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Have it run while the block does; raises what its first start raises."""
        up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        life = asyncio.create_task(self._live(up))
        try:
            await up
            yield self
        finally:
            self._stopping.set()
            if not up.done() or up.cancelled():
                life.cancel()
            with suppress(asyncio.CancelledError):
                await life

    async def _live(self, up: "asyncio.Future[None]") -> None:
        while not self._stopping.is_set():
            try:
                async with self.start() as service:
                    self._service = service
                    self._is_up(up)
                    await self._stopping.wait()
            except Exception as error:  # noqa: BLE001 - the outermost call of a service: whatever ended it
                self._service = None
                if not up.done():
                    up.set_exception(error)
                    return
                await self._rest(error)
            else:
                return

    def _is_up(self, up: "asyncio.Future[None]") -> None:
        if not up.done():
            up.set_result(None)
            return
        log.warning("service_up_again", service=self.name, ended=self._ends)
        self.tell(f"{self.said} est repartie.")

    async def _rest(self, error: Exception) -> None:
        """Tell why it ended, and wait before it is started again."""
        self._ends += 1
        self._ended_by = type(_cause(error)).__name__
        wait_seconds = self.restarts.after(self._ends).total_seconds()
        log.critical("service_ended", service=self.name, error=repr(_cause(error)), again_in=wait_seconds)
        self.tell(
            f"{self.said} s'est arrêtée ({self._ended_by}) ; nouvel essai dans {wait_seconds:.0f} s. Le reste "
            "continue ; /health et les lignes de journal disent pourquoi."
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_seconds):
                await self._stopping.wait()


def _cause(error: BaseException) -> BaseException:
    """What began it, out of the groups and faults it is wrapped in."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if error.__cause__ is None else _cause(error.__cause__)


class LiveChecks(Mapping[str, Callable[[], Check]]):
    """The checks of supervised services as they are when asked: those of a service that ended are gone."""

    def __init__(self, *parts: Callable[[], Checks]) -> None:
        self._parts = parts

    def _now(self) -> dict[str, Callable[[], Check]]:
        return {name: check for part in self._parts for name, check in part().items()}

    def __getitem__(self, name: str) -> Callable[[], Check]:
        return self._now()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())
