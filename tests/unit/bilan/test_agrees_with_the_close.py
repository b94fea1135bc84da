"""Objectives and gaps of a year that is over are those of its close, to the unit, whenever the last item came."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.bilan.document import Asked, Document, bilan
from compliance.bilan.parties import Watched
from compliance.domain.closing.closing import Closing, closings
from contracts.rejected import Rejected

Scene = Any  # the class is in the conftest.py above: tests cannot import each other
Follow = Callable[[Scene], Watched]
Rows = Callable[..., list[dict[str, Any]]]

CLOSE_DAY = date(2027, 2, 1)
MIXED = {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
DECOMPTES = [
    {"method": "proposition"},
    {"method": "attribution"},
    {"method": "bail"},
    {"method": "mixte", "weights": MIXED},
]
WAYS = st.sampled_from(["lease", "deliberate", "refuse", "designate", "override", "nothing"])
CARRIED = {"units": 6, "from_year": 2025, "cause": "flux"}


def of_the_close(closing: Closing) -> dict[str, int | None]:
    """The figures of a convention at the close, by column of the bilan."""
    view, promised = closing.view, closing.view.commitment
    missing = None if promised is None else promised.causes
    return {
        "objectif": None if promised is None else promised.year,
        "attendu": view.expected,
        "report": view.carried,
        "compte": view.units,
        "ecart": view.gap,
        "ecart_flux": view.causes.flux,
        "ecart_refus": view.causes.refusals,
        "ecart_arbitrage": view.causes.arbitration,
        "manque": None if missing is None else missing.total,
        "manque_flux": None if missing is None else missing.flux,
        "manque_refus": None if missing is None else missing.refusals,
        "manque_arbitrage": None if missing is None else missing.arbitration,
    }


def of_the_bilan(document: Document, rows: Rows) -> dict[str, dict[str, Any]]:
    return {row["convention"]: row for row in rows(document, "objectifs")}


def a_year(scene: Scene, decompte: dict[str, Any], ways: list[str], days_apart: int) -> Scene:
    """Four conventions, in share and in number, with and without what an earlier year left; some dwellings."""
    scene.sign("AL", "30", decompte=decompte)
    scene.sign("COM", "20", decompte=decompte, carry_over=CARRIED)
    scene.sign("DEP", objective=24, decompte=decompte)
    scene.sign("EPCI", objective=9, decompte=decompte, carry_over=CARRIED)
    scene.forecast(96)
    for number, way in enumerate(ways):
        scene.declare(f"V{number}", purpose="mutation_interne" if way == "nothing" else "relocation")
        _go(scene, f"V{number}", way)
        scene.wait(days=days_apart)
    return scene


def _go(scene: Scene, vacancy: str, way: str) -> None:
    """Let something happen to a vacancy; what the core refuses does not happen."""
    try:
        if way == "override":
            scene.override(vacancy, to="BAILLEUR")
        elif way != "nothing" and scene.dossier(vacancy).reservataire is not None:
            getattr(scene, way)(vacancy)
    except Rejected:
        return


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    decompte=st.sampled_from(DECOMPTES),
    ways=st.lists(WAYS, min_size=1, max_size=20),
    days_apart=st.integers(0, 12),
)
def test_a_year_that_is_over_has_the_figures_of_its_close(
    decompte: dict[str, Any],
    ways: list[str],
    days_apart: int,
    book: Any,  # noqa: ANN401 - the rulebook of the conftest.py above
    scene_of: Callable[..., Scene],
    watched: Follow,
    rows: Rows,
) -> None:
    scene = a_year(scene_of(book), decompte, ways, days_apart)
    found = watched(scene)
    closed = closings(found.projection, scene.book.loaded, 2026, CLOSE_DAY)
    said = of_the_bilan(bilan([found], Asked(2026, ("75",), on=CLOSE_DAY)), rows)
    assert said.keys() == {closing.view.convention.id for closing in closed}
    for closing in closed:
        own = of_the_close(closing)
        assert {name: said[closing.view.convention.id][name] for name in own} == own


@pytest.fixture
def in_autumn(scene: Scene) -> Scene:
    """A year whose last item came in October."""
    return a_year(scene, DECOMPTES[0], ["lease", "refuse", "deliberate"] * 9, days_apart=11)


def missing(documents: Iterator[Document], rows: Rows) -> Iterator[int]:
    """What the convention in number lacks."""
    for document in documents:
        yield of_the_bilan(document, rows)["C-DEP"]["manque"]


def test_a_year_still_running_is_counted_for_the_days_elapsed_as_its_close_on_demand_does(
    in_autumn: Scene, watched: Follow, rows: Rows
) -> None:
    found = watched(in_autumn)
    days = [None, date(2026, 11, 30), date(2026, 12, 31), CLOSE_DAY]
    documents = (bilan([found], Asked(2026, ("75",), on=day)) for day in days)
    in_october, in_november, *over = missing(documents, rows)
    assert in_october < in_november < over[0] == over[1]
    (closing,) = (
        each
        for each in closings(found.projection, in_autumn.book.loaded, 2026)
        if each.view.convention.id == "C-DEP"
    )
    assert of_the_close(closing)["manque"] == in_october


def test_the_item_of_a_neighbour_says_that_the_year_is_over(
    in_autumn: Scene, scene_of: Callable[..., Scene], watched: Follow, rows: Rows
) -> None:
    neighbour = scene_of(in_autumn.book, departement="92")
    neighbour.wait(days=365)
    neighbour.forecast(96, year=2027)
    together = bilan([watched(in_autumn), watched(neighbour)], Asked(2026, ("75", "92")))
    alone = bilan([watched(in_autumn)], Asked(2026, ("75",), on=CLOSE_DAY))
    assert len(set(missing(iter([together, alone]), rows))) == 1


def test_with_its_corrective_actions_a_bilan_is_counted_to_the_day_of_the_close(
    in_autumn: Scene, watched: Follow, rows: Rows
) -> None:
    found, loaded = watched(in_autumn), in_autumn.book.loaded
    with_close = bilan([found], Asked(2026, ("75",)), lambda each: closings(each, loaded, 2026, CLOSE_DAY))
    whole = bilan([found], Asked(2026, ("75",), on=CLOSE_DAY))
    assert of_the_bilan(with_close, rows) == of_the_bilan(whole, rows)
