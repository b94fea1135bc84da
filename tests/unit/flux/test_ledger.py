"""The ledger is a fold of movements; asking it something leaves no trace."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flux.ledger import Ledger, texts
from flux.units import DWELLING, fraction_text

PARTY = st.sampled_from(["A", "B", "BAILLEUR"])
MOVES = st.dictionaries(PARTY, st.integers(-2 * DWELLING, 2 * DWELLING).map(fraction_text), max_size=3)
MOVEMENT = st.fixed_dictionaries(
    {"year": st.sampled_from([2026, 2027])},
    optional={
        "credit": MOVES,
        "engaged": MOVES,
        "cycle": MOVES,
        "mix": MOVES,
        "counted": st.dictionaries(st.sampled_from(["2026", "2027", "2028"]), MOVES, max_size=2),
        "counts": st.dictionaries(
            PARTY, st.dictionaries(st.just("proposed"), st.integers(-3, 3)), max_size=2
        ),
    },
)


@settings(max_examples=40, deadline=None)
@given(movements=st.lists(MOVEMENT, max_size=8), seed=st.randoms())
def test_balances_do_not_depend_on_the_order_of_movements(movements: list[dict[str, Any]], seed: Any) -> None:  # noqa: ANN401 - hypothesis gives it no public type
    one, other = Ledger(), Ledger()
    for movement in movements:
        one.apply(movement)
    seed.shuffle(movements)
    for movement in movements:
        other.apply(movement)
    assert one == other


def test_a_movement_adds_to_its_year_and_counts_in_the_year_it_says() -> None:
    ledger = Ledger()
    ledger.apply(
        {"year": 2026, "credit": {"A": "1/4"}, "engaged": {"A": "1"}, "counted": {"2027": {"A": "1/2"}}}
    )
    ledger.apply({"year": 2026, "credit": {"A": "1/2"}, "counts": {"A": {"leased": 1}}})
    assert ledger.year(2026).balance("A") == -DWELLING // 4
    assert ledger.year(2027).counted == {"A": DWELLING // 2}
    assert ledger.year(2026).counted == {}
    assert ledger.year(2026).counts == {"A": {"leased": 1}}


def test_asking_for_a_year_nothing_happened_in_leaves_no_trace() -> None:
    ledger = Ledger()
    assert ledger.year(2031).balance("A") == 0
    ledger.apply(None)
    assert ledger.years == {}


def test_nothing_is_written_for_zero() -> None:
    assert texts({"A": 0, "B": DWELLING // 2}) == {"B": "1/2"}
