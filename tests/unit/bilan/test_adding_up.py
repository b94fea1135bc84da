"""A bilan is added up again from the stream itself: a falsified figure is found, an honest one never is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.bilan.counting import StreamCount
from compliance.bilan.document import Asked, Document, bilan
from compliance.bilan.parties import Watched
from compliance.bilan.previsionnel import previsionnel
from contracts.canonical import encode
from contracts.rejected import Rejected

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Told = Callable[..., Document]
Follow = Callable[[Scene], Watched]
OF_2026 = Asked(2026, ("75",))


def test_every_figure_is_counted_twice(year: Scene, told: Told) -> None:
    document = told(year)
    assert document.is_sound
    proposed = next(check for check in document.checks if check.what == "Proposés")
    assert proposed.counted == 7
    assert set(proposed.sums.values()) == {7}
    assert proposed.lines() == ["Proposés 7 = 7 ✓ (9 tableaux)"]


@pytest.mark.parametrize(
    ("counter", "what"), [("proposed", "Proposés"), ("attributed", "Attribués"), ("leased", "Loués")]
)
def test_a_falsified_counter_is_found(year: Scene, watched: Follow, counter: str, what: str) -> None:
    found = watched(year)
    found.projection.year(2026).lines["C-AL"].counts[counter] += 1
    document = bilan([found], OF_2026)
    wrong = next(check for check in document.checks if check.what == what)
    assert not document.is_sound
    assert set(wrong.wrong) == {"Synthèse", "Bailleurs", "Réservataires", "Réservataires × bailleurs"}


def test_a_falsified_dimension_is_found(year: Scene, watched: Follow) -> None:
    found = watched(year)
    found.projection.year(2026).lines["C-AL"].by["typologie"]["T2"]["proposed"] -= 1
    (wrong,) = [check for check in bilan([found], OF_2026).checks if not check.holds and check.counted]
    assert wrong.lines()[1:] == ["Proposés 7 ≠ 6 ✗ (Typologie)"]


def test_a_forgotten_exclusion_is_found(year: Scene, watched: Follow) -> None:
    found = watched(year)
    del found.projection.year(2026).outside["mutation_interne"]
    said = [line for check in bilan([found], OF_2026).checks for line in check.lines() if "✗" in line]
    assert "Hors du flux, Mutation interne au parc du bailleur 1 ≠ 0 ✗ (Hors du flux)" in said
    forecast = previsionnel([found], replace(OF_2026, year=2027))
    assert not forecast.is_sound


def test_items_that_never_reached_the_projection_are_found(year: Scene, watched: Follow) -> None:
    found = watched(year)
    found.counted.of(2026)["flux"] += 1
    assert not bilan([found], OF_2026).is_sound


WAYS = st.sampled_from(
    ["lease", "deliberate", "refuse", "expire", "withdraw", "amend", "override", "designate", "nothing"]
)
VACANCY = st.fixed_dictionaries(
    {
        "typologie": st.sampled_from(["T1", "T3", "T5"]),
        "financement": st.sampled_from(["PLUS", "PLAI"]),
        "qpv": st.booleans(),
        "commune": st.sampled_from(["75114", "75120"]),
        "construction_year": st.sampled_from([None, 1930, 1974, 2020]),
        "purpose": st.sampled_from(["relocation"] * 5 + ["mutation_interne", "vente"]),
    }
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(VACANCY, WAYS, WAYS), min_size=1, max_size=25),
    management=st.sampled_from([None, "deleguee"]),
)
def test_totals_add_up_whatever_happened(
    steps: list[tuple[dict[str, Any], str, str]],
    management: str | None,
    book: Any,  # noqa: ANN401 - the rulebook of the conftest.py above
    scene_of: Callable[..., Scene],
    watched: Follow,
) -> None:
    scene = scene_of(book)
    scene.sign("AL", "40", management=management)
    scene.sign("COM", "35", confirmation="bailleur")
    for number, (facts, first, second) in enumerate(steps):
        scene.declare(f"V{number}", **facts)
        for way in (first, second):
            _go(scene, f"V{number}", way)
    found = watched(scene)
    document = bilan([found], OF_2026)
    assert document.is_sound, [check.lines() for check in document.checks if not check.holds]
    assert previsionnel([found], replace(OF_2026, year=2027)).is_sound


def _go(scene: Scene, vacancy: str, way: str) -> None:
    """Let something happen to a vacancy; what the core refuses does not happen."""
    try:
        if way == "expire":
            scene.wait(days=9)
        elif way == "amend":
            scene.amend(vacancy, typologie="T4", floor=2)
        elif way == "override":
            scene.override(vacancy, to="BAILLEUR")
        elif way != "nothing" and (way == "withdraw" or scene.dossier(vacancy).reservataire is not None):
            getattr(scene, way)(vacancy)
    except Rejected:
        return


def test_items_counted_at_a_glance_are_counted_alike(year: Scene) -> None:
    year.open_programme(("AL", 3))
    year.conclude()
    year.let_first(1, dwelling_id="N1")
    decoded, glanced = StreamCount(), StreamCount()
    for kind, data in year.facts:
        decoded.take(kind, data)
        glanced.take_canonical(kind, encode(data))
        assert glanced == decoded, kind
    assert decoded.of(2026)["apart_proposed"] == 1
