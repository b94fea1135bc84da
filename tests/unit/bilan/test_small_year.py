"""A year small enough to be added up by hand, and every figure of its bilan."""

from collections.abc import Callable
from datetime import date
from typing import Any

from compliance.bilan.document import Document
from flux.units import DWELLING

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Told = Callable[..., Document]
Rows = Callable[..., list[dict[str, Any]]]
NUMBERS = ("proposed", "attributed", "leased", "refused", "withdrawn", "open", "overridden", "annulled")


def counters(row: dict[str, Any]) -> dict[str, int]:
    """The counters that are not zero."""
    return {name: row[name] for name in NUMBERS if row[name]}


def test_proposed_attributed_and_what_became_of_the_rest(year: Scene, told: Told, rows: Rows) -> None:
    document = told(year)
    found = {row["reservataire"]: counters(row) for row in rows(document, "reservataires")}
    assert found == {
        "AL": {"proposed": 3, "attributed": 1, "leased": 1, "refused": 1, "open": 1},
        "COM": {
            "proposed": 4,
            "attributed": 1,
            "withdrawn": 1,
            "open": 3,
            "overridden": 1,
            "annulled": 1,
        },
    }
    (total,) = rows(document, "reservataires", totals=True)
    assert (total["reservataire"], total["proposed"], total["attributed"]) == ("Total", 7, 2)
    (summary,) = rows(document, "synthese")
    assert (summary["flux"], summary["hors_flux"], summary["conserves"]) == (5, 3, 0)


def test_each_dimension_of_the_law_is_a_table(year: Scene, told: Told, rows: Rows) -> None:
    def proposed(dimension: str) -> dict[tuple[str, str], int]:
        table = rows(told(year), dimension)
        return {(row["reservataire"], row["valeur"]): row["proposed"] for row in table if row["proposed"]}

    assert proposed("typologie") == {
        ("AL", "T2"): 2,
        ("AL", "T3"): 1,
        ("COM", "T2"): 1,
        ("COM", "T3"): 2,
        ("COM", "T5"): 1,
    }
    assert proposed("financement") == {("AL", "PLUS"): 3, ("COM", "PLUS"): 3, ("COM", "PLAI"): 1}
    assert proposed("qpv") == {("AL", "qpv"): 1, ("AL", "hors_qpv"): 2, ("COM", "hors_qpv"): 4}
    assert proposed("commune") == {
        ("AL", "75114"): 2,
        ("AL", "75120"): 1,
        ("COM", "75114"): 3,
        ("COM", "75120"): 1,
    }
    assert proposed("construction_period") == {
        ("AL", "1949_1974"): 2,
        ("AL", "inconnue"): 1,
        ("COM", "1949_1974"): 3,
        ("COM", "inconnue"): 1,
    }


def test_a_dimension_adds_up_by_value_then_in_all(year: Scene, told: Told, rows: Rows) -> None:
    totals = rows(told(year), "typologie", totals=True)
    assert [(row["valeur"], row["proposed"]) for row in totals] == [
        ("T2", 3),
        ("T3", 3),
        ("T4", 0),
        ("T5", 1),
        (None, 7),
    ]


def test_what_was_expected_and_counted_with_the_gap_by_cause(year: Scene, told: Told, rows: Rows) -> None:
    """Shares gave each half of five dwellings, the second round of V3 one more to COM; COM's V5 went to AL."""
    found = {row["reservataire"]: row for row in rows(told(year), "objectifs")}
    half = DWELLING // 2
    assert (found["AL"]["droit"], found["AL"]["objectif"]) == ("50,00 %", 6 * DWELLING)
    assert (found["AL"]["attendu"], found["AL"]["compte"], found["AL"]["ecart"]) == (
        5 * half,
        3 * DWELLING,
        -half,
    )
    assert (found["COM"]["attendu"], found["COM"]["compte"], found["COM"]["ecart"]) == (
        7 * half,
        3 * DWELLING,
        half,
    )
    assert {name: row["ecart_arbitrage"] for name, row in found.items()} == {"AL": -half, "COM": half}


def test_a_total_of_amounts_some_of_which_are_unknown_is_left_empty(
    scene: Scene, told: Told, rows: Rows
) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", objective=12)
    scene.declare("V1")
    document = told(scene)
    found = {row["reservataire"]: row["objectif"] for row in rows(document, "objectifs")}
    assert found == {"AL": None, "COM": 12 * DWELLING}
    (total,) = rows(document, "objectifs", totals=True)
    assert total["objectif"] is None
    assert total["attendu"] == sum(row["attendu"] for row in rows(document, "objectifs")) > 0


def test_exclusions_by_reason_tell_the_law_from_local_agreements(
    scene: Scene, book_with: Callable[..., Any], scene_of: Callable[..., Scene], told: Told, rows: Rows
) -> None:
    scene = scene_of(book_with("assiette/rehabilitation-lourde"))
    scene.declare("X1", purpose="mutation_interne")
    scene.declare("X2", purpose="rehabilitation_lourde")
    scene.declare("D1", stock_reservation="defense")
    found = {(row["motif"], row["nature"]): row["logements"] for row in rows(told(scene), "hors_flux")}
    assert found == {
        ("mutation_interne", "réglementaire"): 1,
        ("rehabilitation_lourde", "accord local, non réglementaire"): 1,
        ("defense", "réservation en stock"): 1,
    }


def test_first_lettings_are_counted_apart_and_nowhere_else(scene: Scene, told: Told, rows: Rows) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 3))
    scene.conclude()
    scene.let_first(1)
    scene.let_first(2)
    scene.lease("V1")
    document = told(scene)
    (row,) = rows(document, "premieres_locations")
    assert counters(row) == {"proposed": 2, "attributed": 1, "leased": 1, "open": 1}
    assert [row["proposed"] for row in rows(document, "conventions")] == [0]
    assert document.is_sound


def test_overrides_contestations_and_delegation_differences_are_shown(
    year: Scene, told: Told, rows: Rows
) -> None:
    year.about(
        "exclusion.contested",
        proposal_id=None,
        vacancy_id="X1",
        reservataire="AL",
        by="AL",
        reason="Ce n'est pas une mutation.",
    )
    year.about(
        "delegation.reported",
        proposal_id=None,
        reservataire="AL",
        convention_id="C-AL",
        period="2026-01",
        lines=[{"vacancy_id": "V1", "stage": "bail"}],
    )
    document = told(year, on=date(2027, 3, 1))
    (override,) = rows(document, "arbitrages")
    assert (override["vacance"], override["de"], override["vers"]) == ("V5", "C-COM", "C-AL")
    (contested,) = rows(document, "contestations")
    assert (contested["identifiant"], contested["motif"], contested["etat"]) == (
        "X1",
        "mutation_interne",
        "open",
    )
    outside = {row["motif"]: row["contestes"] for row in rows(document, "hors_flux")}
    assert outside == {"mutation_interne": 1, "relogement_renouvellement_urbain": 0, "defense": 0}
    (report,) = rows(document, "gestion_deleguee")
    assert (report["convention"], report["periodes"], report["unknown"]) == ("C-AL", "2026-01", 1)
    (difference,) = rows(document, "ecarts_delegation")
    assert (difference["vacance"], difference["comparaison"]) == ("V1", "unknown")


def test_attributions_made_under_relogements_stand_by_operation(year: Scene, told: Told, rows: Rows) -> None:
    year.about("caleol.decided", proposal_id=None, vacancy_id="X2", reservataire="AL", decision="attribution")
    found = {row["motif"]: row["attributions"] for row in rows(told(year), "relogements")}
    assert found == {"mutation_interne": 0, "relogement_renouvellement_urbain": 1}


def test_a_year_in_which_nothing_came_is_empty_and_sound(year: Scene, told: Told, rows: Rows) -> None:
    document = told(year, 2025)
    assert rows(document, "conventions") == []
    assert document.is_sound


def test_the_legal_date_stays_beside_the_tolerance_of_a_campaign(year: Scene, told: Told) -> None:
    due = told(year, campaign=date(2027, 3, 31)).due
    assert due.legal == date(2027, 2, 28)
    assert due.sentence() == (
        "À transmettre avant le 28/02/2027 (CCH art. R.441-5-1) ; tolérance de la campagne : 31/03/2027."
    )
