"""Who gets which dwelling of a new programme: as many commitments honoured as can be, and one answer only."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import permutations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from flux import assignment
from flux.assignment import Demand, NotWholeError, assign
from flux.programme_split import Commitment, Home, merged, split

PARTIES = st.sampled_from(["AL", "COM", "ETAT"])
FINANCEMENTS = ["PLAI", "PLUS"]
TYPOLOGIES = ["T2", "T3"]
HOMES = st.lists(
    st.tuples(
        st.sampled_from(FINANCEMENTS),
        st.sampled_from(TYPOLOGIES),
        st.frozensets(PARTIES, max_size=1),
    ),
    max_size=6,
).map(lambda kinds: [Home(f"D{n}", *kind) for n, kind in enumerate(kinds, 1)])
COMMITMENTS = st.lists(
    st.builds(
        Commitment,
        PARTIES,
        st.sampled_from([None, *FINANCEMENTS]),
        st.sampled_from([None, *TYPOLOGIES]),
        st.integers(0, 4),
    ),
    max_size=4,
).map(merged)


def homes(*kinds: str) -> list[Home]:
    """Dwellings D1, D2… of kinds written ``PLUS T3``."""
    return [Home(f"D{number}", *kind.split()) for number, kind in enumerate(kinds, 1)]


def got(dwellings: Sequence[Home], *promised: Commitment) -> dict[str, str | None]:
    """Who gets each dwelling."""
    commitments = merged(promised)
    return {
        name: None if place is None else commitments[place].reservataire
        for name, place in split(dwellings, commitments).items()
    }


def test_a_dwelling_goes_to_the_one_who_was_promised_its_financement_and_typologie() -> None:
    dwellings = homes("PLAI T2", "PLUS T2", "PLUS T3")
    promised = [Commitment("AL", "PLUS", "T3", 1), Commitment("ETAT", "PLAI", None, 1)]
    assert got(dwellings, *promised) == {"D1": "ETAT", "D2": None, "D3": "AL"}


def test_a_commitment_that_suits_anything_leaves_what_only_another_can_take() -> None:
    dwellings = homes("PLUS T3", "PLS T5")
    promised = [Commitment("AL", None, None, 1), Commitment("COM", "PLUS", "T3", 1)]
    assert got(dwellings, *promised) == {"D1": "COM", "D2": "AL"}


def test_what_lacks_is_spread_in_proportion_to_what_was_promised() -> None:
    dwellings = homes(*["PLUS T3"] * 6)
    promised = [Commitment("AL", "PLUS", None, 8), Commitment("COM", None, "T3", 4)]
    assert Counter(got(dwellings, *promised).values()) == {"AL": 4, "COM": 2}


def test_dwellings_of_one_kind_are_dealt_in_turn_so_that_nobody_has_all_the_first_ones() -> None:
    dwellings = homes(*["PLUS T3"] * 5)
    promised = [Commitment("AL", None, None, 2), Commitment("COM", None, None, 2)]
    dealt = got(dwellings, *promised)
    assert list(dealt.values()) == ["AL", "COM", None, "AL", "COM"]


def test_a_reservataire_never_gets_a_dwelling_it_objected_to() -> None:
    barred = [Home("D1", "PLUS", "T3", frozenset({"AL"})), Home("D2", "PLUS", "T3")]
    assert got(barred, Commitment("AL", None, None, 2)) == {"D1": None, "D2": "AL"}


def test_two_lines_of_one_commitment_are_added_up() -> None:
    twice = [
        Commitment("AL", "PLUS", None, 1),
        Commitment("AL", "PLUS", None, 2),
        Commitment("X", None, None, 0),
    ]
    assert merged(twice) == [Commitment("AL", "PLUS", None, 3)]


def test_without_commitment_every_dwelling_is_free() -> None:
    assert split(homes("PLUS T3"), []) == {"D1": None}
    assert split([], [Commitment("AL", None, None, 2)]) == {}


@given(HOMES, COMMITMENTS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_the_order_in_which_things_are_told_changes_nothing(
    dwellings: list[Home], commitments: list[Commitment], random: object
) -> None:
    told = split(dwellings, commitments)
    shuffled = list(dwellings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert split(shuffled, merged(reversed(commitments))) == told


@given(HOMES, COMMITMENTS)
@settings(deadline=None, max_examples=150)
def test_no_more_commitments_can_be_honoured_nor_shared_more_fairly(
    dwellings: list[Home], commitments: list[Commitment]
) -> None:
    """Against every assignment there is, on cases small enough to try them all."""
    found = split(dwellings, commitments)
    assert set(found) == {home.dwelling_id for home in dwellings}
    for home in dwellings:
        place = found[home.dwelling_id]
        assert place is None or commitments[place].suits(home)
    honoured = Counter(place for place in found.values() if place is not None)
    numbers = tuple(honoured[place] for place in range(len(commitments)))
    assert numbers == best(tuple(dwellings), tuple(commitments))


def best(dwellings: tuple[Home, ...], commitments: tuple[Commitment, ...]) -> tuple[int, ...]:
    """The numbers that honour each unit before the next, by trying everything that can be done."""
    units = sorted(
        (Fraction(2 * k - 1, 2 * each.count), place)
        for place, each in enumerate(commitments)
        for k in range(1, each.count + 1)
    )

    def worth(numbers: tuple[int, ...]) -> list[bool]:
        left = list(numbers)
        taken = []
        for _, place in units:
            taken.append(left[place] > 0)
            left[place] -= 1
        return taken

    return max(_possible(dwellings, commitments), key=worth)


@cache
def _possible(dwellings: tuple[Home, ...], commitments: tuple[Commitment, ...]) -> frozenset[tuple[int, ...]]:
    """Every way to count the dwellings that each commitment gets."""
    if not dwellings:
        return frozenset({(0,) * len(commitments)})
    ways = set(_possible(dwellings[1:], commitments))
    for before in list(ways):
        for place, each in enumerate(commitments):
            if each.suits(dwellings[0]) and before[place] < each.count:
                ways.add((*before[:place], before[place] + 1, *before[place + 1 :]))
    return frozenset(ways)


SUPPLY = st.lists(st.integers(0, 3), min_size=1, max_size=3)


@given(SUPPLY, st.lists(st.tuples(st.integers(0, 4), st.frozensets(st.integers(0, 2))), max_size=3))
@settings(deadline=None, max_examples=150)
def test_each_demand_in_turn_takes_the_kinds_that_come_first(
    supply: list[int], wants: list[tuple[int, frozenset[int]]]
) -> None:
    """Of all assignments with these numbers, that in which the first demand has most of the first kind, and so on."""
    demands = [Demand(n, tuple(sorted(k for k in kinds if k < len(supply)))) for n, kinds in wants]
    found = assign(supply, demands)
    numbers = [sum(row.values()) for row in found]
    rows = tuple(tuple(row.get(kind, 0) for kind in range(len(supply))) for row in found)
    assert rows == max(_tables(tuple(supply), tuple(demands), tuple(numbers)))


@cache
def _tables(
    supply: tuple[int, ...], demands: tuple[Demand, ...], numbers: tuple[int, ...]
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Every assignment that gives each demand its number."""
    if not demands:
        return ((),)
    found = []
    for row in _rows(supply, demands[0], numbers[0]):
        left = tuple(have - taken for have, taken in zip(supply, row, strict=True))
        found += [(row, *after) for after in _tables(left, demands[1:], numbers[1:])]
    return tuple(found)


def _rows(supply: tuple[int, ...], demand: Demand, number: int) -> list[tuple[int, ...]]:
    if not supply:
        return [()] if number == 0 else []
    kind = len(demand.kinds) and 0 in demand.kinds
    inner = Demand(demand.count, tuple(k - 1 for k in demand.kinds if k))
    most = min(supply[0], number) if kind else 0
    return [(n, *rest) for n in range(most + 1) for rest in _rows(supply[1:], inner, number - n)]


def test_five_hundred_dwellings_and_a_hundred_commitments_are_split() -> None:
    kinds = [f"{financement} {typologie}" for financement in FINANCEMENTS for typologie in TYPOLOGIES]
    dwellings = homes(*(kinds * 125))
    promised = [
        Commitment(
            f"R{n:03}", FINANCEMENTS[n % 2] if n % 3 else None, TYPOLOGIES[n % 2] if n % 5 else None, 7
        )
        for n in range(100)
    ]
    dealt = got(dwellings, *promised)
    assert None not in dealt.values()
    assert set(Counter(dealt.values()).values()) <= {4, 5, 6}


def test_an_answer_that_is_not_whole_is_never_used() -> None:
    with pytest.raises(NotWholeError):
        assignment._solve([], [(1, (0, 1))], equal=[2], most=[5], bounds=[1])


def test_every_order_of_three_commitments_gives_the_same_split() -> None:
    dwellings = homes("PLUS T3", "PLUS T2", "PLAI T3", "PLAI T2")
    promised = [
        Commitment("A", "PLUS", None, 2),
        Commitment("B", None, "T3", 2),
        Commitment("C", None, None, 2),
    ]
    splits = {tuple(got(dwellings, *order).items()) for order in permutations(promised)}
    assert len(splits) == 1
