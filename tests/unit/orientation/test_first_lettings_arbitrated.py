"""First lettings in other hands: overridden, amended, withdrawn; and those that count in the flux."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.rejected import Rejected
from flux.units import DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other


@pytest.fixture
def counting(scene_of: Callable[..., Scene], book_with: Callable[..., BookView]) -> Scene:
    """A scene in which what a concertation gives counts in the flux."""
    return scene_of(book_with("neuf/premiere-location-concertation-flux"))


# the bailleur's hand


def test_the_bailleur_may_give_it_to_another_and_it_stays_apart(scene: Scene) -> None:
    scene.open_programme(("AL", 1), ("MECENE", 1))
    scene.conclude()
    scene.let_first(1)
    scene.override("V1", "MECENE")
    decision = scene.decision("V1")
    assert (decision["reservataire"], decision["reason"], decision["counted_apart"]) == (
        "MECENE",
        "arbitrage",
        True,
    )
    assert scene.apart("tour:AL") == {"apart_proposed": 1, "apart_withdrawn": 1, "apart_overridden": 1}
    assert scene.flux() == {}


def test_the_bailleur_may_keep_it_and_give_it_back(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    scene.override("V1", "BAILLEUR")
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"
    assert scene.apart("BAILLEUR") == {"apart_kept": 1}
    scene.override("V1", "BAILLEUR")
    assert scene.all("outcome.recorded")[-1]["status"] == "recorded_only"
    scene.override("V1", "AL")
    assert scene.decision("V1")["reservataire"] == "AL"
    assert scene.apart("BAILLEUR") == {}
    assert scene.flux() == {}


def test_the_bailleur_names_a_party_of_the_programme_or_of_a_convention(scene: Scene) -> None:
    scene.sign("COM", "10")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    with pytest.raises(Rejected, match="sans_convention") as refused:
        scene.override("V1", "X")
    assert "Réservataires possibles : AL, COM, ou BAILLEUR." in refused.value.message
    scene.override("V1", "COM")
    assert scene.apart("C-COM") == {"apart_proposed": 1, "apart_open": 1}


def test_a_dwelling_in_concertation_cannot_be_given_before_it_ends(scene: Scene) -> None:
    scene.open_programme(("AL", 1))
    scene.let_first(1)
    with pytest.raises(Rejected, match="hors_flux"):
        scene.override("V1", "AL")


def test_an_amendment_is_decided_again_and_a_withdrawal_takes_everything_back(scene: Scene) -> None:
    scene.open_programme(("AL", 2))
    scene.conclude()
    scene.let_first(1)
    scene.amend("V1", cause="neuf", programme_id="P1", dwelling_id="N1", floor=2)
    assert scene.decision("V1")["reservataire"] == "AL"
    assert scene.apart("tour:AL") == {"apart_proposed": 2, "apart_open": 1, "apart_withdrawn": 1}
    scene.withdraw("V1")
    assert scene.apart("tour:AL") == {"apart_proposed": 2, "apart_withdrawn": 2}
    assert scene.dossier("V1").status == "withdrawn"


def test_a_dwelling_amended_while_it_waits_still_waits(scene: Scene) -> None:
    scene.open_programme(("AL", 2))
    scene.let_first(1)
    scene.amend("V1", cause="neuf", programme_id="P1", dwelling_id="N1", floor=2)
    assert scene.decision("V1")["outcome"] == "concertation"
    scene.conclude()
    assert scene.decision("V1")["reservataire"] == "AL"
    scene.amend("V1", cause="conge", dwelling_id="N1")
    assert scene.decision("V1")["outcome"] == "held"


def test_a_dwelling_withdrawn_while_it_waits_is_not_given(scene: Scene) -> None:
    scene.open_programme(("AL", 2))
    scene.let_first(1)
    scene.withdraw("V1")
    scene.conclude()
    assert not scene.all("proposal.issued")


def test_a_commitment_outlives_the_convention_of_its_reservataire(scene: Scene) -> None:
    scene.sign("AL", "40")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    scene.end("AL", "2026-01-20")
    assert scene.all("proposal.issued")[-1]["convention_id"] is None
    assert scene.apart("C-AL") == {"apart_proposed": 1, "apart_withdrawn": 1}
    assert scene.apart("tour:AL") == {"apart_proposed": 1, "apart_open": 1}


# counted in the flux


def test_counted_in_the_flux_the_one_it_names_takes_the_turn(counting: Scene) -> None:
    scene = counting
    scene.sign("AL", "10")
    scene.sign("COM", "60", confirmation="bailleur")
    scene.open_programme(("AL", 1))
    scene.conclude()
    decision = scene.let_first(1)
    assert (decision["reservataire"], decision["reason"], decision["outcome"]) == (
        "AL",
        "concertation",
        "proposed",
    )
    assert decision["because"][1] == "La concertation le lui donne, décompté dans le flux : il prend ce tour."
    assert decision["alternatives"][0]["because"].startswith("Désigné par la concertation")
    assert "counted_apart" not in decision
    assert scene.all("proposal.issued")[-1]["counted"] == "flux"
    assert scene.ledger().engaged == {"C-AL": DWELLING}
    assert sum(scene.ledger().credit.values()) == DWELLING
    scene.refuse("V1")
    assert scene.decision("V1")["reservataire"] == "COM"


def test_counted_in_the_flux_a_party_without_convention_is_counted_apart_all_the_same(
    counting: Scene,
) -> None:
    counting.sign("COM", "60")
    counting.open_programme(("MECENE", 1))
    counting.conclude()
    decision = counting.let_first(1)
    assert (decision["reservataire"], decision["counted_apart"]) == ("MECENE", True)
    assert decision["because"][1] == (
        "MECENE n'a pas de convention qui couvre ce logement : il est décompté à part."
    )


def test_counted_in_the_flux_a_cap_still_binds(counting: Scene) -> None:
    scene = counting
    scene.sign("ETAT", "30", kind="etat_prioritaires")
    scene.sign("COM", "60")
    scene.forecast(3)
    scene.open_programme(("ETAT", 1))
    scene.conclude()
    decision = scene.let_first(1)
    assert decision["reservataire"] == "COM"
    assert decision["because"][0].startswith(
        "ETAT, à qui la répartition le donne, ne peut pas le recevoir dans le flux : plafond de l'État"
    )


def test_straight_into_the_flux_no_programme_is_waited_for(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    scene = scene_of(book_with("neuf/premiere-location-flux"))
    scene.sign("AL", "100")
    decision = scene.let_first(1)
    assert (decision["outcome"], decision["reservataire"]) == ("proposed", "AL")
    assert decision["because"][0] == (
        "Première mise en location orientée directement dans le flux, par accord local."
    )
    assert "premiere-location-flux" in decision["rules"]
