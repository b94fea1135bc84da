"""The parties of a sample take part in the concertations of its new buildings, on Kafka and in a simulation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiguillage.conversation import Conversation
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from aiguillage.simulating import simulate_lines
from chassis.bus import Record
from chassis.rulebook import load
from contracts.canonical import decode, encode
from contracts.envelope import emit
from orientation.rulebook import BookView

RULES = Path(__file__).parents[3] / "rules"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTIES = ["AL-75", "COMMUNE-75056"]


def a_record(topic: str, **changes: object) -> Record:
    data = {
        "scope": "999001209:75",
        "sequence": 1,
        "programme_id": "P-1",
        "bailleur": "999001209",
        "departement": "75",
        "round": 1,
        "asked": PARTIES,
        "respond_by": "2026-03-23T23:00:00Z",
        "split": [],
        **changes,
    }
    value = emit(
        type="concertation.proposed",
        id=f"{topic}-{data['round']}",
        source="/aiguillage/orientation",
        time=AT,
        subject="P-1",
        data=encode(data),
    )
    return Record(topic=topic, partition=0, offset=0, key=None, value=value, headers=(), timestamp_ms=0)


def heard(*records: Record) -> list[Any]:
    conversation = Conversation(Player(make_sample("75", 10, 7)))
    conversation.hear(records)
    return [decode(answer) for answer in conversation.due(AT + timedelta(days=60))]


def test_a_split_heard_on_two_topics_or_twice_is_answered_once_by_each() -> None:
    said = heard(a_record("orientations"), a_record("concertations"), a_record("concertations"))
    assert sorted(each["data"]["reservataire"] for each in said) == PARTIES


def test_a_second_round_is_answered_too() -> None:
    said = heard(a_record("concertations"), a_record("concertations", round=2, asked=["AL-75"]))
    rounds = sorted((each["data"]["round"], each["data"]["reservataire"]) for each in said)
    assert rounds == [(1, "AL-75"), (1, "COMMUNE-75056"), (2, "AL-75")]


def test_a_simulated_year_with_its_parties_concludes_every_concertation_and_refuses_nothing() -> None:
    lines = list(make_sample("75", 420, seed=7))
    opened = sum(b"programme.opened" in line for line in lines)
    end = datetime(2027, 1, 1, tzinfo=UTC)
    outcome = simulate_lines(lines, BookView(load(RULES)), end, None, with_parties=True)
    concerted = outcome.summaries[0].concertations
    assert (concerted["opened"], concerted["concluded"], outcome.rejected) == (opened, opened, 0)
    assert concerted["apart_proposed"] >= concerted["apart_leased"] > 0
    assert concerted["joined_flux"] > 0
