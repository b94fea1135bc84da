"""What was decided under a semantics that is kept comes out byte for byte, whatever was changed since."""

from pathlib import Path

import pytest

from aiguillage.kept_rulebooks import KeptRulebooks
from chassis.clock import WallClock
from chassis.journal import SEMANTICS, SqlJournal, verify, walk
from chassis.journal.migrating import upgrade
from orientation.replaying import replay
from tests.journals.stored import on_sqlite

FIRST_KEPT = SEMANTICS
"""At 1.0 this becomes 1.0's number, and stays it; until then only the present one is kept (decision 0030)."""
STORED = {2: "semantics-2"}
"""Semantics → folder of the journals written under it."""
KEPT = range(FIRST_KEPT, SEMANTICS + 1)


def test_every_semantics_that_is_kept_has_a_stored_journal() -> None:
    assert not set(KEPT) - STORED.keys()


@pytest.mark.parametrize("number", KEPT)
async def test_a_stored_journal_replays_byte_for_byte(number: int, tmp_path: Path) -> None:
    url = on_sqlite(STORED[number], "orientation", tmp_path)
    await upgrade(url)
    journal = SqlJournal(url, WallClock())
    await journal.open()
    assert (await verify(journal)).is_sound
    numbers = {row.semantics for scope in await journal.scopes() async for row in walk(journal, scope)}
    again = await replay(journal, KeptRulebooks(journal).of)
    await journal.close()
    assert numbers == {number}
    assert again.inputs > 200
    assert not again.differences, (
        f"Semantics {number} decides otherwise. Released: take the next number. Not released: say why in "
        "orientation/restatement/reasons.py, and write the journal anew (tests/journals/README.md)."
    )
