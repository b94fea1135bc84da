"""What conditions cover: for each fact, which of the values that some rules tell apart.

The values of a fact fall into finitely many *cases*: missing; each value a text may have, or each one named
and one for all others; each threshold of a number and each stretch between two. A condition is a union of
*ways*, each giving for some facts the cases it allows, as the bits of an integer. Whether two conditions can
hold together, or one lies within another, is then exact, save for `matches` on a free text: each pattern
counts as a fact of its own.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from chassis.rulebook import pattern
from chassis.rulebook.alternatives import MOST_ALTERNATIVES, TooBranchedError, comparisons
from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, Not
from chassis.rulebook.facts import CATALOGUE, FactType, Kind
from contracts.values import departement_of

Way = dict[str, int]
"""The cases a fact may be in, as bits, by fact; a fact that is not named may be in any."""
Ways = tuple[Way, ...]
"""The ways a condition can hold; none means never."""

MOST_SUBTRACTED = 12
"""Ways that are taken away from another one after the other, to see what is left; beyond, each is tried alone."""

_MISSING = 1
_ANY_OTHER = object()
_NAMING_NOTHING = frozenset({"present", "absent", "matches"})
_ALWAYS_TOLD_APART = ("vacancy.purpose", "vacancy.stock_reservation")
_COMMUNES, _DEPARTEMENT = ("dwelling.commune", "dwelling.city"), "vacancy.departement"
_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
}


class _Cases:
    """The cases of one fact: missing (bit 0), then one value to stand for each other case."""

    def __init__(self, fact: FactType, named: Iterable[object]) -> None:
        self.values = tuple(_standing_for(fact, named))
        self._bit = {value: 2 << place for place, value in enumerate(self.values)}
        self.every = (2 << len(self.values)) - 1

    def holding(self, test: Comparison) -> int:
        """The cases in which a test holds."""
        operand = test.operand
        match test.operator:
            case "absent":
                return _MISSING
            case "present":
                return self.every & ~_MISSING
            case "is" | "is_not" | "in" | "not_in":
                bits = self.of(operand if isinstance(operand, tuple) else (operand,))
                return bits if test.operator in {"is", "in"} else self.every & ~_MISSING & ~bits
            case "matches":
                accepted = re.compile(str(operand))
                return self.of(value for value in self.values if pattern.accepts(accepted, str(value)))
            case _:
                return self.of(value for value in self.values if _stands(value, test))

    def of(self, values: Iterable[object]) -> int:
        """The cases of some values; a value the fact cannot have is none."""
        bits = 0
        for value in values:
            bits |= self._bit.get(value, 0)
        return bits

    def named(self, bits: int) -> list[str]:
        """The values of some cases; none at all when missing or any other is among them."""
        named = [value for value in self.values if isinstance(value, str) and bits & self._bit[value]]
        return named if self.of(named) == bits else []


def _standing_for(fact: FactType, named: Iterable[object]) -> Iterator[object]:
    match fact.kind:
        case Kind.FLAG:
            yield from (True, False)
        case Kind.TEXT if fact.values:
            yield from fact.values
        case Kind.TEXT:
            yield from sorted({value for value in named if isinstance(value, str)})
            yield _ANY_OTHER
        case _:
            bounds = {Decimal(bound) for bound in (fact.low, fact.high) if bound is not None}
            marks = {value for value in named if isinstance(value, Decimal)} | bounds
            yield from (number for number in _numbers(fact, sorted(marks)) if may_be(fact, number))


def may_be(fact: FactType, number: Decimal) -> bool:
    """Whether a number lies within what bounds a fact, when something does."""
    return (fact.low is None or number >= fact.low) and (fact.high is None or number <= fact.high)


def _numbers(fact: FactType, marks: list[Decimal]) -> Iterator[Decimal]:
    """Each threshold, and a number for each stretch between two that holds one."""
    if not marks:
        yield Decimal(fact.low or 0)
        return
    yield marks[0] - 1
    for mark, following in pairwise(marks):
        yield mark
        between = mark + 1 if fact.kind is Kind.WHOLE else (mark + following) / 2
        if between < following:
            yield between
    yield from (marks[-1], marks[-1] + 1)


def _stands(value: object, test: Comparison) -> bool:
    if not isinstance(value, Decimal):
        return False
    if isinstance(test.operand, tuple):
        return test.operand[0] <= value <= test.operand[1]  # type: ignore[operator]  # between: two numbers
    return isinstance(test.operand, Decimal) and _ORDER[test.operator](value, test.operand)


class Extents:
    """The cases that some conditions of one family tell apart; ways of the same extents compare."""

    def __init__(self, conditions: Iterable[Condition], departements: Iterable[str] = ()) -> None:
        """`departements` are told apart even when no condition names them."""
        named: dict[str, set[object]] = {
            fact: set() for fact in (*_COMMUNES, _DEPARTEMENT, *_ALWAYS_TOLD_APART)
        }
        for test in (test for condition in conditions for test in comparisons(condition)):
            operand = test.operand
            ours = named.setdefault(test.fact, set())
            if test.operator not in _NAMING_NOTHING:
                ours.update(operand if isinstance(operand, tuple) else (operand,))
        named[_DEPARTEMENT] |= set(departements) | {
            departement_of(str(code)) for fact in _COMMUNES for code in named[fact] if isinstance(code, str)
        }
        self._cases = {fact: _Cases(CATALOGUE[fact], values) for fact, values in named.items()}
        self._held: dict[Comparison, int] = {}

    def ways(self, condition: Condition) -> Ways:
        """How a condition can hold; raises `TooBranchedError` as `alternatives` does."""
        return tuple(self._ways(condition, holds=True))

    def _ways(self, condition: Condition, *, holds: bool) -> list[Way]:
        match condition:
            case Not(part):
                return self._ways(part, holds=not holds)
            case Comparison():
                return self._test(condition, holds=holds)
            case AllOf(parts) | AnyOf(parts):
                each = [self._ways(part, holds=holds) for part in parts]
                if isinstance(condition, AnyOf) == holds:
                    return _bounded([way for ways in each for way in ways])
                together: list[Way] = [{}]
                for ways in each:
                    joined = (met(left, right) for left in together for right in ways)
                    together = _bounded([way for way in joined if way is not None])
                return together

    def _test(self, test: Comparison, *, holds: bool) -> list[Way]:
        """A test on one fact; a commune says its département too."""
        cases = self._cases[test.fact]
        if test.operator == "matches" and _ANY_OTHER in cases.values:
            return [{f"{test.fact} matches {test.operand}": 1 if holds else 2}]
        held = self._held_by(test)
        bits = held if holds else cases.every & ~held
        if not bits:
            return []
        communes = cases.named(bits) if test.fact in _COMMUNES else []
        if not communes:
            return [{test.fact: bits}]
        return [{test.fact: bits, _DEPARTEMENT: self._cases[_DEPARTEMENT].of(map(departement_of, communes))}]

    def within(self, way: Way, ways: Ways) -> bool:
        """Whether whatever is in a way is in one of others; when they are many, each is tried alone."""
        near = [other for other in ways if met(way, other) is not None]
        if len(near) > MOST_SUBTRACTED:
            return any(self._left_over(way, [other]) for other in near)
        return self._left_over(way, near)

    def _left_over(self, way: Way, others: list[Way]) -> bool:
        """Whether nothing of a way is left once others are taken away."""
        if not others:
            return False
        first, *rest = others
        for fact, bits in first.items():
            mine = way.get(fact, self.every(fact))
            if mine & ~bits and not self._left_over({**way, fact: mine & ~bits}, rest):
                return False
            if not mine & bits:
                return True
            way = {**way, fact: mine & bits}
        return True

    def holding(self, test: Comparison) -> int | None:
        """The cases of its fact in which a test holds; None for a pattern on a free text, which is not looked at."""
        cases = self._cases[test.fact]
        return None if test.operator == "matches" and _ANY_OTHER in cases.values else self._held_by(test)

    def _held_by(self, test: Comparison) -> int:
        if test not in self._held:
            self._held[test] = self._cases[test.fact].holding(test)
        return self._held[test]

    def bits(self, fact: str, *values: object) -> int:
        """The cases of some values of a fact; 0 for those that nothing tells apart."""
        return self._cases[fact].of(values) if fact in self._cases else 0

    def every(self, fact: str) -> int:
        """All the cases of a fact."""
        return self._cases[fact].every if fact in self._cases else 3


def meet(left: Ways, right: Ways) -> bool:
    """Whether two conditions of the same extents can hold together."""
    return any(met(one, other) is not None for one in left for other in right)


def met(left: Way, right: Way) -> Way | None:
    """What lies in both of two ways; None when nothing does."""
    both = dict(left)
    for fact, bits in right.items():
        both[fact] = both[fact] & bits if fact in both else bits
        if not both[fact]:
            return None
    return both


def _bounded(ways: list[Way]) -> list[Way]:
    different = list({frozenset(way.items()): way for way in ways}.values())
    if len(different) > MOST_ALTERNATIVES:
        raise TooBranchedError(f"{len(different)} alternatives")
    return different
