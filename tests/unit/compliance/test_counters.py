"""Each legal counter, what it means once a vacancy is corrected or taken back, and how it is broken down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from compliance.domain.projection import Projection
from compliance.domain.tallies import COUNTERS
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
Watched = Callable[[Scene], Projection]
BY = {"typologie", "financement", "qpv", "commune", "construction_period", "month"}
ENDS = ("leased", "refused", "expired", "not_attributed", "withdrawn", "open")


def counts(told: dict[str, Any]) -> dict[str, int]:
    """The counters that are not zero."""
    return {name: told[name] for name in COUNTERS if told[name]}


def test_the_counters_are_kept_by_every_dimension(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", qpv=True, typologie="T2", construction_year=1960)
    scene.declare("V2", typologie="T2", construction_year=None)
    scene.lease("V1")
    scene.refuse("V2")
    by = progress(scene)["by"]
    assert set(by) == BY
    assert by["typologie"] == {"T2": {"proposed": 2, "attributed": 1, "leased": 1, "refused": 1}}
    assert by["qpv"] == {
        "qpv": {"proposed": 1, "attributed": 1, "leased": 1},
        "hors_qpv": {"proposed": 1, "refused": 1},
    }
    assert by["construction_period"] == {
        "1949_1974": {"proposed": 1, "attributed": 1, "leased": 1},
        "inconnue": {"proposed": 1, "refused": 1},
    }


def test_an_act_counts_in_its_month_and_what_is_open_in_that_of_its_proposal(
    scene: Scene, progress: Told
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.declare("V2")
    scene.wait(days=28)
    scene.deliberate("V1")
    assert progress(scene)["by"]["month"] == {
        "2026-01": {"proposed": 2, "open": 2},
        "2026-02": {"attributed": 1},
    }


def test_the_month_is_that_of_the_departement(
    scene_of: Callable[..., Scene], book: BookView, progress: Told
) -> None:
    scene = scene_of(book, departement="974")
    scene.sign("AL", "100")
    scene.now = scene.now.replace(month=3, day=31, hour=21)
    scene.declare("V1", commune="97411")
    assert set(progress(scene)["by"]["month"]) == {"2026-04"}


def test_a_proposal_whose_vacancy_is_corrected_was_not_put_at_disposal(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", typologie="T2")
    scene.wait(days=28)
    scene.amend("V1", typologie="T4")
    told = progress(scene)
    assert counts(told) == {"proposed": 1, "open": 1, "annulled": 1}
    assert told["by"]["typologie"] == {"T2": {"annulled": 1}, "T4": {"proposed": 1, "open": 1}}
    assert told["by"]["month"] == {"2026-01": {"annulled": 1}, "2026-02": {"proposed": 1, "open": 1}}


def test_a_proposal_whose_vacancy_is_taken_back_was_not_put_at_disposal(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.withdraw("V1")
    told = progress(scene)
    assert counts(told) == {"annulled": 1}
    assert (told["units"], told["expected"], told["flux"]) == ("0", "0", 0)


def test_a_refusal_stays_a_refusal_when_the_vacancy_is_corrected_later(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    holder = scene.declare("V1")["reservataire"]
    scene.refuse("V1")
    scene.amend("V1", floor=4)
    first = progress(scene, f"C-{holder}")
    assert (
        first["refused"],
        first["proposed"] + progress(scene, "C-COM" if holder == "AL" else "C-AL")["proposed"],
    ) == (1, 2)


def test_an_overridden_proposal_was_put_at_disposal_and_is_taken_back(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to="BAILLEUR")
    assert counts(progress(scene)) == {"proposed": 1, "withdrawn": 1, "overridden": 1}


def test_an_overridden_pre_assignment_was_never_proposed(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    scene.declare("V1", typologie="T2")
    scene.override("V1", to="BAILLEUR")
    told = progress(scene)
    assert counts(told) == {"overridden": 1}
    assert told["by"]["typologie"] == {"T2": {"overridden": 1}}


def test_the_end_of_a_convention_takes_its_proposals_back(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.end("AL", (scene.now - timedelta(days=1)).date().isoformat())
    told = progress(scene)
    assert counts(told) == {"proposed": 1, "withdrawn": 1}
    assert told["gap"] == "1"
    assert told["causes"] == {"flux": "1", "refusals": "0", "arbitration": "0"}


def test_an_attribution_stays_counted_when_the_candidate_then_refuses(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", decompte={"method": "attribution"})
    scene.declare("V1")
    scene.deliberate("V1")
    scene.refuse("V1", by="candidat")
    told = progress(scene)
    assert counts(told) == {"proposed": 1, "attributed": 1, "refused": 1}
    assert told["units"] == "1"


def test_designations_made_on_behalf_of_the_reservataire_are_counted(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", management="deleguee")
    for _ in range(3):
        scene.declare()
    scene.designate("V1", on_behalf=True)
    scene.designate("V2", on_behalf=True)
    scene.designate("V3", on_behalf=False)
    told = progress(scene)
    assert told["delegated"] == 2
    assert told["by"]["commune"]["75114"]["delegated"] == 2


@pytest.mark.parametrize(
    ("changes", "outside"),
    [
        ([], {"vente": 1}),
        (["vente"], {"vente": 1}),
        (["vente", "vente", "vente"], {"vente": 1}),
        (["mutation_interne"], {"mutation_interne": 1}),
        (["relocation"], {}),
        (["relocation", "vente"], {"vente": 1}),
        ([None], {}),
    ],
)
def test_an_exclusion_counts_once_whatever_is_corrected(
    scene: Scene, watched: Watched, changes: list[str | None], outside: dict[str, int]
) -> None:
    scene.sign("AL", "60")
    scene.declare("V1", purpose="vente", typologie="T2")
    for number, purpose in enumerate(changes):
        if purpose is None:
            scene.withdraw("V1")
        else:
            scene.amend("V1", purpose=purpose, floor=number)
    assert watched(scene).outside_flux(2026) == outside


def test_an_exclusion_is_counted_by_dimension_and_month(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "60")
    scene.declare("V1", purpose="vente", typologie="T2")
    scene.declare("V2", purpose="vente", typologie="T5", construction_year=1930)
    scene.amend("V1", purpose="vente", typologie="T1")
    tally = watched(scene).year(2026).outside["vente"].shown()
    assert set(tally) == BY
    assert tally["typologie"] == {"T1": {"dwellings": 1}, "T5": {"dwellings": 1}}
    assert tally["construction_period"] == {"1949_1974": {"dwellings": 1}, "avant_1949": {"dwellings": 1}}
    assert tally["month"] == {"2026-01": {"dwellings": 2}}


def test_a_dwelling_kept_by_the_bailleur_then_corrected_is_in_the_flux_once(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "1")
    scene.declare("V1", typologie="T2")
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"
    scene.wait(days=40)
    scene.amend("V1", typologie="T3")
    year = watched(scene).year(2026)
    assert year.flux.shown()["typologie"] == {"T3": {"dwellings": 1}}
    assert {day: number for day, number in year.days.items() if number} == {"2026-01-05": 1}


def test_further_rounds_are_the_same_dwelling_of_the_flux(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    scene.declare("V1")
    scene.refuse("V1")
    scene.refuse("V1")
    assert progress(scene)["flux"] == 1


def test_how_proposals_ended_adds_up_to_those_put_at_disposal(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "60", decompte={"method": "attribution"})
    scene.sign("COM", "40", decompte={"method": "bail"})
    acts = (scene.lease, scene.refuse, scene.withdraw, lambda name: scene.override(name, "BAILLEUR"))
    for number in range(30):
        name = scene.declare(purpose="vente" if number % 7 == 0 else "relocation")["vacancy_id"]
        if scene.dossier(name).reservataire is not None:
            acts[number % 4](name)
        scene.wait(days=3)
    for convention in ("C-AL", "C-COM"):
        told = progress(scene, convention)
        assert told["proposed"] == sum(told[name] for name in ENDS) > 5
        for dimension in BY:
            for name in COUNTERS:
                summed = sum(values.get(name, 0) for values in told["by"][dimension].values())
                assert summed == told[name], (dimension, name)
