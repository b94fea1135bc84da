"""The progress of a convention: what was counted against what its share makes expected."""

from collections.abc import Callable
from typing import Any

import pytest

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("method", "units", "gap"), [("proposition", "5", "0"), ("attribution", "2", "3"), ("bail", "1", "4")]
)
def test_the_gap_is_what_was_expected_and_not_counted(
    scene: Scene, progress: Told, method: str, units: str, gap: str
) -> None:
    scene.sign("AL", "100", decompte={"method": method})
    for _ in range(5):
        scene.declare()
    scene.lease("V1")
    scene.deliberate("V2")
    told = progress(scene)
    assert (told["units"], told["expected"], told["gap"]) == (units, "5", gap)
    assert (told["proposed"], told["attributed"], told["leased"]) == (5, 2, 1)


def test_open_proposals_are_those_neither_closed_nor_leased(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    for _ in range(6):
        scene.declare()
    scene.lease("V1")
    scene.refuse("V2")
    scene.withdraw("V3")
    scene.override("V4", to="BAILLEUR")
    told = progress(scene)
    counters = ("proposed", "leased", "refused", "withdrawn", "overridden", "open")
    assert [told[name] for name in counters] == [5, 1, 1, 1, 1, 2]


def test_an_expired_proposal_is_shown_as_such(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.wait(days=31)
    told = progress(scene)
    assert (told["expired"], told["open"]) == (1, 0)


def test_the_lines_of_a_convention_are_summed(scene: Scene, progress: Told) -> None:
    lines = [
        {"territory": {"scale": "communes", "communes": [code]}, "share_percent": "100"}
        for code in ("75119", "75120")
    ]
    scene.sign("AL", shares=lines)
    for commune in ("75119", "75120", "75120"):
        scene.declare(commune=commune)
    told = progress(scene)
    assert (told["proposed"], told["expected"], told["units"]) == (3, "3", "3")
    assert told["by"]["commune"] == {"75119": {"proposed": 1, "open": 1}, "75120": {"proposed": 2, "open": 2}}
    assert [(line["line"], line["proposed"], line["expected"]) for line in told["lines"]] == [
        ("C-AL#1", 1, "1"),
        ("C-AL#2", 2, "2"),
    ]


def test_progress_says_as_of_when_and_for_which_year(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "25")
    scene.declare("V1")
    told = progress(scene)
    assert (told["year"], told["expected"], told["units"]) == (2026, "1/4", "0")
    assert told["as_of"] == scene.state.clock.isoformat().replace("+00:00", "Z")
    assert told["scope"] == "999001209:75"


def test_units_that_count_in_another_year_are_told_apart(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", decompte={"method": "attribution"})
    scene.now = scene.now.replace(month=12, day=20)
    scene.declare("V1")
    scene.declare("V2")
    scene.deliberate("V1")
    assert "units_by_year" not in progress(scene)
    scene.wait(days=15)
    scene.deliberate("V2")
    told = progress(scene)
    assert (told["year"], told["units"], told["units_by_year"]) == (2026, "2", {"2026": "1", "2027": "1"})


def test_a_convention_of_several_years_is_told_for_the_present_one(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", effective={"from": "2026-01-01", "until": "2028-12-31"})
    scene.declare("V1")
    scene.declare("V2")
    assert (progress(scene)["year"], progress(scene)["units"]) == (2026, "2")
    scene.wait(days=400)
    scene.declare("V3")
    told = progress(scene)
    assert (told["year"], told["proposed"], told["units"], told["expected"]) == (2027, 1, "1", "1")


def test_progress_says_what_the_scope_freed_and_left_outside(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    for purpose in ("vente", "relocation", "vente", "relocation", "relocation"):
        scene.declare(purpose=purpose)
    told = progress(scene)
    assert (told["flux"], told["outside_flux"]) == (3, {"vente": 2})
