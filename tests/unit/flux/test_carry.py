"""A carry-over: due in the year after the one that left it, split over the lines exactly."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flux.carry import split
from flux.convention import Convention
from flux.units import DWELLING

AMOUNTS = st.integers(-50 * DWELLING, 50 * DWELLING)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=6)


def a_convention(**terms: Any) -> Convention:  # noqa: ANN401 - JSON values
    body = {
        "convention_id": "C",
        "reservataire": {"id": "AL", "kind": "autre"},
        "year": 2027,
        "effective": {"from": "2027-01-01", "until": "2027-12-31"},
        **terms,
    }
    return Convention.from_body(body)


def carried(units: str, *, from_year: int = 2026, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"units": Decimal(units), "from_year": from_year, "cause": "flux", **more}


def test_units_are_due_in_the_year_after_the_one_that_left_them() -> None:
    line = a_convention(share_percent="20", carry_over=carried("2.5")).lines[0]
    assert line.due_in(2027) == 2_500_000_000
    assert line.due_in(2028) == 0


def test_a_convention_of_several_years_gives_them_once() -> None:
    adjusted = a_convention(year=2025, objective=10, carry_over=carried("3")).lines[0]
    assert [adjusted.due_in(year) for year in (2025, 2026, 2027, 2028)] == [0, 0, 3 * DWELLING, 0]


def test_parts_of_later_years_are_due_in_their_own() -> None:
    parts = [
        {"year": year, "units": Decimal(units), "from_year": 2026, "cause": "flux"}
        for year, units in ((2027, "2"), (2028, "2"), (2029, "1"))
    ]
    line = a_convention(objective=24, carry_over=carried("2", parts=parts)).lines[0]
    assert [line.due_in(year) // DWELLING for year in range(2026, 2031)] == [0, 2, 2, 1, 0]


def test_lines_take_them_in_proportion_to_their_shares() -> None:
    lines = a_convention(
        shares=[{"share_percent": "10"}, {"share_percent": "20"}], carry_over=carried("3")
    ).lines
    assert [line.due_in(2027) // DWELLING for line in lines] == [1, 2]


def test_where_lines_hold_objectives_these_alone_take_them() -> None:
    lines = a_convention(
        shares=[{"share_percent": "10"}, {"objective": 4}, {"objective": 12}], carry_over=carried("-4")
    ).lines
    assert [line.due_in(2027) // DWELLING for line in lines] == [0, -1, -3]


@given(AMOUNTS, WEIGHTS)
def test_the_parts_of_lines_sum_to_what_is_due(units: int, weights: list[int]) -> None:
    lines = split(((2027, units),), weights, [None] * len(weights))
    parts = [due for line in lines for _, due in line]
    assert sum(parts) == units
    assert all(part * units > 0 for part in parts)
