"""What a concertation gives is watched apart: in no unit, no expectation and no gap."""

from collections.abc import Callable
from typing import Any

from compliance.domain.projection import Projection

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
Watched = Callable[[Scene], Projection]


def test_progress_tells_what_was_given_apart_beside_what_the_flux_counts(
    scene: Scene, progress: Told
) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 2))
    scene.conclude()
    scene.let_first(1)
    scene.lease("V1")
    scene.let_first(3)
    scene.declare("V9")
    told = progress(scene)
    assert (told["proposed"], told["leased"], told["units"], told["expected"]) == (1, 0, "1", "1")
    apart = {name: number for name, number in told["apart"].items() if number}
    assert apart == {"proposed": 2, "attributed": 1, "leased": 1, "open": 1}


def test_without_concertation_progress_says_nothing_of_it(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    assert "apart" not in progress(scene)


def test_concertations_are_counted_by_year_with_their_dwellings_each_way(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 1))
    scene.about("concertation.answered", programme_id="P1", reservataire="AL", answer="object")
    scene.conclude()
    scene.let_first(1)
    scene.let_first(2)
    assert watched(scene).concertations == {
        "2026": {
            "opened": 1,
            "proposed_again": 1,
            "concluded": 1,
            "agreed": 1,
            "dwellings": 3,
            "given": 1,
            "joined_flux": 1,
        }
    }


def test_a_first_letting_corrected_joins_the_flux_once(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(2)
    scene.amend("V2", cause="neuf", programme_id="P1", dwelling_id="N2", floor=3)
    assert watched(scene).concertations["2026"]["joined_flux"] == 1


def test_what_is_apart_has_its_own_dimensions(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    year = watched(scene).year(2026)
    assert year.apart["C-AL"].by["typologie"] == {"T3": {"proposed": 1, "open": 1}}
    assert "C-AL" not in year.lines
