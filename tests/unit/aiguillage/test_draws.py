"""Draws depend on their key and on nothing else."""

from collections import Counter

import pytest

from aiguillage.draws import Draws, Table


def test_the_same_key_draws_the_same_values_on_every_machine() -> None:
    draws = Draws(7, "75", "moment")
    drawn = [draws.below(1000) for _ in range(20)]
    first_block = [260, 856, 373, 580, 438, 980, 789, 367, 729, 514, 720, 572, 9, 636, 973, 901]
    assert drawn == [*first_block, 410, 437, 190, 421]


def test_two_keys_draw_apart() -> None:
    one, other = Draws(1, "75"), Draws(1, "7", "5")
    assert [one.below(1000) for _ in range(8)] != [other.below(1000) for _ in range(8)]


def test_draws_stay_within_their_bounds_beyond_one_block() -> None:
    draws = Draws("bounds")
    assert {draws.between(3, 5) for _ in range(200)} == {3, 4, 5}


def test_a_table_picks_by_weight_and_never_a_weight_of_zero() -> None:
    draws, table = Draws("weights"), Table([("often", 90), ("never", 0), ("seldom", 10)])
    picked = Counter(table.pick(draws) for _ in range(5000))
    assert picked["never"] == 0
    assert 400 < picked["seldom"] < 600


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(ValueError, match="positive weight"):
        Table([("never", 0)])
