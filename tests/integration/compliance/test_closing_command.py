"""`cloture` on a played year: the table, the figures, the drafts that `feed` refuses until they are confirmed."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import Result
from typer.testing import CliRunner

from aiguillage.cli import app
from aiguillage.drafting import is_draft
from aiguillage.lines import topic_of
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.bus import Record
from chassis.rulebook import load
from contracts.canonical import decode
from flux.units import units_of
from orientation.rulebook import BookView

Running = Callable[..., Any]
RULES = Path(__file__).parents[3] / "rules"
LATE = "2027-12-01"


@pytest.fixture
def events(stream: list[Record], tmp_path: Path) -> Path:
    """The topic, dumped to a file."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join((record.value or b"") + b"\n" for record in stream))
    return path


def cloture(*options: object, year: int = 2026) -> Result:
    said = ["cloture", "--year", year, "--departement", "48", "--rules", RULES, *options]
    return CliRunner().invoke(app, [str(option) for option in said])


def closings_in(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(result.stdout)["closings"]
    return found


def test_every_convention_of_the_departement_is_closed_to_the_unit(events: Path) -> None:
    found = closings_in(cloture("--events", events, "--on", LATE, "--json"))
    assert len({each["scope"] for each in found}) > 1
    for each in found:
        out = sum(units_of(part["units"]) for part in each["carried"])
        out += sum(units_of(each[name]) for name in ("extinguished", "left"))
        assert out + units_of(each["refunded"]["units"]) == units_of(each["due"]), each["convention_id"]
        causes = sum(map(units_of, each["causes"].values()))
        assert causes == units_of(each["owed"])


def test_the_services_own_journal_closes_the_same(
    stream: list[Record], running: Running, url: str, events: Path
) -> None:
    async def build() -> None:
        async with running(url) as (compliance, _):
            await compliance.handle(stream)

    asyncio.run(build())
    from_journal = closings_in(cloture("--database", url, "--on", LATE, "--json"))
    assert from_journal == closings_in(cloture("--events", events, "--on", LATE, "--json"))


def test_the_table_tells_base_and_carry_over_apart(events: Path) -> None:
    said = cloture("--events", events, "--on", LATE).stdout
    assert "Clôture 2026" in said
    for word in ("Engagement", "Décompté", "Écart", "Flux", "Refus", "Arbitrage", "Action", "2027"):
        assert word in said
    assert "Convention 2027 proposée." in said


def test_drafts_are_marked_valid_and_the_same_each_time(events: Path, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("once.jsonl", "twice.jsonl")]
    for path in paths:
        cloture("--events", events, "--on", LATE, "--on-demand", "--drafts", path)
    lines = paths[0].read_bytes().splitlines()
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert lines
    assert all(is_draft(line) and topic_of(line) == "conventions" for line in lines)
    refused = CliRunner().invoke(app, ["feed", str(paths[0]), "--kafka", "127.0.0.1:1"])
    assert "--confirm-drafts" in str(refused.exception)


def test_a_confirmed_draft_is_a_convention_of_the_next_year(events: Path, tmp_path: Path) -> None:
    path, facts = tmp_path / "drafts.jsonl", list[dict[str, Any]]()
    cloture("--events", events, "--on", LATE, "--on-demand", "--drafts", path)
    with Scratch() as scratch:
        simulation = Simulation(BookView(load(RULES)), scratch, lambda _, data: facts.append(data))
        for line in path.read_bytes().splitlines():
            simulation.apply(line)
            simulation.apply(line)
    drafted = [decode(line) for line in path.read_bytes().splitlines()]
    assert [data["convention_id"] for data in facts] == [each["data"]["convention_id"] for each in drafted]  # type: ignore[call-overload,index]
    assert {data["year"] for data in facts} == {2027}


def test_a_year_that_is_not_settled_says_what_is_open_and_drafts_nothing_of_it(
    stream: list[Record], tmp_path: Path
) -> None:
    path = tmp_path / "half.jsonl"
    path.write_bytes(b"".join((record.value or b"") + b"\n" for record in stream[: len(stream) // 2]))
    closed = cloture("--events", path, "--on", "2027-01-05", "--drafts", tmp_path / "drafts.jsonl")
    assert closed.exit_code == 1
    assert "l'année n'est pas soldée" in closed.stdout
    settled = [
        each
        for each in closings_in(cloture("--events", path, "--on", "2027-01-05", "--json"))
        if each["settled"]
    ]
    drafted = (tmp_path / "drafts.jsonl").read_bytes().splitlines()
    assert len(drafted) == sum(each["draft"] is not None for each in settled)


def test_within_the_year_it_closes_on_demand_only(stream: list[Record], tmp_path: Path) -> None:
    path = tmp_path / "half.jsonl"
    path.write_bytes(b"".join((record.value or b"") + b"\n" for record in stream[: len(stream) // 2]))
    refused = cloture("--events", path, "--on", "2026-06-30")
    assert refused.exit_code == 1
    assert "l'année 2026 n'est pas finie" in refused.stdout
    assert cloture("--events", path, "--on-demand", "--on", "2026-06-30").exit_code == 0


def test_a_year_without_conventions_is_told(events: Path) -> None:
    assert "ne court en 2030" in str(cloture("--events", events, year=2030).exception)


@pytest.mark.parametrize("on", [(), ("--on", LATE)], ids=["today", "a day given"])
def test_the_bilan_tells_the_parties_what_the_close_tells_them(
    events: Path, tmp_path: Path, on: tuple[str, ...]
) -> None:
    out = tmp_path / "bilan.json"
    said = [
        "bilan",
        "--year",
        "2026",
        "--departement",
        "48",
        "--events",
        events,
        "--rules",
        RULES,
        "--out",
        out,
    ]
    assert CliRunner().invoke(app, [str(option) for option in (*said, *on)]).exit_code == 0
    rows = orjson.loads(out.read_bytes())["tables"]["corrections"]["rows"]
    for closing in closings_in(cloture("--events", events, "--json", *on)):
        own = [row for row in rows if row["convention"] == closing["convention_id"]]
        carried = sum(units_of(part["units"]) for part in closing["carried"])
        fates = {"carried": carried, "refunded": units_of(closing["refunded"]["units"])}
        fates |= {name: units_of(closing[name]) for name in ("extinguished", "left")}
        for fate, units in fates.items():
            assert sum(units_of(row["logements"]) for row in own if row["devenir"] == fate) == units
        assert {row["soldee"] for row in own} == {"oui" if closing["settled"] else "non"}
        assert {row["clos_au"] for row in own} == {closing["on"]}
