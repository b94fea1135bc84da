"""The dwellings of a new building: they wait for its concertation, go to whom it names, or join the flux."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from chassis.rulebook import load
from flux.units import DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other
Data = dict[str, Any]
RULES = Path(__file__).parents[3] / "rules"


# waiting


def test_a_first_letting_waits_for_the_conclusion_then_goes_to_whom_the_split_names(scene: Scene) -> None:
    scene.sign("AL", "40")
    scene.open_programme(("AL", 1))
    waiting = scene.let_first(1)
    assert (waiting["outcome"], waiting["counted_apart"], waiting["because"][1]) == (
        "concertation",
        True,
        "La concertation sur son programme est en cours : il attend sa conclusion.",
    )
    scene.conclude()
    given = scene.decision("V1")
    assert (given["outcome"], given["reason"], given["reservataire"]) == ("proposed", "concertation", "AL")
    assert given["because"] == [
        "Répartition du programme P1. Honore l'engagement de 1 logement envers AL (1 sur 1).",
        "Proposé pour un tour : décompté à part, hors du flux.",
    ]
    assert given["supersedes"] == waiting["decision_id"]


def test_dwellings_that_waited_are_given_in_the_order_they_were_declared(scene: Scene) -> None:
    scene.open_programme(("AL", 3))
    scene.let_first(3)
    scene.wait(hours=1)
    scene.let_first(1)
    scene.conclude()
    assert [data["vacancy_id"] for data in scene.all("proposal.issued")] == ["V3", "V1"]


def test_a_dwelling_declared_after_the_conclusion_is_proposed_at_once(scene: Scene) -> None:
    scene.open_programme(("AL", 3))
    scene.conclude()
    assert scene.let_first(2)["reservataire"] == "AL"


def test_a_dwelling_whose_programme_is_not_opened_waits_for_it(scene: Scene) -> None:
    waiting = scene.let_first(1)
    assert (waiting["outcome"], waiting["reason"]) == ("concertation", "programme_attendu")
    assert waiting["because"][1] == (
        "Son programme n'est pas encore ouvert : il attend jusqu'au 6 mars 2026, puis rejoint le flux."
    )
    scene.open_programme(("AL", 3))
    assert (scene.decision("V1")["reason"], scene.dossier("V1").due) == ("neuf", None)
    scene.conclude()
    assert scene.decision("V1")["reservataire"] == "AL"


def test_a_dwelling_whose_programme_never_opens_joins_the_flux_and_says_so(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.let_first(1)
    scene.wait(days=59)
    assert scene.dossier("V1").status == "concertation"
    scene.wait(days=2)
    decision = scene.decision("V1")
    assert (decision["outcome"], decision["reason"], decision["reservataire"]) == ("proposed", "tour", "AL")
    assert decision["because"][0].startswith("Son programme n'a pas été ouvert à la concertation")
    assert scene.ledger().engaged == {"C-AL": DWELLING}


def test_a_rule_that_concerts_a_dwelling_of_no_programme_sends_it_to_the_flux(
    scene_of: Callable[..., Scene], tmp_path: Path
) -> None:
    copytree(RULES, tmp_path / "rules")
    rule = tmp_path / "rules" / "neuf" / "premiere-location-concertation.yaml"
    text = rule.read_text(encoding="utf-8").replace("    - {fact: vacancy.programme_id, present: oui}\n", "")
    rule.write_text(text.replace("du programme {vacancy.programme_id} ", ""), encoding="utf-8")
    (rule.parent / "premiere-location-concertation.examples.yaml").unlink()
    scene = scene_of(BookView(load(tmp_path / "rules")))
    scene.sign("AL", "100")
    decision = scene.declare("V1", cause="neuf")
    assert decision["reservataire"] == "AL"
    assert decision["because"][0].startswith("Aucun programme n'est déclaré")


# counted apart


def test_what_is_given_by_concertation_never_enters_the_flux(scene: Scene) -> None:
    scene.sign("AL", "40", decompte={"method": "attribution"})
    scene.open_programme(("AL", 3))
    scene.conclude()
    before = scene.flux()
    scene.let_first(1)
    scene.designate("V1")
    scene.deliberate("V1")
    scene.lease("V1")
    scene.let_first(2)
    scene.deliberate("V2")
    scene.let_first(3)
    assert scene.flux() == before == {}
    assert scene.apart("C-AL") == {
        "apart_proposed": 3,
        "apart_open": 2,
        "apart_designated": 1,
        "apart_attributed": 2,
        "apart_leased": 1,
    }
    assert scene.dossier("V1").status == "leased"


def test_a_proposal_for_one_turn_says_it_is_counted_apart_and_needs_no_convention(scene: Scene) -> None:
    scene.open_programme(("MECENE", 1))
    scene.conclude()
    decision, proposal = scene.let_first(1), scene.all("proposal.issued")[-1]
    assert (proposal["reservataire"], proposal["convention_id"]) == ("MECENE", None)
    assert (proposal["counted"], proposal["programme_id"]) == ("apart", "P1")
    assert (proposal["management"], proposal["line"]) == ("directe", "tour:MECENE")
    assert (
        decision["alternatives"][0]["because"]
        == "La répartition le lui donne (1 promis, 1 dans la répartition)."
    )
    assert scene.apart("tour:MECENE") == {"apart_proposed": 1, "apart_open": 1}


def test_a_proposal_for_one_turn_follows_the_terms_of_the_convention_there_is(scene: Scene) -> None:
    scene.sign("AL", "40", management="deleguee", respond_within_days=7, confirmation="bailleur")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    proposal = scene.all("proposal.issued")[-1]
    assert (proposal["management"], proposal["convention_id"]) == ("deleguee", "C-AL")
    assert proposal["respond_by"] == (scene.now + timedelta(days=7)).isoformat().replace("+00:00", "Z")


def test_of_several_lines_the_one_that_covers_the_dwelling_keeps_its_counters(scene: Scene) -> None:
    east = {"scale": "communes", "communes": ["75120"]}
    south = {"scale": "communes", "communes": ["75114"]}
    scene.sign("AL", shares=[{"share_percent": "10", "territory": t} for t in (east, south)])
    scene.open_programme(("AL", 1))
    scene.conclude()
    assert scene.let_first(1)["line"] == "C-AL#2"


# into the flux


def test_a_dwelling_the_split_gives_to_nobody_takes_an_ordinary_first_round(scene: Scene) -> None:
    scene.sign("COM", "100")
    scene.open_programme(("AL", 1))
    scene.let_first(2)
    scene.conclude()
    decision = scene.decision("V2")
    assert (decision["reservataire"], decision["reason"], decision["first_round"]) == ("COM", "tour", True)
    assert decision["because"][0] == (
        "Répartition du programme P1. Les engagements qui demandent un T3 PLUS sont déjà honorés : il rejoint le flux."
    )
    assert scene.ledger().credit == scene.ledger().engaged == {"C-COM": DWELLING}


def test_a_dwelling_the_programme_never_told_of_joins_the_flux(scene: Scene) -> None:
    scene.sign("COM", "100")
    scene.open_programme(("AL", 1))
    scene.conclude()
    decision = scene.let_first(9)
    assert decision["because"][0].startswith("Le logement n'est pas dans la répartition du programme P1")
    assert decision["reservataire"] == "COM"


@pytest.mark.parametrize(
    ("way", "counter"),
    [
        ("refused", "refused"),
        ("by a candidate", "refused"),
        ("without candidate", "refused"),
        ("expired", "expired"),
        ("turned down", "not_attributed"),
    ],
)
def test_a_dwelling_nobody_takes_falls_into_the_flux(scene: Scene, way: str, counter: str) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    ends = {
        "refused": lambda: scene.refuse("V1"),
        "by a candidate": lambda: scene.refuse("V1", "localisation", by="candidat"),
        "without candidate": lambda: scene.designate("V1", 0),
        "expired": lambda: scene.wait(days=31),
        "turned down": lambda: scene.deliberate("V1", "non_attribution"),
    }
    ends[way]()
    decision = scene.decision("V1")
    assert (
        decision["because"][0]
        == "Proposé à AL à l'issue de la concertation, sans suite : il rejoint le flux."
    )
    assert (decision["reservataire"], decision["first_round"]) == ("COM", True)
    assert scene.ledger().credit == {"C-AL": DWELLING // 2, "C-COM": DWELLING // 2}
    assert scene.ledger().engaged == {"C-COM": DWELLING}
    assert scene.apart("C-AL") == {"apart_proposed": 1, f"apart_{counter}": 1}


def test_a_dwelling_nobody_takes_and_nobody_covers_waits_for_a_convention(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    scene.refuse("V1")
    held = scene.decision("V1")
    assert held["outcome"] == "held"
    assert held["because"][0].startswith("Proposé à AL à l'issue de la concertation")
    scene.sign("COM", "100")
    assert scene.decision("V1")["reservataire"] == "COM"
