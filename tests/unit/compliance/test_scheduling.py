"""What is owed is given year by year: oldest first, under the room of each year, to the unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.closing.scheduling import Debt, Room, schedule
from flux.units import DWELLING


def a_debt(units: int, **terms: object) -> Debt:
    return Debt(units * DWELLING, **{"from_year": 2026, "cause": "flux", "first": 2027, **terms})  # type: ignore[arg-type]


def given_by_year(debts: list[Debt], room: Room | None = None) -> dict[int, int]:
    made = schedule(debts, room or Room())
    return {year: made.given_in(year) // DWELLING for year in sorted({part.year for part in made.parts})}


def room(dwellings: int) -> Room:
    return Room(added=dwellings * DWELLING, taken=dwellings * DWELLING)


def test_five_owed_on_twenty_four_make_twenty_nine_the_next_year() -> None:
    assert given_by_year([a_debt(5)]) == {2027: 5}


def test_five_over_three_years_are_two_two_one() -> None:
    assert given_by_year([a_debt(5, years=3)]) == {2027: 2, 2028: 2, 2029: 1}


def test_a_fraction_comes_last() -> None:
    made = schedule([Debt(2 * DWELLING + DWELLING // 2, 2026, "flux", 2027, years=3)], Room())
    assert [part.units * 2 // DWELLING for part in made.parts] == [2, 2, 1]


def test_what_a_year_has_no_room_for_goes_to_the_next() -> None:
    assert given_by_year([a_debt(5)], room(2)) == {2027: 2, 2028: 2, 2029: 1}


def test_the_oldest_debt_comes_first() -> None:
    made = schedule([a_debt(2), a_debt(3, from_year=2025, cause="arbitration")], room(2))
    assert [(part.year, part.from_year, part.units // DWELLING) for part in made.parts] == [
        (2027, 2025, 2),
        (2028, 2025, 1),
        (2028, 2026, 1),
        (2029, 2026, 1),
    ]


def test_what_is_too_old_is_extinguished() -> None:
    made = schedule([a_debt(5, last=2028)], room(2))
    assert [part.units // DWELLING for part in made.parts] == [2, 2]
    assert [(debt.cause, units // DWELLING) for debt, units in made.extinguished] == [("flux", 1)]


@pytest.mark.parametrize("beyond", ["remboursement", "extinction"])
def test_what_has_no_room_is_refunded_or_extinguished_where_the_rules_say_so(beyond: str) -> None:
    made = schedule([a_debt(5, beyond=beyond)], room(2))
    rest = made.refunded if beyond == "remboursement" else made.extinguished
    assert given_by_year([a_debt(5, beyond=beyond)], room(2)) == {2027: 2}
    assert [units // DWELLING for _, units in rest] == [3]


def test_what_was_received_in_excess_is_taken_back_under_a_room_of_its_own() -> None:
    assert given_by_year([a_debt(-5), a_debt(2)], room(3)) == {2027: -1, 2028: -2}


def test_once_the_drawing_period_is_over_rights_are_drawn_at_its_own_pace() -> None:
    after = Room(added=DWELLING, taken=DWELLING, tail_from=2030, tail=4 * DWELLING)
    assert given_by_year([a_debt(6, first=2030)], after) == {2030: 4, 2031: 2}


DEBTS = st.builds(
    Debt,
    units=st.integers(-40 * DWELLING, 40 * DWELLING).filter(bool),
    from_year=st.integers(2022, 2026),
    cause=st.sampled_from(["flux", "refusals", "arbitration"]),
    first=st.integers(2027, 2032),
    years=st.integers(1, 6),
    last=st.none() | st.integers(2024, 2036),
    beyond=st.sampled_from(["etalement", "remboursement", "extinction"]),
)
UNITS = st.integers(0, 20 * DWELLING)


@given(st.lists(DEBTS, max_size=8), st.none() | UNITS, UNITS)
def test_nothing_is_created_or_lost_and_no_year_passes_its_room(
    debts: list[Debt], added: int | None, taken: int
) -> None:
    made = schedule(debts, Room(added=added, taken=taken))
    out = sum(part.units for part in made.parts) + sum(
        units for _, units in (*made.refunded, *made.extinguished)
    )
    assert out == sum(debt.units for debt in debts)
    for year in {part.year for part in made.parts}:
        ours = [part.units for part in made.parts if part.year == year]
        assert added is None or sum(units for units in ours if units > 0) <= added
        assert sum(-units for units in ours if units < 0) <= taken
    assert all(units > 0 for _, units in made.refunded)
