"""Dwellings as exact integers, and how a whole number of units is shared out."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.apportionment import apportion
from flux.units import DWELLING, fraction_text, share_of_percent, spoken, units_of, units_of_decimal

SPREAD = json.loads((Path(__file__).parents[2] / "cases" / "counting.json").read_text(encoding="utf-8"))[
    "spread"
]
UNITS = st.integers(-(10**15), 10**15)
WEIGHTS = st.dictionaries(
    st.text("ABCDEF", min_size=1, max_size=3), st.integers(1, 10**9), min_size=1, max_size=12
)


@given(units=UNITS)
def test_any_number_of_units_survives_being_written_as_a_fraction(units: int) -> None:
    text = fraction_text(units)
    assert units_of(text) == units
    assert Fraction(text) == Fraction(units, DWELLING)


@pytest.mark.parametrize(
    ("units", "text"), [(850_000_000, "17/20"), (2 * DWELLING, "2"), (0, "0"), (-DWELLING // 4, "-1/4")]
)
def test_a_fraction_is_written_reduced_and_a_whole_number_alone(units: int, text: str) -> None:
    assert fraction_text(units) == text


@pytest.mark.parametrize("text", ["1/3", "1/7", "1/10000000000"])
def test_a_fraction_off_the_grid_is_refused_rather_than_rounded(text: str) -> None:
    with pytest.raises(ValueError, match="billionths"):
        units_of(text)


@given(billionths=st.integers(0, DWELLING))
def test_every_percentage_with_seven_decimals_falls_on_the_grid(billionths: int) -> None:
    whole, rest = divmod(billionths, 10**7)
    assert share_of_percent(f"{whole}.{rest:07}") == billionths


def test_a_percentage_or_a_weight_off_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        share_of_percent("0.00000001")
    with pytest.raises(ValueError, match="decimals"):
        units_of_decimal("0.0000000001")
    assert units_of_decimal("0.75") == DWELLING * 3 // 4


@pytest.mark.parametrize(
    ("units", "text"),
    [
        (1_250_000_000, "1,25"),
        (5_000_000, "0,01"),
        (4_999_999, "0,00"),
        (-4_999_999, "0,00"),
        (-995_000_000, "-1,00"),
    ],
)
def test_dwellings_are_read_aloud_with_two_decimals_and_a_comma(units: int, text: str) -> None:
    assert spoken(units) == text


@given(amount=st.integers(0, 10**12), weights=WEIGHTS)
def test_the_parts_always_sum_to_the_whole_and_stay_within_one_of_their_due(
    amount: int, weights: dict[str, int]
) -> None:
    parts = apportion(amount, weights)
    total = sum(weights.values())
    assert sum(parts.values()) == amount
    assert parts.keys() == weights.keys()
    assert all(abs(parts[name] * total - amount * weight) < total for name, weight in weights.items())


@given(weights=WEIGHTS, amount=st.integers(0, 10**6))
def test_the_parts_do_not_depend_on_the_order_of_the_weights(weights: dict[str, int], amount: int) -> None:
    assert apportion(amount, weights) == apportion(amount, dict(reversed(weights.items())))


def test_what_is_left_does_not_grow_a_part_of_a_smaller_remainder() -> None:
    assert apportion(10, {"B": 1, "A": 1, "C": 1}) == {"A": 4, "B": 3, "C": 3}


def test_what_is_missing_of_an_objective_is_spread_over_three_years() -> None:
    missing, over = SPREAD["objective"] - SPREAD["done"], SPREAD["spread_over_3_years"]
    years = {str(year): 1 for year in range(len(over))}
    assert list(apportion(missing, years).values()) == over
    assert SPREAD["objective"] + missing == SPREAD["carry_over_next_year"]
