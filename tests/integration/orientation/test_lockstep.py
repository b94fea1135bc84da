"""A file simulated and the same file fed in lockstep give the same decisions, byte for byte."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from aiguillage.feeding import Refusals, feed, feeder
from aiguillage.lines import SAMPLE, event_time, read_lines, topic_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from aiguillage.sample.bailleurs import bailleurs_of
from aiguillage.sample.figures import departement_of
from aiguillage.sample.holders import holders_of
from aiguillage.sample.programmes import first_lettings, opened, programmes_of
from aiguillage.scratch import Scratch
from aiguillage.simulating import simulate_lines
from aiguillage.simulation import Simulation
from chassis.bus import GroupProgress
from chassis.rulebook import load
from contracts.canonical import decode, encode
from orientation.domain.instants import instant
from orientation.rulebook import BookView

pytestmark = pytest.mark.embedded

RULES = Path(__file__).parents[3] / "rules"
DEPARTEMENT, VACANCIES, SEED = "48", 40, 5
END = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> BookView:
    return BookView(load(RULES))


@pytest.fixture(scope="module")
def lines(book: BookView) -> list[bytes]:
    """A year as it happened: conventions, vacancies, changes, and the parties' answers in between.

    One answer in two does not name its proposal; some lines cannot be accepted, some come twice.
    """
    sample = list(make_sample(DEPARTEMENT, VACANCIES, SEED))
    declared = [line for line in sample if b"vacancy.declared" in line]
    told = [line for line in sample if topic_of(line) != SAMPLE]
    told += [_changed(line, "vacancy.amended", number) for number, line in enumerate(declared[5:12])]
    told += [_withdrawn(line, number) for number, line in enumerate(declared[12:16])]
    told += _a_building()
    told += [b"{", declared[0].replace(b'"T', b'"X'), declared[1], declared[1]]
    return _answered(sorted(told, key=event_time), Player(sample), book)


def _a_building() -> list[bytes]:
    """A programme opened to concertation, and the first lettings of its dwellings."""
    place = departement_of(DEPARTEMENT)
    (programme,) = programmes_of(place, bailleurs_of(place, SEED), [6], SEED, 900, 2026)
    holders = holders_of(programme.bailleur, place, SEED, flux=0)
    return [opened(programme, place, holders)[1], *(line for _, line in first_lettings(programme, SEED))]


def _changed(line: bytes, kind: str, number: int) -> bytes:
    event: Any = decode(line)
    event["data"]["dwelling"]["typologie"] = "T6"
    return _again(event, kind, number)


def _withdrawn(line: bytes, number: int) -> bytes:
    event: Any = decode(line)
    body = {name: event["data"][name] for name in ("vacancy_id", "bailleur")}
    event["data"] = {**body, "departement": DEPARTEMENT, "reason": "Vente annulée."}
    return _again(event, "vacancy.withdrawn", number)


def _again(event: Any, kind: str, number: int) -> bytes:
    """The event said of its vacancy a few weeks later."""
    time = instant(event["time"])
    later = time.replace(day=1, month=min(time.month + 1, 12), hour=6, minute=number)
    changed = {"type": f"fr.aiguillage.{kind}.v1", "id": f"{kind}-{number}"}
    return encode({**event, **changed, "time": later.isoformat()})


def _answered(told: list[bytes], player: Player, book: BookView) -> list[bytes]:
    """The lines with every answer put in at its time."""
    answers: list[tuple[datetime, bytes]] = []
    written: list[bytes] = []

    def hear(kind: str, data: dict[str, Any]) -> None:
        if kind == "proposal.issued":
            answers.extend(player.answers(data, instant(data["at"])))
        elif kind == "concertation.proposed":
            answers.extend(player.concertation_answers(data, instant(data["at"])))

    with Scratch() as scratch:
        simulation = Simulation(book, scratch, hear)

        def say(line: bytes) -> None:
            written.append(line)
            try:
                simulation.apply(line)
            except Exception as refused:
                if type(refused).__name__ != "Rejected":
                    raise

        for line in told:
            while answers and min(answers)[0] < event_time(line):
                answer = min(answers)
                answers.remove(answer)
                say(_unnamed(answer[1]) if len(written) % 2 else answer[1])
            say(line)
    return written


def _unnamed(answer: bytes) -> bytes:
    event: Any = decode(answer)
    if "proposal_id" in event["data"]:
        event["data"]["proposal_id"] = None
    return encode(event)


def test_the_file_speaks_of_everything(lines: list[bytes]) -> None:
    kinds = Counter(orjson.loads(line)["type"].split(".", 2)[2] for line in lines if line != b"{")
    assert {
        "convention.signed.v1",
        "forecast.declared.v1",
        "vacancy.declared.v1",
        "vacancy.amended.v1",
        "vacancy.withdrawn.v1",
        "candidates.designated.v1",
        "proposal.refused.v1",
        "caleol.decided.v1",
        "lease.signed.v1",
        "programme.opened.v1",
        "concertation.answered.v1",
    } <= kinds.keys()


@pytest.mark.parametrize("max_records", [1, 500])
async def test_simulated_or_fed_in_lockstep_the_decisions_are_the_same_bytes(
    open_house: Any, lines: list[bytes], book: BookView, tmp_path: Path, max_records: int
) -> None:
    decisions = tmp_path / "decisions.jsonl"
    outcome = simulate_lines(lines, book, END, decisions)
    assert outcome.rejected == 2
    async with open_house(clock="event", trust="open", max_records=max_records) as house:
        async with feeder(house.bootstrap, house.tuning) as feeding:
            await feed(feeding, lines, rate=None, lockstep=True, told=lambda _: None)
        await house.service.orientation.run_until(END)
        await house.until(lambda: len(house.events("orientation.decided")) == outcome.decisions)
        live = [encode(data) for data in house.exact("orientation.decided")]
        assert live == decisions.read_bytes().splitlines()
        split, concluded = house.events("concertation.concluded", "concertations"), "concertation.concluded"
        assert [each["split"] for each in split] == [each["split"] for each in house.events(concluded)]
        assert "concertation" in {data["reason"] for data in house.exact("orientation.decided")}
        refused = [(kept.reject.reason, kept.reject.path) for kept in await house.service.journal.rejects(9)]
    told = [orjson.loads(line) for line in read_lines(f"{decisions}.rejected.jsonl")]
    assert sorted(refused) == sorted((one["reason"], one["path"]) for one in told)


async def test_lines_fed_in_lockstep_that_are_refused_are_told_by_their_number_and_reason(
    open_house: Any, lines: list[bytes]
) -> None:
    signed = next(line for line in lines if b"convention.signed" in line)
    again: Any = orjson.loads(signed)
    again["id"] += "-again"
    again["data"]["convention_id"] += "-again"
    async with (
        open_house(clock="event", trust="open") as house,
        feeder(house.bootstrap, house.tuning) as feeding,
        GroupProgress(house.bootstrap, "", house.tuning) as progress,
    ):
        refusals = Refusals(progress)
        await refusals.open()
        twice = [signed, orjson.dumps(again), signed]
        fed = await feed(feeding, twice, rate=None, lockstep=True, told=lambda _: None)
        [refused] = await refusals.of(fed)
        assert (refused.number, refused.reason) == (2, "conventions_chevauchantes")


@pytest.mark.parametrize("max_records", [1, 7, 500])
async def test_published_at_once_vacancies_of_one_scope_decide_alike_whatever_the_batch(
    open_house: Any, lines: list[bytes], book: BookView, tmp_path: Path, max_records: int
) -> None:
    withdrawn: Any = next(orjson.loads(line) for line in lines if b"vacancy.withdrawn" in line)
    bailleur = withdrawn["source"].encode()
    own = [line for line in lines if bailleur in line]
    conventions = [line for line in own if topic_of(line) == "conventions"]
    vacancies = [line for line in own if topic_of(line) == "vacancies"]
    decisions = tmp_path / "decisions.jsonl"
    outcome = simulate_lines(conventions + vacancies, book, END, decisions)
    assert outcome.decisions > len(vacancies) > max_records % 500
    async with open_house(clock="event", trust="open", max_records=max_records) as house:
        async with feeder(house.bootstrap, house.tuning) as feeding:
            await feeding.apply(conventions)
            await feeding.apply(vacancies)
        await house.service.orientation.run_until(END)
        await house.until(lambda: len(house.events("orientation.decided")) == outcome.decisions)
        live = [encode(data) for data in house.exact("orientation.decided")]
        assert live == decisions.read_bytes().splitlines()
