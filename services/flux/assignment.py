"""How many dwellings of each kind each commitment gets: an assignment problem with one optimum only.

HiGHS (through scipy) solves it. Two optima of equal worth would be told apart by the solver's own order, which a
new version may change; so no question is asked that has two answers:

1. *How many for each.* A commitment of `count` dwellings is as many units; its kth unit comes at (2k - 1) / 2 count
   (Sainte-Laguë), so that what lacks is spread in proportion. Sets of units that can be honoured together are the
   independent sets of a matroid: with weights that are all different and positive the heaviest is unique, holds as
   many units as can be, and honours each unit it can before the next.
2. *Which kinds.* Commitment after commitment, the kinds that come first, the others keeping their number: the bases
   of a polymatroid, again weighed by weights that are all different.

The matrices are totally unimodular: every optimum is whole, and rounding only takes the solver's noise away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import islice
from typing import Any

Column = tuple[int, Sequence[int]]
"""A variable of the linear programme: its worth, and the rows it enters with 1."""


@dataclass(frozen=True, slots=True)
class Demand:
    """`count` dwellings wanted among some kinds (indices of the supply, in the order they are preferred)."""

    count: int
    kinds: tuple[int, ...]


class NotWholeError(ArithmeticError):
    """The solver's answer is no whole assignment: an engine fault, nothing may be decided on it."""


def assign(supply: Sequence[int], demands: Sequence[Demand]) -> list[dict[int, int]]:
    """Dwellings of each kind that each demand gets, in the order of `demands`; zeros are left out.

    As many dwellings as possible are given, the lack spread in proportion to the counts (ties: the first demand).
    """
    numbers = _numbers(supply, demands)
    left, given = list(supply), list[dict[int, int]]()
    for place, demand in enumerate(demands):
        after = zip(demands[place + 1 :], numbers[place + 1 :], strict=True)
        row = _row(left, demand.kinds, numbers[place], after)
        for kind, number in row.items():
            left[kind] -= number
        given.append(row)
    return given


def _numbers(supply: Sequence[int], demands: Sequence[Demand]) -> list[int]:
    """How many dwellings each demand gets in all; demands for the same kinds share one flow of dwellings."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, demand in enumerate(demands):
        alike.setdefault(demand.kinds, []).append(place)
    units = sorted(
        unit
        for kinds, places in alike.items()
        for unit in islice(
            merge(*(_units(p, demands[p].count) for p in places)), sum(supply[k] for k in kinds)
        )
    )
    if not units:
        return [0] * len(demands)
    group = {place: number for number, places in enumerate(alike.values()) for place in places}
    flows = [(number, kind) for number, kinds in enumerate(alike) for kind in kinds]
    solved = _solve(
        [(len(units) - rank, (group[place],)) for rank, (_, place) in enumerate(units)],
        [(0, (number, len(alike) + kind)) for number, kind in flows],
        equal=[0] * len(alike),
        most=list(supply),
        bounds=[1] * len(units) + [supply[kind] for _, kind in flows],
    )
    numbers = [0] * len(demands)
    for (_, place), taken in zip(units, solved, strict=False):
        numbers[place] += taken
    return numbers


def _units(place: int, count: int) -> Iterator[tuple[Fraction, int]]:
    """The units of a demand in order, each with when it comes and the place of the demand."""
    return ((Fraction(2 * k - 1, 2 * count), place) for k in range(1, count + 1))


def _row(
    left: Sequence[int], kinds: Sequence[int], number: int, after: Iterable[tuple[Demand, int]]
) -> dict[int, int]:
    """The kinds of a demand that gets `number` dwellings, those after it keeping their own numbers."""
    own = [kind for kind in kinds if left[kind]]
    if number == 0 or len(own) == 1:
        return dict.fromkeys(own, number) if number else {}
    wanted: dict[tuple[int, ...], int] = {}
    for each, taken in after:
        wanted[each.kinds] = wanted.get(each.kinds, 0) + taken
    rest = [(place, kind) for place, others in enumerate(wanted, 1) for kind in others if left[kind]]
    first_kind = 1 + len(wanted)
    solved = _solve(
        [],
        [(len(own) - rank, (0, first_kind + kind)) for rank, kind in enumerate(own)]
        + [(0, (place, first_kind + kind)) for place, kind in rest],
        equal=[number, *wanted.values()],
        most=list(left),
        bounds=[left[kind] for kind in own] + [left[kind] for _, kind in rest],
    )
    return {kind: taken for kind, taken in zip(own, solved, strict=False) if taken}


def _solve(
    minus: Sequence[Column],
    plus: Sequence[Column],
    *,
    equal: Sequence[int],
    most: Sequence[int],
    bounds: Sequence[int],
) -> list[int]:
    """The whole values of the columns (`minus`, entering with -1, then `plus`) of greatest worth.

    The first rows sum exactly to `equal`, the next to `most` at most; each value lies between 0 and its bound.
    """
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # noqa: PLC0415 - scipy has no types and loads in 0.4 s
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    columns = [(worth, rows, -1) for worth, rows in minus] + [(worth, rows, 1) for worth, rows in plus]
    entries = [(row, column, sign) for column, (_, rows, sign) in enumerate(columns) for row in rows]
    shape = (len(equal) + len(most), len(columns))
    matrix = csr_array(
        ([s for *_, s in entries], ([r for r, *_ in entries], [c for _, c, _ in entries])), shape
    )
    found = linprog(
        [-worth for worth, *_ in columns],
        A_eq=matrix[: len(equal)],
        b_eq=equal,
        A_ub=matrix[len(equal) :],
        b_ub=most,
        bounds=[(0, bound) for bound in bounds],
        method="highs-ds",
    )
    values = _whole(found.x, bounds)
    sums = [0] * (len(equal) + len(most))
    for row, column, sign in entries:
        sums[row] += sign * values[column]
    if sums[: len(equal)] != list(equal) or any(a > b for a, b in zip(sums[len(equal) :], most, strict=True)):
        raise NotWholeError("HiGHS gave no whole assignment")
    return values


def _whole(found: Iterable[Any] | None, bounds: Sequence[int]) -> list[int]:
    values = [] if found is None else [round(value) for value in found]
    if len(values) != len(bounds) or any(not 0 <= v <= b for v, b in zip(values, bounds, strict=True)):
        raise NotWholeError("HiGHS gave no whole assignment")
    return values
