"""An offset that comes back is another place: a valid message is applied or refused there; marks follow."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.bus import Record
from chassis.bus.incarnation.admits import LetsAllIn
from chassis.bus.incarnation.placing import Placing
from chassis.journal import SqlJournal
from tests.integration.orientation.breaking import POISON, BreakableBook, Topics, a_service, decided

FIRST, AGAIN = "a-cluster/first", "a-cluster/made-again"


@pytest.fixture
def record(says: Any, encoded: Callable[[Any], bytes]) -> Callable[..., Record]:
    def made(number: int, *, poison: bool = False, incarnation: str = FIRST) -> Record:
        vacancy = says.vacancy(f"V-{number}", dwelling={"commune": POISON} if poison else None)
        return Record(f"vacancies.{says.SIREN}", 0, number, b"key", encoded(vacancy), (), 0, incarnation)

    return made


async def mark_of(journal: SqlJournal) -> dict[str, int]:
    return {mark.incarnation: mark.offset for mark in await journal.marks()}


@pytest.mark.parametrize("incarnation", [AGAIN, ""], ids=["topic made again", "nobody can tell the log"])
async def test_a_message_at_an_offset_that_came_back_is_judged(
    tmp_path: Path, record: Callable[..., Record], incarnation: str
) -> None:
    book = BreakableBook(RecursionError("too deep"))
    async with a_service(tmp_path, Topics(), book) as service:
        refused = record(0, poison=True, incarnation=FIRST if incarnation else "")
        await service.handle([refused])
        assert len(await service.journal.rejects(10)) == 1
        book.breaks_by = None
        await service.handle([replace(refused, incarnation=incarnation)])
        assert await decided(service) == {"V-0"}


async def test_a_message_refused_and_delivered_again_from_the_same_log_is_skipped_with_a_log_line_and_a_count(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    book = BreakableBook(RecursionError("too deep"))
    async with a_service(tmp_path, Topics(), book) as service:
        await service.handle([refused := record(0, poison=True)])
        book.breaks_by = None
        with capture_logs() as logs:
            await service.handle([refused])
        assert await decided(service) == set()
        skipped = [entry for entry in logs if entry["event"] == "message_skipped"]
        assert [(entry["why"], entry["offset"]) for entry in skipped] == [("refused_before", 0)]
        counted = service.meter.metrics.registry.get_sample_value(
            "aiguillage_messages_total",
            {"service": "orientation", "topic_family": "all", "outcome": "repeated"},
        )
        assert counted == 1


async def test_the_mark_follows_what_is_applied_and_what_is_refused(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(RecursionError("too deep"))) as service:
        await service.handle([record(0), record(1)])
        assert await mark_of(service.journal) == {FIRST: 2}
        await service.handle([replace(record(2), value=b"{")])
        assert await mark_of(service.journal) == {FIRST: 3}
        await service.handle([record(3, poison=True), record(4)])
        assert await mark_of(service.journal) == {FIRST: 5}
        assert service.marks.known == {(record(0).topic, 0, FIRST): 5}


async def test_a_batch_that_failed_leaves_no_mark_for_what_is_written_next(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(MemoryError())) as service:
        with pytest.raises(MemoryError):
            await service.handle([record(0, poison=True), record(1)])
        assert service.marks.reached() == []
        assert await mark_of(service.journal) == {}


async def test_marks_of_the_embedded_broker_are_not_kept(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle([record(0, incarnation="mockCluster1/a-topic")])
        assert await service.journal.marks() == []


class Asked(LetsAllIn):
    def __init__(self) -> None:
        self.log, self.looks = FIRST, 0

    async def look(self) -> set[str]:
        self.looks += 1
        self.log = AGAIN
        return {"vacancies"}

    def incarnation(self, topic: str) -> str:
        del topic
        return self.log


async def test_an_offset_that_goes_back_has_the_cluster_asked_again(record: Callable[..., Record]) -> None:
    asked = Asked()
    placing = Placing(asked)
    assert {each.incarnation for each in await placing.placed([record(0), record(1)])} == {FIRST}
    assert asked.looks == 0
    assert {each.incarnation for each in await placing.placed([record(0)])} == {AGAIN}
    assert asked.looks == 1
    assert await placing.made_again(0.0, 5.0) == {"vacancies"}
    assert await placing.made_again(1.0, 5.0) == ()
