"""What 0.2 wrote: proved, shown, exported; nothing more is decided on it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import orjson
import pytest

from chassis.journal import (
    SEMANTICS,
    OtherSemantics,
    SqlJournal,
    export,
    rows_of_programme,
    rows_of_vacancy,
    verify,
    walk,
)
from chassis.journal.chain import genesis, hash_of
from tests.journals.stored import Service

OpenStored = Callable[[str, Service], AbstractAsyncContextManager[SqlJournal]]
SERVICES: tuple[Service, ...] = ("orientation", "compliance")
ROWS = {"orientation": 651, "compliance": 385}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_row_is_proved_under_the_hash_it_was_written_with(
    open_stored: OpenStored, service: Service
) -> None:
    async with open_stored("0.2", service) as journal:
        heads = {scope: [head] for scope, head in (await journal.heads()).items()}
        report = await verify(journal, heads)
        assert (report.is_sound, report.rows, report.faults) == (True, ROWS[service], ())
        numbers = {row.semantics for scope in heads async for row in walk(journal, scope)}
        assert numbers == {1}


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_exported_lets_anybody_prove_the_chain(
    open_stored: OpenStored, service: Service
) -> None:
    async with open_stored("0.2", service) as journal:
        lines = [orjson.loads(line) async for line in export(journal)]
        rows = [row for scope in await journal.scopes() async for row in walk(journal, scope)]
    assert [line["semantics"] for line in lines] == [1] * ROWS[service]
    previous = {row.scope: genesis(row.scope).hex() for row in rows}
    for row, line in zip(rows, lines, strict=True):
        previous[row.scope] = hash_of(previous[row.scope], row)
        assert line["hash"] == previous[row.scope]


async def test_its_dwellings_and_its_buildings_are_shown(open_stored: OpenStored) -> None:
    async with open_stored("0.2", "orientation") as journal:
        [scope] = [name for name in await journal.scopes() if name.startswith("999000029")]
        shown = await rows_of_vacancy(journal, "999000029", "V-OPEN-1")
        concerted = await rows_of_programme(journal, scope, "P-AGREED")
    assert [row.type for row in shown][:2] == ["vacancy.declared", "orientation.decided"]
    assert "concertation.concluded" in [row.type for row in concerted]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_refuses_it_and_names_the_remedy(open_stored: OpenStored, service: Service) -> None:
    async with open_stored("0.2", service) as journal:
        scope = (await journal.scopes())[0]
        for refused in (journal.examine(), journal.load(scope), journal.load(scope, is_whole=True)):
            with pytest.raises(OtherSemantics) as told:
                await refused
            assert f"décidé sous la sémantique 1, cette version décide sous la {SEMANTICS}" in str(told.value)
            assert "aiguillage journal restate" in str(told.value)


async def test_what_is_not_decided_on_it_is_still_read(open_stored: OpenStored) -> None:
    async with open_stored("0.2", "orientation") as journal:
        assert (await journal.unpublished()) == ["999000029:48"]
        assert len(await journal.rejects(10)) == 5
        assert await journal.bundle_in_force()
        assert journal.corruption is None
