"""Everything a sample, an import or a player says is accepted by the reader of the services."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aiguillage.lines import topic_of
from aiguillage.parties import Player
from aiguillage.rpls import read_rpls, vacancies_of
from aiguillage.sample import make_sample
from contracts.canonical import encode
from contracts.inputs import read

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTY = b'"fr.aiguillage.sample.party.v1"'
FAMILIES = {b'"fr.aiguillage.convention': "conventions", b'"fr.aiguillage.forecast': "conventions"}


def family_of(line: bytes) -> str:
    if b'"fr.aiguillage.programme' in line:
        return "programmes"
    return next((family for mark, family in FAMILIES.items() if mark in line), "vacancies")


@pytest.mark.parametrize("departement", ["75", "93", "69", "13", "2A", "971", "48"])
def test_every_line_of_a_sample_is_accepted_on_its_topic(departement: str) -> None:
    lines = [line for line in make_sample(departement, 400, 7) if PARTY not in line]
    inputs = [read(line, (), family_of(line), now=None, trust="open") for line in lines]
    assert len({one.identity for one in inputs}) == len(lines)
    assert {one.scope.partition(":")[2] for one in inputs} == {departement}


def own_topic(said: bytes) -> str:
    """The topic of who speaks, in the family its type belongs to."""
    return f"{topic_of(said)}.{json.loads(said)['source'].rpartition('/')[2]}"


def test_every_answer_is_accepted_on_the_topic_of_who_speaks() -> None:
    sample = list(make_sample("75", 400, 7))
    player, bailleur = Player(sample), "999115009"
    answers = []
    for number in range(300):
        told = {
            "proposal_id": f"p{number}",
            "decision_id": f"d{number}",
            "vacancy_id": f"V-{number}",
            "bailleur": bailleur,
            "departement": "75",
            "reservataire": "AL-75",
            "attempt": 1,
            "management": "deleguee" if number % 10 == 0 else "directe",
            "respond_by": "2026-04-01T09:00:00Z",
            "outcome": "pre_assigned",
            "alternatives": [{"reservataire": "COMMUNE-75056", "eligible": True}],
            "programme_id": f"P-{number}",
            "round": 1,
            "asked": ["AL-75"],
            "split": [{"dwelling_id": "1", "reservataire": "AL-75"}],
        }
        answers += player.answers(told, AT) + player.confirmations(told, AT)
        answers += player.concertation_answers(told, AT)
    kinds = {read(said, (), own_topic(said), now=None, trust="topics").type for _, said in answers}
    assert kinds == {
        "candidates.designated",
        "proposal.refused",
        "caleol.decided",
        "lease.signed",
        "orientation.confirmed",
        "decision.overridden",
        "concertation.answered",
    }


def test_every_vacancy_of_an_import_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "rpls.csv"
    path.write_text(
        "DEPCOM;QPV;NBPIECE;SURFHAB;CONSTRUCT;FINAN;nb\n75114;2;3;2500;1974;13;40\n", encoding="utf-8"
    )
    register = read_rpls(path, {"13": "PLUS"})
    events = list(vacancies_of(register, "999001209", 2026, "100", 7))
    inputs = [read(encode(event), (), "vacancies.999001209", now=None, trust="topics") for event in events]
    assert {one.scope for one in inputs} == {"999001209:75"}
    assert len(inputs) == 40
