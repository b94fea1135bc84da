"""Dwellings outside the flux are kept by reason, with the attributions the bailleur tells of them."""

from collections.abc import Callable
from typing import Any

from compliance.domain.projection import Projection

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]
NPNRU = "relogement_renouvellement_urbain"


def rehouse(scene: Scene, vacancy: str, kind: str = "caleol.decided", **body: Any) -> None:  # noqa: ANN401 - fields of an event
    body = body or {"decision": "attribution"}
    scene.about(kind, proposal_id=None, vacancy_id=vacancy, reservataire="AL", **body)


def test_attributions_made_under_relogements_are_counted_by_operation(scene: Scene, watched: Watched) -> None:
    for number in range(1, 5):
        scene.declare(f"V{number}", purpose=NPNRU)
    scene.declare("V5", purpose="vente")
    rehouse(scene, "V1")
    rehouse(scene, "V1", "lease.signed", signed_on="2026-01-05")
    rehouse(scene, "V2")
    rehouse(scene, "V3", decision="non_attribution")
    excluded = watched(scene).exchanges.excluded
    assert excluded.attributions(2026) == {NPNRU: (2, 1), "vente": (0, 0)}
    assert excluded.attributions(2025) == {}


def test_a_dwelling_put_back_into_the_flux_is_excluded_no_more(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", purpose=NPNRU)
    rehouse(scene, "V1")
    scene.amend("V1", purpose="relocation")
    assert watched(scene).exchanges.excluded.place("V1") is None
    assert watched(scene).exchanges.excluded.attributions(2026) == {NPNRU: (0, 0)}


def test_an_outcome_that_waits_for_another_reason_says_nothing_of_a_relogement(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "100")
    rehouse(scene, "V-NEVER-DECLARED")
    assert watched(scene).exchanges.excluded.years == {}
