"""Who holds how much of one dwelling; objectives; caps; what comes back of a turn."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.caps import cap_in_dwellings, would_pass
from flux.convention import Line
from flux.restoring import restored
from flux.shares import Flow, divide, share_of
from flux.territory import Territory
from flux.units import BAILLEUR, DWELLING, share_of_percent

CAPS = json.loads((Path(__file__).parents[2] / "cases" / "rounding.json").read_text(encoding="utf-8"))["caps"]
PARTS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, DWELLING), max_size=8)


@given(shares=PARTS)
def test_the_parts_of_a_dwelling_sum_to_it_and_nobody_holds_nothing(shares: dict[str, int]) -> None:
    parts, is_normalised = divide(shares)
    assert sum(parts.values()) == DWELLING
    assert is_normalised == (sum(shares.values()) > DWELLING)
    if not is_normalised:
        assert all(parts.get(name, 0) == share for name, share in shares.items())
        assert all(part > 0 for part in parts.values())


def test_the_bailleur_holds_the_remainder_and_nothing_when_nothing_is_left() -> None:
    assert divide({}) == ({BAILLEUR: DWELLING}, False)
    assert divide({"A": DWELLING}) == ({"A": DWELLING}, False)
    assert divide({"A": DWELLING // 4, "B": 0}) == ({"A": DWELLING // 4, BAILLEUR: DWELLING * 3 // 4}, False)


def test_shares_above_one_dwelling_are_brought_back_in_proportion() -> None:
    parts, is_normalised = divide({"A": DWELLING, "B": DWELLING // 2})
    assert is_normalised
    assert parts == {"A": 666_666_667, "B": 333_333_333}


def _line(share: int | None = None, objective: int | None = None) -> Line:
    return Line("L", Territory(), share, objective)


def _flow(*, credited: int = 0, covered: int = 0, day: int = 1, expected: int | None = None) -> Flow:
    return Flow(credited * DWELLING, covered, day, 365, expected)


def test_an_objective_becomes_what_is_missing_over_what_is_to_come() -> None:
    assert share_of(_line(objective=24 * DWELLING), _flow(expected=96)) == DWELLING // 4
    assert (
        share_of(_line(objective=24 * DWELLING), _flow(credited=14, covered=76, expected=96)) == DWELLING // 2
    )


def test_an_objective_without_a_forecast_goes_by_the_pace_of_the_year() -> None:
    halfway = _flow(credited=5, covered=49, day=182)
    assert halfway.remaining() == 50 * 365 // 182 - 49
    assert share_of(_line(objective=10 * DWELLING), halfway) == 5 * DWELLING // halfway.remaining()


def test_an_objective_that_is_reached_asks_for_nothing_more() -> None:
    assert share_of(_line(objective=5 * DWELLING), _flow(credited=5, covered=50, expected=100)) == 0


def test_an_objective_late_in_a_short_year_never_asks_for_more_than_the_dwelling() -> None:
    assert share_of(_line(objective=50 * DWELLING), _flow(covered=120, expected=100)) == DWELLING


def test_a_share_is_a_share_whatever_the_flux() -> None:
    assert share_of(_line(share=DWELLING // 5), _flow(credited=80, expected=10)) == DWELLING // 5


@pytest.mark.parametrize("case", CAPS, ids=lambda case: f"flux de {case['flux']}")
def test_a_cap_is_floored_never_rounded(case: dict[str, int]) -> None:
    state, agents = share_of_percent("30"), share_of_percent("5")
    assert cap_in_dwellings(state, case["flux"]) == case["state_cap"]
    assert cap_in_dwellings(agents, case["flux"]) == case["agents_cap"]
    assert case["state_cap"] < case.get("largest_remainder_would_give", case["state_cap"] + 1)


@given(flux=st.integers(0, 500_000), percent=st.integers(0, 100))
def test_what_a_cap_allows_never_breaks_it_and_one_more_would(flux: int, percent: int) -> None:
    cap = share_of_percent(str(percent))
    whole = cap_in_dwellings(cap, flux)
    assert whole * 100 <= percent * flux < (whole + 1) * 100
    assert would_pass(whole * DWELLING, cap, flux)
    assert not (whole and would_pass((whole - 1) * DWELLING, cap, flux))


@given(
    uncounted=st.integers(0, DWELLING),
    balance=st.integers(-5 * DWELLING, 5 * DWELLING),
    accrued=st.integers(0, 5 * DWELLING),
)
def test_what_comes_back_of_a_turn_is_bounded_by_what_was_uncounted_and_by_the_window(
    uncounted: int, balance: int, accrued: int
) -> None:
    back = restored(uncounted, balance, accrued)
    assert 0 <= back <= uncounted
    assert balance + back <= max(accrued, balance)
    assert back == uncounted or balance + back >= accrued
