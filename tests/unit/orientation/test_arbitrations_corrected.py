"""What the bailleur decided by an override outlives the corrections of the declaration."""

from collections.abc import Callable
from typing import Any

import pytest

from flux.units import BAILLEUR, DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

SIREN = "999001209"
STILL = "Le bailleur en avait décidé, avec un motif"


@pytest.mark.parametrize("itself", [BAILLEUR, SIREN])
def test_a_dwelling_the_bailleur_took_for_itself_is_not_proposed_again(scene: Scene, itself: str) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.override("V1", to=itself)
    before = scene.flux()
    scene.amend("V1", typologie="T4")
    decision = scene.decision("V1")
    assert decision["outcome"] == "kept_by_bailleur"
    assert decision["because"][0].startswith(STILL)
    assert scene.flux() == before
    assert scene.ledger().engaged[BAILLEUR] == DWELLING
    assert scene.ledger().counts[BAILLEUR]["kept"] == 1
    assert len(scene.all("proposal.issued")) == 1


def test_nor_is_it_on_a_second_correction(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to=BAILLEUR)
    scene.amend("V1", typologie="T4")
    scene.amend("V1", typologie="T5")
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"


def test_nor_does_it_wait_again_for_a_convention(scene: Scene) -> None:
    scene.declare("V1")
    scene.override("V1", to=BAILLEUR)
    scene.amend("V1", typologie="T4")
    assert [data["outcome"] for data in scene.all("orientation.decided")] == [
        "held",
        "kept_by_bailleur",
        "kept_by_bailleur",
    ]


def test_the_next_turns_fall_as_if_the_declaration_had_been_right_at_once(
    scene: Scene, scene_of: Callable[..., Scene], book: BookView
) -> None:
    corrected, right = scene, scene_of(book)
    for each, typologie in ((corrected, "T3"), (right, "T4")):
        each.sign("AL", "60")
        each.sign("COM", "30")
        each.declare("V1", typologie=typologie)
        each.override("V1", to=BAILLEUR)
    corrected.amend("V1", typologie="T4")
    turns = [[each.declare()["reservataire"] for _ in range(12)] for each in (corrected, right)]
    assert turns[0] == turns[1]
    assert corrected.flux() == right.flux()


def test_a_party_its_own_criteria_exclude_keeps_what_the_bailleur_gave_it(scene: Scene) -> None:
    scene.sign("AL", "50", criteria=[{"dimension": "typologie", "in": ["T1"], "kind": "exclude"}])
    scene.sign("COM", "50")
    scene.declare("V1", typologie="T1")
    scene.override("V1", to="AL")
    scene.amend("V1", typologie="T1", floor=2)
    decision = scene.decision("V1")
    assert decision["reservataire"] == "AL"
    assert decision["because"][0].startswith(STILL)


def test_the_bailleur_is_not_asked_again_to_confirm_its_own_word(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40", confirmation="bailleur")
    scene.declare("V1")
    scene.override("V1", to="COM")
    scene.amend("V1", typologie="T4")
    decision = scene.decision("V1")
    assert (decision["outcome"], decision["reservataire"]) == ("proposed", "COM")


def test_a_dwelling_moved_out_of_the_territory_of_whom_it_was_given_to_passes_on(scene: Scene) -> None:
    scene.sign("AL", "50")
    scene.sign("EST", "50", territory={"scale": "communes", "communes": ["75120"]})
    scene.declare("V1", commune="75120")
    scene.override("V1", to="EST")
    scene.amend("V1", commune="75114")
    assert scene.decision("V1")["reservataire"] == "AL"


def test_once_refused_there_the_bailleurs_word_is_spent(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.override("V1", to="COM")
    scene.refuse("V1")
    assert scene.dossier("V1").reservataire == "AL"
    scene.amend("V1", typologie="T4")
    decision = scene.decision("V1")
    assert decision["reservataire"] == "AL"
    assert not decision["because"][0].startswith(STILL)


def test_a_dwelling_that_left_the_flux_comes_back_to_the_turn(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to=BAILLEUR)
    scene.amend("V1", purpose="vente")
    assert scene.decision("V1")["outcome"] == "outside_flux"
    scene.amend("V1", typologie="T4")
    assert scene.decision("V1")["reservataire"] == "AL"
