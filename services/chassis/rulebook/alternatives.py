"""A condition as alternatives: each a plain conjunction of ranges of places, with neither `any` nor `not`."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, Not
from chassis.rulebook.projection import MISSING, OUTSIDE, WITHIN, Names, Projection, Steps

MOST_ALTERNATIVES = 48


@dataclass(frozen=True, slots=True)
class Span:
    """Places a column may take: from `low` to `high` (None is unbounded), the holes excepted."""

    low: int = 0
    high: int | None = None
    holes: frozenset[int] = frozenset()

    def meet(self, other: "Span") -> "Span":
        """Places that lie in both."""
        highs = [high for high in (self.high, other.high) if high is not None]
        return Span(max(self.low, other.low), min(highs, default=None), self.holes | other.holes)

    @property
    def is_empty(self) -> bool:
        """Whether no place is left."""
        if self.high is None:
            return False
        return all(place in self.holes for place in range(self.low, self.high + 1))


Conjunction = dict[int, Span]
"""What each column must be, by column number; a column that is not named may be anything."""


class TooBranchedError(ValueError):
    """The condition has more than `MOST_ALTERNATIVES` alternatives."""


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """Every test of a condition, from left to right."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)
        case Comparison():
            yield condition


def alternatives(condition: Condition, projection: Projection) -> list[Conjunction]:
    """The ways a condition can hold, as ranges of the projection's places.

    No alternative means never. Raises `TooBranchedError` rather than let a few lines of `any` within `all`
    multiply without end.
    """
    return _ways(condition, projection, holds=True)


def _ways(condition: Condition, projection: Projection, *, holds: bool) -> list[Conjunction]:
    match condition:
        case Not(part):
            return _ways(part, projection, holds=not holds)
        case Comparison():
            column, spans = _spans(condition, projection, holds=holds)
            return [{column: span} for span in spans]
        case AllOf(parts) | AnyOf(parts):
            each = (_ways(part, projection, holds=holds) for part in parts)
            if isinstance(condition, AllOf) == holds:
                return _all(each)
            return _bounded([way for ways in each for way in ways])


def _all(each: Iterator[list[Conjunction]]) -> list[Conjunction]:
    met: list[Conjunction] = [{}]
    for ways in each:
        joined = (_join(left, right) for left, right in product(met, ways))
        met = _bounded([way for way in joined if not any(span.is_empty for span in way.values())])
    return met


def _join(left: Conjunction, right: Conjunction) -> Conjunction:
    return {**left, **{column: left.get(column, Span()).meet(span) for column, span in right.items()}}


def _bounded(ways: list[Conjunction]) -> list[Conjunction]:
    different = list({frozenset(way.items()): way for way in ways}.values())
    if len(different) > MOST_ALTERNATIVES:
        raise TooBranchedError(f"{len(different)} alternatives")
    return different


def _spans(comparison: Comparison, projection: Projection, *, holds: bool) -> tuple[int, list[Span]]:
    """The places where a comparison holds (or does not: then a missing fact is among them)."""
    column, scale = projection.scale(comparison)
    match comparison.operator:
        case "present" | "absent":
            present = (comparison.operator == "present") == holds
            return column, [Span(low=1) if present else _only(MISSING)]
        case _ if isinstance(scale, Steps):
            return column, _order_spans(comparison, scale, holds=holds)
        case _ if isinstance(scale, Names):
            value = comparison.operand
            if comparison.operator == "is_not":  # of a flag: the other one
                value = not value
            place = scale.place(value) if isinstance(value, str | bool) else MISSING
            return column, [_only(place) if holds else _but(place)]
        case operator:
            place = OUTSIDE if operator in {"not_in", "is_not"} else WITHIN
            return column, [_only(place) if holds else _but(place)]


def _only(place: int) -> Span:
    return Span(place, place)


def _but(place: int) -> Span:
    return Span(holes=frozenset({place}))


def _order_spans(comparison: Comparison, scale: Steps, *, holds: bool) -> list[Span]:
    low, high = _bounds(comparison, scale)
    if holds:
        return [Span(low, high)]
    below = Span(MISSING, low - 1)
    if high is None:
        return [below]
    above = Span(high + 1)
    return [below, above]


def _bounds(comparison: Comparison, scale: Steps) -> tuple[int, int | None]:
    """First and last place where an order test holds; a missing fact's place is never one."""
    operand = comparison.operand
    marks = [
        scale.place(mark)
        for mark in (operand if isinstance(operand, tuple) else (operand,))
        if _is_mark(mark)
    ]
    match comparison.operator:
        case "at_least":
            return marks[0], None
        case "more_than":
            return marks[0] + 1, None
        case "at_most":
            return 1, marks[0]
        case "less_than":
            return 1, marks[0] - 1
        case _:
            return marks[0], marks[1]


def _is_mark(mark: object) -> bool:
    return isinstance(mark, Decimal)
