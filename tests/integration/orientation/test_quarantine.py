"""A scope that breaks whoever works on it is set aside, told with its remedy, and comes back once that is mended."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.bus import Record
from chassis.clock import FixedClock
from chassis.journal import Append, verify
from chassis.rejects import requeued
from chassis.rulebook.durable import EngineError
from contracts.canonical import decode, encode_own
from orientation.domain import fold
from orientation.domain.snapshot import freeze
from orientation.handlers import Orientation
from tests.integration.orientation.breaking import NOW, POISON, BreakableBook, Topics, a_service, decided

SOUND = "999109630"
"""A bailleur none of whose waits breaks."""


@pytest.fixture
def record(says: Any, encoded: Callable[[Any], bytes]) -> Callable[..., Record]:
    """A vacancy, poisonous or not, at an offset of its own."""

    def made(offset: int, *, poison: bool = False) -> Record:
        vacancy = says.vacancy(f"V-{offset}", dwelling={"commune": POISON} if poison else None)
        return Record(f"vacancies.{says.SIREN}", 0, offset, b"key", encoded(vacancy), (), 0)

    return made


@pytest.fixture
def proposed(says: Any, encoded: Callable[[Any], bytes]) -> list[Record]:
    """Two bailleurs, each with a convention and a vacancy that will be proposed; the first's is poisonous."""
    said = []
    for bailleur, commune in ((says.SIREN, POISON), (SOUND, "48095")):
        convention = says.convention("AL-48", "100", bailleur=bailleur, convention_id=f"C-{bailleur}")
        vacancy = says.vacancy(f"V-{bailleur}", {"commune": commune}, bailleur=bailleur)
        for family, event in (("conventions", convention), ("vacancies", vacancy)):
            value = encoded({**event, "source": f"/bailleurs/{bailleur}"})
            said.append(Record(f"{family}.{bailleur}", 0, 0, b"key", value, (), 0))
    return said


async def expired(service: Orientation) -> list[str]:
    """The bailleurs one of whose proposals came to its end."""
    journal = service.journal
    rows = [row for scope in await journal.scopes() for row in await journal.rows(scope)]
    return [row.scope.partition(":")[0] for row in rows if row.type == "proposal.expired"]


def broken_waits(service: Orientation) -> float | None:
    return service.meter.metrics.registry.get_sample_value(
        "aiguillage_scopes_broken_total", {"service": "orientation"}
    )


async def test_a_wait_that_breaks_is_set_aside_until_the_rules_change_and_other_scopes_go_on(
    tmp_path: Path, says: Any, proposed: list[Record]
) -> None:
    book = BreakableBook(None)
    async with a_service(tmp_path, Topics(), book) as service:
        await service.handle(proposed)
        assert service.quarantine_check().status == "ready"
        book.breaks_by = RecursionError("too deep")
        assert isinstance(service.clock, FixedClock)
        service.clock.set(NOW + timedelta(days=40))
        for _ in range(2):
            await service.on_idle()
        assert (await expired(service), broken_waits(service)) == ([SOUND], 1)
        health = service.quarantine_check()
        assert (health.status, health.detail["scopes_set_aside"]) == ("degraded", [says.SCOPE])
        book.breaks_by, book.digest = None, "ab" * 32
        await service.on_idle()
        assert sorted(await expired(service)) == sorted([SOUND, says.SIREN])
        assert service.quarantine_check().status == "ready"
        assert (await verify(service.journal)).is_sound


async def test_a_fault_of_the_engine_as_a_wait_ends_stops_the_service(
    tmp_path: Path, proposed: list[Record]
) -> None:
    book = BreakableBook(None)
    async with a_service(tmp_path, Topics(), book, "event") as service:
        await service.handle(proposed)
        book.breaks_by = EngineError("the C module")
        with pytest.raises(EngineError):
            await service.run_until(NOW + timedelta(days=40))


async def test_on_the_event_clock_a_message_before_which_a_wait_breaks_is_applied_all_the_same(
    tmp_path: Path, says: Any, encoded: Callable[[Any], bytes], proposed: list[Record]
) -> None:
    book, later = BreakableBook(None), says.vacancy("V-later", time="2026-04-20T09:00:00Z")
    async with a_service(tmp_path, Topics(), book, "event") as service:
        await service.handle(proposed)
        book.breaks_by = RecursionError("too deep")
        await service.handle([Record(f"vacancies.{says.SIREN}", 0, 1, b"key", encoded(later), (), 0)])
        assert "V-later" in await decided(service)
        assert not await service.journal.rejects(10)
        await service.run_until(NOW + timedelta(days=40))
        assert (await expired(service), broken_waits(service)) == ([SOUND], 1)


async def test_a_scope_whose_journal_cannot_be_folded_is_set_aside_and_its_messages_are_kept(
    tmp_path: Path, record: Callable[..., Record], says: Any, proposed: list[Record], monkeypatch: Any
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle(proposed)
    folded = fold.apply

    def breaks(state: Any, kind: str, data: Any) -> None:
        if state.scope.bailleur == says.SIREN and kind == "orientation.decided":
            raise KeyError("outcome")
        folded(state, kind, data)

    monkeypatch.setattr(fold, "apply", breaks)
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle([record(7), *(replace(each, offset=9) for each in proposed[2:])])
        [kept] = await service.journal.rejects(10)
        assert (kept.reject.reason, kept.reject.offset) == ("erreur_interne", 7)
        assert "mis à l'écart" in kept.reject.message
        health = service.quarantine_check()
        assert (health.status, health.detail["scopes_set_aside"]) == ("degraded", [says.SCOPE])
        [why] = health.detail["because"]  # type: ignore[misc]  # a list of texts
        assert "KeyError" in why
        assert "redémarrez" in why
        assert isinstance(service.clock, FixedClock)
        service.clock.set(NOW + timedelta(days=40))
        await service.on_idle()
        assert await expired(service) == [SOUND]
    monkeypatch.undo()
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        assert service.quarantine_check().status == "ready"
        again = requeued(kept)
        await service.handle([Record(again.topic, 0, 10, again.key, again.value, again.headers, 0)])
        assert "V-7" in await decided(service)
        assert (await verify(service.journal)).is_sound


async def test_a_snapshot_that_cannot_be_read_is_made_again_from_the_rows(
    tmp_path: Path, record: Callable[..., Record], says: Any
) -> None:
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle([record(0)])
        state = decode(freeze(service.scopes.state(says.SCOPE)))
        assert isinstance(state, dict)
        del state["ledger"]
        head = (await service.journal.heads())[says.SCOPE].version
        await service.journal.append([Append(says.SCOPE, head, (), snapshot=encode_own(state))])
    async with a_service(tmp_path, Topics(), BreakableBook(None)) as service:
        await service.handle([record(1)])
        assert await decided(service) == {"V-0", "V-1"}
        assert service.quarantine_check().status == "ready"
