"""An orientation whose rules break on one commune, on a journal of its own; topics that take all they are sent."""

# ruff: noqa: ANN401 - rules answer values of any type

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from prometheus_client import CollectorRegistry

from chassis.bus import Message
from chassis.clock import FixedClock
from chassis.journal import SqlJournal
from chassis.metrics import Metrics
from chassis.rulebook import load
from flux.law import Law
from orientation.domain.ports import Lists, Rules
from orientation.handlers import Orientation
from orientation.meter import Meter, quarantine_of
from orientation.publishing import Publishing
from orientation.rulebook import BookView
from orientation.scopes import Scopes

RULES = Path(__file__).parents[3] / "rules"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
POISON = "48001"
"""A vacancy in this commune breaks the service."""


class Topics:
    def __init__(self) -> None:
        self.said: list[Message] = []
        self.breaks_by: Exception | None = None

    async def publish(self, messages: Sequence[Message]) -> list[BaseException | None]:
        if self.breaks_by is not None:
            raise self.breaks_by
        self.said += messages
        return [None for _ in messages]

    def refused(self) -> list[Message]:
        return [message for message in self.said if message.topic.endswith(".rejected")]


class BreakableBook:
    """The default rulebook, with a defect that one commune brings out until it is mended."""

    def __init__(self, breaks_by: Exception | None) -> None:
        self._view = BookView(load(RULES))
        self.breaks_by = breaks_by
        self.digest = self._view.rules.digest

    def current(self) -> "BreakableBook":
        return self

    @property
    def rules(self) -> Rules:
        return self

    @property
    def law(self) -> Law:
        return self._view.rules.law

    @property
    def first_day(self) -> date:
        return self._view.rules.first_day

    def lists_on(self, day: date) -> Lists:
        return self._view.lists_on(day)

    def render(self, because: str, facts: Mapping[str, Any]) -> str:
        return self._view.rules.render(because, facts)

    def verdict(self, family: str, *where: Any, **more: Any) -> Any:
        if self.breaks_by is not None and where[3].get("dwelling.commune") == POISON:
            raise self.breaks_by
        return self._view.rules.verdict(family, *where, **more)


@asynccontextmanager
async def a_service(
    folder: Path, topics: Topics, book: BreakableBook, clock_mode: Literal["wall", "event"] = "wall"
) -> AsyncIterator[Orientation]:
    clock = FixedClock(NOW)
    journal = SqlJournal(f"sqlite:///{folder}/orientation.sqlite", clock)
    await journal.open()
    publishing = Publishing(journal, topics, clock)  # type: ignore[arg-type]  # the one method it calls
    metrics = Metrics(CollectorRegistry())
    scopes = Scopes(journal, quarantine=quarantine_of(clock, metrics))
    service = Orientation(scopes, journal, publishing, book, clock, Meter(metrics), clock_mode)
    await service.start()
    try:
        yield service
    finally:
        await journal.close()


async def decided(service: Orientation) -> set[str]:
    rows = [row for scope in await service.journal.scopes() for row in await service.journal.rows(scope)]
    return {row.data.decode().partition('"vacancy_id":"')[2].partition('"')[0] for row in rows}
