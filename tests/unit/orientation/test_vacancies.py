"""A vacancy's life: assiette, flux year, amendments and withdrawals."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.rejected import Rejected, RejectionReason
from flux.units import BAILLEUR, DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

CASES = Path(__file__).parents[2] / "cases"
LEGAL_EXCLUSIONS = [
    "mutation_interne",
    "relogement_renouvellement_urbain",
    "relogement_copropriete_degradee",
    "relogement_habitat_indigne",
    "vente",
]
NEW_YEARS_EVE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
TWO_YEARS = {"from": "2026-01-01", "until": "2027-12-31"}


@pytest.mark.parametrize("purpose", LEGAL_EXCLUSIONS)
def test_the_five_legal_exclusions_leave_the_flux_and_move_nothing(scene: Scene, purpose: str) -> None:
    scene.sign("AL", "100")
    decision = scene.declare("V1", purpose=purpose)
    assert (decision["outcome"], decision["reason"]) == ("outside_flux", purpose)
    assert decision["because"]
    assert decision["because"][0].endswith(".")
    assert not scene.ledger().credit


def test_the_assiette_of_the_worked_case_leaves_its_flux(scene: Scene) -> None:
    case = json.loads((CASES / "rounding.json").read_text(encoding="utf-8"))["assiette"]
    freed = dict(case["assiette"])
    ordinary = freed.pop("freed") - sum(freed.values())
    defence = freed.pop("stock_defense")
    scene.sign("AL", "100")
    for purpose in [purpose for purpose, number in freed.items() for _ in range(number)]:
        scene.declare(purpose=purpose)
    for number in range(defence + ordinary):
        scene.declare(stock_reservation="defense" if number < defence else None)
    outcomes = [data["outcome"] for data in scene.all("orientation.decided")]
    assert len(outcomes) == case["assiette"]["freed"]
    assert len(outcomes) - outcomes.count("outside_flux") == case["flux"]


def test_a_local_agreement_takes_nothing_out_of_the_flux_until_it_is_switched_on(
    scene: Scene, scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    agreed = scene_of(book_with("assiette/mutation-inter-bailleurs"))
    for each in (scene, agreed):
        each.sign("AL", "100")
        each.declare("V1", purpose="mutation_inter_bailleurs")
    assert scene.decision("V1")["outcome"] == "proposed"
    assert agreed.decision("V1")["outcome"] == "outside_flux"
    assert "accord local" in agreed.decision("V1")["because"][0]


def test_a_dwelling_reserved_for_defence_stays_in_stock(scene: Scene) -> None:
    scene.sign("AL", "100")
    decision = scene.declare("V1", stock_reservation="defense")
    assert (decision["outcome"], decision["reason"]) == ("outside_flux", "defense")
    assert decision["rules"] == ["stock-defense"]


def test_a_first_letting_of_a_programme_goes_to_concertation(scene: Scene) -> None:
    scene.sign("AL", "100")
    decision = scene.declare("V1", cause="neuf", programme_id="P1")
    assert (decision["outcome"], decision["counted_apart"]) == ("concertation", True)
    assert "P1" in decision["because"][0]
    assert not scene.ledger().credit


@pytest.mark.parametrize(
    ("departement", "commune", "at", "year"),
    [
        ("75", "75114", NEW_YEARS_EVE, 2027),
        ("75", "75114", NEW_YEARS_EVE.replace(hour=22), 2026),
        ("974", "97411", NEW_YEARS_EVE.replace(hour=20), 2027),
        ("974", "97411", NEW_YEARS_EVE.replace(hour=19), 2026),
        ("972", "97209", NEW_YEARS_EVE.replace(year=2027, month=1, day=1, hour=3), 2026),
    ],
)
def test_the_flux_year_is_that_of_the_legal_time_of_the_departement(
    scene_of: Callable[..., Scene], book: BookView, departement: str, commune: str, at: datetime, year: int
) -> None:
    scene = scene_of(book, departement)
    scene.sign("AL", "100", effective=TWO_YEARS)
    assert scene.declare("V1", commune=commune, at=at)["year"] == year
    assert scene.ledger(year).credit == {"C-AL": DWELLING}


def test_a_dwelling_keeps_its_flux_year_for_life(scene: Scene) -> None:
    scene.sign("AL", "50", effective=TWO_YEARS, decompte={"method": "attribution"})
    scene.sign("COM", "50", effective=TWO_YEARS, decompte={"method": "attribution"})
    scene.now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    scene.refuse("V1")
    again = scene.decision("V1")
    assert (again["year"], again["reservataire"]) == (2026, "COM")
    assert scene.ledger(2027).credit == {}
    assert scene.ledger(2026).engaged == {"C-AL": 0, "C-COM": DWELLING}


@pytest.mark.parametrize(("year_of", "counted_in"), [("event", 2027), ("proposal", 2026)])
def test_a_lease_of_the_next_year_counts_where_the_convention_says(
    scene: Scene, year_of: str, counted_in: int
) -> None:
    scene.sign("AL", "100", decompte={"method": "bail", "year_of": year_of})
    scene.now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    scene.declare("V1")
    scene.now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    scene.lease("V1")
    assert {year: ledger.counted for year, ledger in scene.state.ledger.years.items() if ledger.counted} == {
        counted_in: {"C-AL": DWELLING}
    }


def test_the_conventions_of_a_dwelling_are_those_of_its_own_year(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.sign("COM", "100", effective={"from": "2027-01-01", "until": "2027-12-31"})
    scene.now = NEW_YEARS_EVE.replace(hour=12)
    scene.declare("V1")
    scene.now = NEW_YEARS_EVE
    scene.declare("V2")
    assert [scene.decision(name)["reservataire"] for name in ("V1", "V2")] == ["AL", "COM"]


def test_an_amendment_keeps_the_holders_turn(scene: Scene) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    assert scene.declare("V1")["reservataire"] == "AL"
    assert scene.declare("V2")["reservataire"] == "COM"
    scene.amend("V2", typologie="T4")
    decision = scene.decision("V2")
    assert decision["reservataire"] == "COM"
    assert (
        decision["because"][0]
        == "La correction de la déclaration ne lui retire pas le tour qu'il avait déjà."
    )
    assert decision["vacancy"]["dwelling"]["typologie"] == "T4"
    assert scene.all("proposal.withdrawn")[0]["cause_of_closing"] == "amended"


def test_an_amendment_that_takes_the_dwelling_out_of_its_territory_passes_the_turn_on(scene: Scene) -> None:
    scene.sign("EST", "90", territory={"scale": "communes", "communes": ["75120"]})
    scene.sign("AL", "10")
    assert scene.declare("V1", commune="75120")["reservataire"] == "EST"
    scene.amend("V1", commune="75114")
    assert scene.decision("V1")["reservataire"] != "EST"
    assert scene.ledger().credit == {"C-EST": 0, "C-AL": DWELLING // 10, BAILLEUR: DWELLING * 9 // 10}


def test_an_amendment_can_take_a_vacancy_out_of_the_flux_and_bring_it_back(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.amend("V1", purpose="vente")
    assert scene.decision("V1")["outcome"] == "outside_flux"
    assert not any(scene.ledger().credit.values())
    scene.amend("V1", purpose="relocation")
    assert scene.decision("V1")["outcome"] == "proposed"
    assert scene.ledger().engaged == {"C-AL": DWELLING}


def test_an_amended_dwelling_may_be_offered_again_to_who_said_no(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", typologie="T1")
    scene.refuse("V1")
    scene.amend("V1", typologie="T3")
    assert scene.decision("V1")["reservataire"] == "AL"


def test_an_amended_dwelling_has_all_its_attempts_again(scene: Scene) -> None:
    for name in ("A", "B", "C", "D"):
        scene.sign(name, "25")
    scene.declare("V1")
    scene.refuse("V1")
    scene.refuse("V1")
    scene.amend("V1", typologie="T5")
    for _ in range(2):
        scene.refuse("V1")
        assert scene.decision("V1")["outcome"] == "proposed"
    scene.refuse("V1")
    assert scene.decision("V1")["because"] == [
        "Après 3 propositions sans suite, il revient au bailleur pour un tour."
    ]


def test_an_amendment_that_changes_nothing_is_recorded_only(scene: Scene) -> None:
    scene.sign("AL", "100")
    first = scene.declare("V1")
    scene.amend("V1")
    assert scene.all("vacancy.recorded")[-1]["status"] == "recorded_only"
    assert scene.dossier("V1").proposal_id == first["proposal_id"]


@pytest.mark.parametrize("method", ["proposition", "attribution", "bail"])
def test_a_withdrawal_undoes_exactly_what_the_vacancy_moved(scene: Scene, method: str) -> None:
    target = {"dimension": "qpv", "segment": "hors_qpv", "target_percent": "60", "kind": "target"}
    scene.sign("AL", "60", decompte={"method": method}, criteria=[target])
    scene.sign("COM", "40", decompte={"method": method})
    scene.declare("V1")
    before = _balances(scene)
    scene.declare("V2")
    scene.refuse("V2")
    assert _balances(scene) != before
    scene.withdraw("V2")
    assert _balances(scene) == before
    assert scene.dossier("V2").status == "withdrawn"
    assert scene.all("proposal.withdrawn")[-1]["cause_of_closing"] == "withdrawn"


def test_a_withdrawal_in_the_fixed_order_gives_the_turn_back(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    scene = scene_of(book_with("rotation/rotation-ordre-fixe"))
    scene.sign("AL", "50")
    first = scene.declare("V1")["reservataire"]
    scene.withdraw("V1")
    assert scene.declare("V2")["reservataire"] == first
    assert sum(scene.ledger().cycle.values()) == 0


@pytest.mark.parametrize("stage", ["attributed", "leased"])
def test_after_an_attribution_amending_and_withdrawing_are_recorded_only(scene: Scene, stage: str) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    if stage == "leased":
        scene.lease("V1")
    else:
        scene.deliberate("V1")
    before = _balances(scene)
    scene.amend("V1", typologie="T5")
    scene.withdraw("V1")
    assert [data["status"] for data in scene.all("vacancy.recorded")] == ["recorded_only"] * 2
    assert scene.dossier("V1").status == stage
    assert _balances(scene) == before


def test_a_withdrawn_vacancy_is_not_decided_again(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.withdraw("V1")
    scene.withdraw("V1")
    scene.wait(days=90)
    assert len(scene.all("orientation.decided")) == 1
    assert not scene.all("proposal.expired")


@pytest.mark.parametrize("kind", ["amend", "withdraw"])
def test_a_vacancy_nobody_declared_cannot_be_amended_or_withdrawn(scene: Scene, kind: str) -> None:
    with pytest.raises(Rejected) as refused:
        getattr(scene, kind)("V404")
    assert refused.value.reason is RejectionReason.VACANCE_INCONNUE
    assert not scene.facts


def test_a_dwelling_already_open_under_another_vacancy_is_warned_about(scene: Scene) -> None:
    scene.sign("AL", "100")
    assert "warnings" not in scene.declare("V1", dwelling_id="D1")
    assert scene.declare("V2", dwelling_id="D1")["warnings"] == ["logement_deja_ouvert:V1"]
    scene.lease("V1")
    scene.lease("V2")
    assert "warnings" not in scene.declare("V3", dwelling_id="D1")


def _balances(scene: Scene) -> dict[str, dict[str, int]]:
    """Every balance of the year that is not zero; the legal counters keep what happened."""
    accounts = ("credit", "engaged", "counted", "mix", "cycle")
    ledger = scene.ledger()
    return {name: {p: u for p, u in getattr(ledger, name).items() if u} for name in accounts}
