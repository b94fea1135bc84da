"""The progress of a convention: what was counted against what its share makes expected."""

from typing import Any

import pytest

from compliance.domain.telling import progress_of
from compliance.domain.projection import Projection, apply

Scene = Any  # the class is in conftest.py: tests cannot import each other


def _progress(scene: Scene, convention_id: str = "C-AL") -> dict[str, Any]:
    projection = Projection(str(scene.state.scope))
    for kind, data in scene.facts:
        apply(projection, kind, data)
    return progress_of(projection, convention_id)


@pytest.mark.parametrize(
    ("method", "units", "gap"), [("proposition", "5", "0"), ("attribution", "2", "3"), ("bail", "1", "4")]
)
def test_the_gap_is_what_was_expected_and_not_counted(
    scene: Scene, method: str, units: str, gap: str
) -> None:
    scene.sign("AL", "100", decompte={"method": method})
    for _ in range(5):
        scene.declare()
    scene.lease("V1")
    scene.deliberate("V2")
    progress = _progress(scene)
    assert (progress["units"], progress["expected"], progress["gap"]) == (units, "5", gap)
    assert (progress["proposed"], progress["attributed"], progress["leased"]) == (5, 2, 1)


def test_open_proposals_are_those_neither_closed_nor_leased(scene: Scene) -> None:
    scene.sign("AL", "100")
    for _ in range(6):
        scene.declare()
    scene.lease("V1")
    scene.refuse("V2")
    scene.withdraw("V3")
    scene.override("V4", to="BAILLEUR")
    progress = _progress(scene)
    counters = ("proposed", "leased", "refused", "withdrawn", "overridden", "open")
    assert [progress[name] for name in counters] == [6, 1, 1, 2, 1, 2]


def test_an_expired_proposal_is_shown_as_such(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.wait(days=31)
    progress = _progress(scene)
    assert (progress["expired"], progress["open"]) == (1, 0)


def test_the_lines_of_a_convention_are_summed(scene: Scene) -> None:
    lines = [
        {"territory": {"scale": "communes", "communes": [code]}, "share_percent": "100"}
        for code in ("75119", "75120")
    ]
    scene.sign("AL", shares=lines)
    for commune in ("75119", "75120", "75120"):
        scene.declare(commune=commune)
    progress = _progress(scene)
    assert (progress["proposed"], progress["expected"], progress["units"]) == (3, "3", "3")
    assert progress["by"]["commune"] == {"75119": {"proposed": 1}, "75120": {"proposed": 2}}


def test_progress_says_as_of_when_and_for_which_year(scene: Scene) -> None:
    scene.sign("AL", "25")
    scene.declare("V1")
    progress = _progress(scene)
    assert (progress["year"], progress["expected"], progress["units"]) == (2026, "1/4", "0")
    assert progress["as_of"] == scene.state.clock.isoformat().replace("+00:00", "Z")
    assert progress["scope"] == "999001209:75"
