"""The forecast of excluded dwellings, by operation, beside the year before."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from compliance.bilan.document import Asked, Document
from compliance.bilan.parties import Watched
from compliance.bilan.previsionnel import previsionnel

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Rows = Callable[..., list[dict[str, Any]]]
Follow = Callable[[Scene], Watched]
NPNRU = "relogement_renouvellement_urbain"


def of_2027(scene: Scene, watched: Follow) -> Document:
    return previsionnel([watched(scene)], Asked(2027, ("75",), campaign=date(2027, 3, 31)))


def announce(scene: Scene) -> None:
    scene.now = datetime(2027, 2, 1, 9, tzinfo=UTC)
    scene.about(
        "forecast.declared",
        year=2027,
        flux=20,
        by_operation={"mutation_interne": 3, "vente": 1},
        taux_rotation_percent="5.5",
        status="partage",
    )


def test_each_operation_stands_beside_what_came_of_it_last_year(
    year: Scene, watched: Follow, rows: Rows
) -> None:
    announce(year)
    found = {
        row["motif"]: (row["prevu"], row["annee_precedente"])
        for row in rows(of_2027(year, watched), "operations")
    }
    assert found["mutation_interne"] == (3, 1)
    assert found[NPNRU] == (0, 1)
    assert found["vente"] == (1, 0)
    assert found["defense"] == (0, 1)


def test_a_forecast_nobody_declared_is_empty_and_said_so(year: Scene, watched: Follow, rows: Rows) -> None:
    document = of_2027(year, watched)
    assert {row["prevu"] for row in rows(document, "operations")} == {None}
    (row,) = rows(document, "previsions")
    assert (row["etat"], row["flux"], row["flux_precedent"], row["hors_flux_precedent"]) == ("", None, 5, 3)


def test_what_was_announced_is_told_with_the_rotation(year: Scene, watched: Follow, rows: Rows) -> None:
    announce(year)
    (row,) = rows(of_2027(year, watched), "previsions")
    assert (row["etat"], row["flux"], row["hors_flux"], row["rotation"]) == ("partage", 20, 4, "5.5")


def test_last_years_attributions_under_relogements_are_in_it(
    year: Scene, watched: Follow, rows: Rows
) -> None:
    year.about("caleol.decided", proposal_id=None, vacancy_id="X2", reservataire="AL", decision="attribution")
    found = {row["motif"]: row["attributions"] for row in rows(of_2027(year, watched), "relogements")}
    assert found[NPNRU] == 1


def test_it_is_due_on_28_february_of_its_own_year(year: Scene, watched: Follow) -> None:
    due = of_2027(year, watched).due
    assert (due.legal, due.campaign) == (date(2027, 2, 28), date(2027, 3, 31))
