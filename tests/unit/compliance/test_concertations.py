"""What a concertation gives is watched apart: in no unit, no expectation and no gap."""

from typing import Any

from compliance.domain.telling import progress_of
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode, encode
from contracts.events.progress import ProgressUpdated

Scene = Any  # the class is in conftest.py: tests cannot import each other


def watched(scene: Scene) -> Projection:
    projection = Projection(str(scene.state.scope))
    for kind, data in scene.facts:
        item: Any = decode(encode(data))
        apply(projection, kind, item)
    return projection


def test_progress_tells_what_was_given_apart_beside_what_the_flux_counts(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.open_programme(("AL", 2))
    scene.conclude()
    scene.let_first(1)
    scene.lease("V1")
    scene.let_first(3)
    scene.declare("V9")
    progress = progress_of(watched(scene), "C-AL")
    ProgressUpdated.model_validate(progress)
    assert (progress["proposed"], progress["leased"], progress["units"], progress["expected"]) == (
        1,
        0,
        "1",
        "1",
    )
    apart = {name: number for name, number in progress["apart"].items() if number}
    assert apart == {"proposed": 2, "attributed": 1, "leased": 1, "open": 1}


def test_without_concertation_progress_says_nothing_of_it(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    assert "apart" not in progress_of(watched(scene), "C-AL")


def test_concertations_are_counted_by_year_with_their_dwellings_each_way(scene: Scene) -> None:
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
