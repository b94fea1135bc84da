"""What the bailleur says on a réservataire's behalf is counted apart, and what many contestations cost others."""

from collections.abc import Callable
from typing import Any

from compliance.domain.projection import Projection
from compliance.domain.telling import progress_of

Scene = Any  # the classes are in conftest.py: tests cannot import each other

SIREN = "999001209"


def a_refused_year(scene: Scene) -> None:
    """AL refuses one dwelling itself, the bailleur two on its behalf, one of them without a reason."""
    scene.sign("AL", "100", delegates=["refusal"])
    scene.declare("V1")
    scene.refuse("V1", reason="loyer_trop_eleve")
    scene.declare("V2")
    scene.refuse("V2", reason="loyer_trop_eleve", speaker=SIREN)
    scene.declare("V3")
    scene.refuse("V3", reason="sans_motif", speaker=SIREN)


def test_refusals_said_on_its_behalf_are_refusals_and_are_shown_apart(
    scene: Scene, watched: Callable[[Scene], Projection]
) -> None:
    a_refused_year(scene)
    told = progress_of(watched(scene), "C-AL")
    assert (told["refused"], told["refused_on_behalf"]) == (3, 2)
    assert told["by"]["typologie"]["T3"]["refused_on_behalf"] == 2


def test_no_alert_of_refusals_blames_a_reservataire_for_what_was_said_on_its_behalf(
    scene: Scene, watched: Callable[[Scene], Projection]
) -> None:
    a_refused_year(scene)
    days = watched(scene).seen.answers["C-AL"].values()
    answers = {name: sum(counts.get(name, 0) for counts in days) for counts in days for name in counts}
    assert answers["fitting"] == answers["refus_motive"] == 1
    assert answers["on_behalf"] == 2
    assert "refus_sans_motif" not in answers


def test_a_contestation_on_behalf_is_one_only_once_a_convention_delegates_it(
    scene: Scene, watched: Callable[[Scene], Projection]
) -> None:
    contested = {"reservataire": "AL", "by": "AL", "reason": "Elle devait y être.", "speaker": SIREN}
    scene.outcome("exclusion.contested", "V1", **contested)
    assert not watched(scene).exchanges.contestations.made
    scene.sign("AL", "20", delegates=["contestation"])
    [made] = watched(scene).exchanges.contestations.made
    assert (made.subject, made.by) == ("V1", "AL")


def test_contestations_are_not_looked_at_for_vacancies_that_nobody_contests(
    scene: Scene, watched: Callable[[Scene], Projection]
) -> None:
    scene.sign("AL", "100")
    for number in range(500):
        scene.outcome("exclusion.contested", f"W{number}", reservataire="AL", by="AL", reason="Non.")
    for number in range(20):
        scene.declare(f"V{number}")
    contestations = watched(scene).exchanges.contestations
    assert (len(contestations.made), contestations.examined) == (500, 0)
