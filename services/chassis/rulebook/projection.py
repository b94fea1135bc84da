"""Facts reduced to places: small integers that say all a set of rules can tell apart.

A place of 0 means the fact is missing. The engine compares places and nothing else, so that no number is too
large, no text too long and no type mistaken for another. Values with the same places have the same verdict,
which makes the memo's keys few.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from unicodedata import normalize

from chassis.rulebook import pattern
from chassis.rulebook.conditions import ORDER_OPERATORS, Comparison
from chassis.rulebook.facts import CATALOGUE, FactValue, Kind

MISSING = 0
WITHIN, OUTSIDE = 1, 2
_MOST_REMEMBERED = 16_384
"""Values of a fact remembered before all are forgotten: rents and surfaces come in thousands."""

ColumnKey = tuple[str, str, object]


class WrongFactError(TypeError):
    """A fact was given a value of another kind than its catalogue entry says."""


class Scale:
    """Places of a fact's values for one kind of comparison."""

    def place(self, value: FactValue) -> int:
        """The place of a value that is not missing, 1 or more."""
        raise NotImplementedError


class Names(Scale):
    """Texts and flags: one place for each value a rule names, one more for all others."""

    def __init__(self, named: Iterable[FactValue]) -> None:
        self.named = {value: place for place, value in enumerate(sorted(named, key=str), start=1)}

    def place(self, value: FactValue) -> int:
        """Its own place for a named value, the last for all others."""
        return self.named.get(value, len(self.named) + 1)


class Steps(Scale):
    """Numbers: odd places between thresholds, even places exactly on one."""

    def __init__(self, thresholds: Iterable[Decimal]) -> None:
        self.thresholds = sorted(set(thresholds))

    def place(self, value: FactValue) -> int:
        """Even when exactly on a threshold, odd between two."""
        number = Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
        index = bisect_left(self.thresholds, number)
        on_it = index < len(self.thresholds) and self.thresholds[index] == number
        return 2 * index + 1 + on_it


class Members(Scale):
    """One list of values, or one pattern: within, or outside."""

    def __init__(self, members: frozenset[object] | re.Pattern[str]) -> None:
        self.members = members

    def place(self, value: FactValue) -> int:
        """`WITHIN` or `OUTSIDE`."""
        if isinstance(self.members, re.Pattern):
            return WITHIN if pattern.accepts(self.members, str(value)) else OUTSIDE
        return WITHIN if value in self.members else OUTSIDE


def _is_a(kind: Kind, value: FactValue) -> bool:
    match kind:
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.WHOLE:
            return isinstance(value, int) and not isinstance(value, bool)
        case Kind.DECIMAL:
            return isinstance(value, int | Decimal) and not isinstance(value, bool)


def column_of(comparison: Comparison) -> ColumnKey:
    """Which column a comparison reads: one shared by the fact, or one of its own for a list or a pattern."""
    fact, operator, operand = comparison.fact, comparison.operator, comparison.operand
    if operator == "matches":
        return (fact, "matches", operand)
    kind = CATALOGUE[fact].kind
    if operator in {"in", "not_in"} or (operator in {"is", "is_not"} and _needs_a_list(kind, operator)):
        return (fact, "members", operand if isinstance(operand, tuple) else (operand,))
    return (fact, "steps" if kind in {Kind.WHOLE, Kind.DECIMAL} else "names", None)


def _needs_a_list(kind: Kind, operator: str) -> bool:
    return kind in {Kind.WHOLE, Kind.DECIMAL} or (kind is Kind.TEXT and operator == "is_not")


class FactView(dict[FactValue, int]):
    """One fact through all its scales: values that no rule tells apart share a number.

    Looking a value up costs one step; what was not seen yet is worked out, and remembered.
    """

    def __init__(self, fact: str, scales: Sequence[Scale]) -> None:
        super().__init__()
        self.fact, self.scales = fact, scales
        self.places: list[tuple[int, ...]] = []
        self._numbers: dict[tuple[int, ...], int] = {}

    def __missing__(self, value: FactValue) -> int:
        places = self._places(value)
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        if places not in self._numbers:
            self.places.append(places)
            self._numbers[places] = len(self.places) - 1
        number = self[value] = self._numbers[places]
        return number

    def _places(self, value: FactValue) -> tuple[int, ...]:
        if value is None:
            return (MISSING,) * len(self.scales)
        kind = CATALOGUE[self.fact].kind
        if not _is_a(kind, value):
            raise WrongFactError(f"{self.fact} is {kind}, got {value!r}")
        composed = normalize("NFC", value) if isinstance(value, str) else value
        return tuple(scale.place(composed) for scale in self.scales)


class Projection:
    """The columns a set of comparisons reads, in a fixed order, those of a fact side by side."""

    def __init__(self, comparisons: Iterable[Comparison]) -> None:
        said: dict[ColumnKey, set[object]] = {}
        for comparison in comparisons:
            said.setdefault(column_of(comparison), set()).update(_marks(comparison))
        ordered = sorted(said, key=repr)
        self._index = {key: number for number, key in enumerate(ordered)}
        self._scales = [_scale(key, said[key]) for key in ordered]
        self._views = [
            (fact, FactView(fact, [self._scales[self._index[key]] for key in keys]))
            for fact, keys in groupby(ordered, key=lambda key: key[0])
        ]

    def key(self, facts: Mapping[str, FactValue], more: Mapping[str, FactValue]) -> tuple[int, ...]:
        """One number a fact: equal keys have equal verdicts. A fact in neither mapping is missing."""
        return tuple([view[facts[name] if name in facts else more.get(name)] for name, view in self._views])

    def places(self, key: tuple[int, ...]) -> list[int]:
        """The place of every column, from a key."""
        return [
            place for (_, view), number in zip(self._views, key, strict=True) for place in view.places[number]
        ]

    def scale(self, comparison: Comparison) -> tuple[int, Scale]:
        """Column number and scale a comparison reads."""
        column = self._index[column_of(comparison)]
        return column, self._scales[column]


def _marks(comparison: Comparison) -> Iterator[object]:
    if comparison.operator in ORDER_OPERATORS:
        operand = comparison.operand
        yield from operand if isinstance(operand, tuple) else (operand,)
    elif comparison.operator in {"is", "is_not"}:
        yield comparison.operand


def _scale(key: ColumnKey, marks: set[object]) -> Scale:
    _, form, operand = key
    if form == "matches":
        return Members(re.compile(str(operand)))
    if form == "members":
        return Members(frozenset(operand) if isinstance(operand, tuple) else frozenset())
    if form == "steps":
        return Steps(mark for mark in marks if isinstance(mark, Decimal))
    return Names(mark for mark in marks if isinstance(mark, str | bool))
