"""Exact amounts: fractions of a dwelling on a grid of a billionth (decision 0003)."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor

GRID = 10**9
"""Parts of one dwelling."""
NOTHING = Fraction(0)
ONE = Fraction(1)


def deal(total: Fraction, wanted: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Deal a total on the grid in proportion to what each one wants: largest remainders, ties to the first name."""
    whole = sum(wanted.values())
    if not whole:
        return dict.fromkeys(wanted, NOTHING)
    points = total * GRID
    exact = {name: points * part / whole for name, part in wanted.items()}
    dealt = {name: floor(part) for name, part in exact.items()}
    left = int(points) - sum(dealt.values())
    for name in sorted(exact, key=lambda name: (dealt[name] - exact[name], name))[:left]:
        dealt[name] += 1
    return {name: Fraction(points_dealt, GRID) for name, points_dealt in dealt.items()}
