"""What a proposal is worth at each stage, by method."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.decompte import Decompte, Stage
from flux.units import DWELLING

CASE = json.loads((Path(__file__).parents[2] / "cases" / "counting.json").read_text(encoding="utf-8"))[
    "units"
]
HALF = {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
WEIGHT = st.sampled_from(["0", "0.1", "0.25", "0.5", "0.75", "1"])


@pytest.mark.parametrize(
    ("method", "weights", "named"),
    [
        ("proposition", None, "proposition"),
        ("attribution", None, "attribution"),
        ("bail", None, "bail"),
        ("mixte", HALF, "mixte: 1 par bail, 1/2 par proposition sans bail"),
    ],
)
def test_twenty_proposals_are_worth_what_the_worked_case_says(
    method: str, weights: dict[str, str] | None, named: str
) -> None:
    decompte = Decompte.of(method, weights)
    furthest = {
        Stage.BAIL: CASE["leased"],
        Stage.ATTRIBUTION: CASE["attributed"] - CASE["leased"],
        Stage.PROPOSITION: CASE["proposed"] - CASE["attributed"],
    }
    units = sum(decompte.units(stage) * number for stage, number in furthest.items())
    assert units == int(CASE["units"][named]) * DWELLING


@given(proposition=WEIGHT, attribution=WEIGHT, bail=WEIGHT)
def test_a_further_stage_is_never_worth_less(proposition: str, attribution: str, bail: str) -> None:
    decompte = Decompte.of("mixte", {"proposition": proposition, "attribution": attribution, "bail": bail})
    worth = [decompte.units(stage) for stage in Stage]
    assert worth == sorted(worth)
    assert worth[0] == 0
    assert worth[-1] <= DWELLING


def test_a_method_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        Decompte.of("au_pif")
