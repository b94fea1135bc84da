"""A message that breaks the service is parked with its bytes and the others go on; a broken service stops."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from aiguillage.commands.rejected import app
from chassis.bus import Record, Tail
from chassis.bus.embedded import EmbeddedBroker
from chassis.clock import FixedClock
from chassis.journal import KeptReject, Reject, SqlJournal, verify
from chassis.rejects import MOST_REQUEUES, NOWHERE, REQUEUED, NotRequeuedError, requeued
from chassis.rulebook.durable import EngineError
from contracts.values import passes_luhn
from tests.integration.orientation.breaking import NOW, POISON, BreakableBook, Topics, a_service, decided


@pytest.fixture
def record(says: Any, encoded: Callable[[Any], bytes]) -> Callable[..., Record]:
    """A vacancy, poisonous or not, at an offset of its own."""

    def made(offset: int, *, poison: bool = False) -> Record:
        vacancy = says.vacancy(f"V-{offset}", dwelling={"commune": POISON} if poison else None)
        return Record(f"vacancies.{says.SIREN}", 0, offset, b"key", encoded(vacancy), (), 0)

    return made


async def test_a_message_that_breaks_the_service_is_parked_and_the_others_of_its_batch_go_on(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    topics, book = Topics(), BreakableBook(RecursionError("too deep"))
    batch = [record(0), record(1, poison=True), record(2)]
    async with a_service(tmp_path, topics, book) as service:
        await service.handle(batch)
        assert await decided(service) == {"V-0", "V-2"}
        [kept] = await service.journal.rejects(10)
        assert (kept.reject.reason, kept.reject.offset, kept.reject.value) == (
            "erreur_interne",
            1,
            batch[1].value,
        )
        [told] = topics.refused()
        assert (told.key, told.value) == (b"key", batch[1].value)
        counted = service.meter.metrics.registry.get_sample_value(
            "aiguillage_rejected_total",
            {"service": "orientation", "topic_family": "vacancies", "reason": "erreur_interne"},
        )
        assert counted == 1
        await service.handle([record(3)])
        assert await decided(service) == {"V-0", "V-2", "V-3"}
        assert (await verify(service.journal)).is_sound


async def test_a_batch_in_which_many_scopes_break_says_that_the_service_is_broken(
    tmp_path: Path, says: Any, encoded: Callable[[Any], bytes]
) -> None:
    topics, book = Topics(), BreakableBook(RecursionError("too deep"))
    bailleurs = [str(number) for number in range(999000000, 999000100) if passes_luhn(str(number))][:5]
    said = [
        says.vacancy("V", {"commune": POISON}, bailleur=bailleur) | {"source": f"/bailleurs/{bailleur}"}
        for bailleur in bailleurs
    ]
    batch = [
        Record(f"vacancies.{bailleur}", 0, 0, b"key", encoded(event), (), 0)
        for bailleur, event in zip(bailleurs, said, strict=True)
    ]
    async with a_service(tmp_path, topics, book) as service:
        with pytest.raises(RecursionError):
            await service.handle(batch)
        assert len(await service.journal.rejects(10)) == 3


async def test_however_many_messages_of_one_scope_break_the_others_of_the_batch_are_applied(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    topics, book = Topics(), BreakableBook(RecursionError("too deep"))
    async with a_service(tmp_path, topics, book) as service:
        await service.handle([*(record(number, poison=True) for number in range(5)), record(5)])
        assert await decided(service) == {"V-5"}
        assert {kept.reject.reason for kept in await service.journal.rejects(10)} == {"erreur_interne"}


async def test_a_message_that_breaks_the_service_after_its_commit_is_not_refused_but_published_later(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    topics = Topics()
    async with a_service(tmp_path, topics, BreakableBook(None)) as service:
        topics.breaks_by = RecursionError("too deep")
        await service.handle([record(0)])
        assert (await decided(service), await service.journal.rejects(10)) == ({"V-0"}, [])
        topics.breaks_by = None
        await service.handle([record(1)])
        assert await decided(service) == {"V-0", "V-1"}
        assert (topics.refused(), await service.journal.unpublished()) == ([], [])


async def test_a_message_that_breaks_whoever_reads_it_is_parked_too(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    headers: Any = (("ce_specversion", b"1.0"), (7, b"a name that is no text"))
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle([replace(record(0), headers=headers), record(1)])
        [kept] = await service.journal.rejects(10)
        assert (kept.reject.reason, kept.reject.offset) == ("erreur_interne", 0)
        assert await decided(service) == {"V-1"}


@pytest.mark.parametrize("fault", [EngineError("the C module"), MemoryError()])
async def test_a_fault_of_the_engine_stops_the_service_and_refuses_nothing(
    tmp_path: Path, record: Callable[..., Record], fault: Exception
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(fault)) as service:
        with pytest.raises(type(fault)):
            await service.handle([record(0, poison=True)])
        assert not await service.journal.rejects(10)


async def test_a_parked_message_put_back_in_line_is_decided_once_the_service_is_mended(
    tmp_path: Path, record: Callable[..., Record]
) -> None:
    topics, book = Topics(), BreakableBook(RecursionError("too deep"))
    poison = record(1, poison=True)
    async with a_service(tmp_path, topics, book) as service:
        await service.handle([poison])
        book.breaks_by = None
        [kept] = await service.journal.rejects(1)
        again = requeued(kept)
        assert (again.topic, again.key, again.value) == (poison.topic, poison.key, poison.value)
        await service.handle([Record(again.topic, 0, 2, again.key, again.value, again.headers, 0)])
        assert await decided(service) == {"V-1"}


# what is put back in line, and what is not


def a_refusal(**changes: Any) -> KeptReject:
    refused = Reject("outcomes.AL-48", 0, 7, b"key", b"{}", [], "enveloppe", "$", "non", NOW)
    return KeptReject(1, "", replace(refused, **changes), is_published=True)


@pytest.mark.parametrize("value", [b"abc", b"", None, b"-3", b"\xc2\xb2"])
def test_a_senders_header_that_counts_nothing_counts_as_none_before(value: bytes | None) -> None:
    again = requeued(a_refusal(headers=[(REQUEUED, value)]))
    assert again.headers == ((REQUEUED, b"1"),)


def test_an_outcome_that_waited_in_vain_is_to_be_said_anew_under_a_new_id() -> None:
    with pytest.raises(NotRequeuedError, match="sous un nouvel identifiant"):
        requeued(a_refusal(offset=NOWHERE))


async def test_an_old_refusal_is_shown_however_many_came_after_it(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/orientation.sqlite", FixedClock(NOW))
    await journal.open()
    await journal.reject([a_refusal(offset=offset).reject for offset in range(201)])
    await journal.close()
    shown = await asyncio.to_thread(CliRunner().invoke, app, ["show", "1", "--data", str(tmp_path)])
    assert (shown.exit_code, '"offset": 0' in shown.output) == (0, True)
    unknown = await asyncio.to_thread(CliRunner().invoke, app, ["show", "404", "--data", str(tmp_path)])
    assert (unknown.exit_code, unknown.output) == (
        1,
        "Aucun message rejeté n° 404 : `rejected list` donne leurs numéros.\n",
    )


async def test_the_command_puts_a_message_back_on_its_topic_five_times_at_most(
    broker: EmbeddedBroker, open_house: Any, says: Any, encoded: Callable[[Any], bytes], tmp_path: Path
) -> None:
    topic, wrong = f"vacancies.{says.SIREN}", encoded(says.vacancy("V-1", dwelling={"typologie": "T99"}))
    async with open_house(tmp_path) as house:
        await house.refused(await house.say(topic, wrong, headers=[("trace", b"7")]))
        for turn in range(2, MOST_REQUEUES + 2):
            done = await _requeue(house, broker, tmp_path)
            assert (done.exit_code, done.output) == (0, "1 message remis en file.\n")
            await house.until(lambda turn=turn: len(_rejected(house)) == turn)
        done = await _requeue(house, broker, tmp_path)
        assert (done.exit_code, "déjà remis en file 5 fois" in done.output) == (1, True)
        unknown = await asyncio.to_thread(
            CliRunner().invoke, app, ["requeue", "404", "--kafka", broker.bootstrap, "--data", str(tmp_path)]
        )
        assert (unknown.exit_code, "aucun message refusé" in unknown.output) == (1, True)
        async with Tail(broker.bootstrap, f"^{topic}$", house.tuning) as tail:
            said = await tail.read()
    assert {(record.key, record.value) for record in said} == {(says.SCOPE.encode(), wrong)}
    assert [dict(record.headers).get(REQUEUED) for record in said] == [
        None,
        *(b"%d" % n for n in range(1, 6)),
    ]
    assert all(("trace", b"7") in record.headers for record in said)


def _rejected(house: Any) -> list[Record]:
    return [record for record in house.records if record.topic.endswith(".rejected")]


async def _requeue(house: Any, broker: EmbeddedBroker, data: Path) -> Any:
    """Put the latest refused message back in line."""
    [latest] = await house.service.journal.rejects(1)
    asked = ["requeue", str(latest.id), "--kafka", broker.bootstrap, "--data", str(data)]
    return await asyncio.to_thread(CliRunner().invoke, app, asked)
