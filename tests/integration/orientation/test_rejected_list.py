"""`rejected list` shows whatever a sender wrote, and reads none of it as markup."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

import asyncio
from pathlib import Path
from typing import Any

import orjson
from typer.testing import CliRunner

from aiguillage.commands.rejected import app
from aiguillage.feeding import feed, feeder
from aiguillage.lines import read_lines

FOUND = Path(__file__).parents[2] / "found" / "rejected-list-markup.jsonl"


async def test_a_rejected_message_that_holds_markup_is_listed_as_it_was_written(
    open_house: Any, tmp_path: Path
) -> None:
    lines = list(read_lines(str(FOUND)))
    async with (
        open_house(clock="event", trust="open", data=tmp_path) as house,
        feeder(house.bootstrap, house.tuning) as feeding,
    ):
        await feed(feeding, lines, rate=None, lockstep=True, told=lambda _: None)
        found = await house.service.journal.rejects(9)
    assert len(found) == len(lines) == 1
    assert orjson.loads(lines[0])["data"]["vacancy_id"] == "[/]"
    listed = await asyncio.to_thread(CliRunner().invoke, app, ["list", "--data", str(tmp_path)])
    assert listed.exit_code == 0, listed.output
    assert "1 message rejeté" in listed.output
    assert "[/]" in listed.output
