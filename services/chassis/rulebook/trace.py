"""How a condition came to hold or not on some facts, test by test: the engine's verdict, told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from chassis.rulebook import pattern
from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, Not
from chassis.rulebook.facts import EMPTY, FactValue


@dataclass(frozen=True, slots=True)
class Tested:
    """One comparison on the value found: `wanted` false is a test under a `not`, which must fail to hold."""

    comparison: Comparison
    wanted: bool
    found: FactValue
    holds: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """Tests that must hold together (`every`), or of which one is enough."""

    every: bool
    parts: tuple["Trace", ...]
    holds: bool


Trace = Tested | Joined
"""A condition evaluated, every `not` carried down to the comparisons it turns around."""


def trace(
    condition: Condition,
    facts: Mapping[str, FactValue],
    more: Mapping[str, FactValue] = EMPTY,
    *,
    wanted: bool = True,
) -> Trace:
    """Evaluate a condition on facts, keeping every test; its `holds` is what the engine answers.

    A fact in neither mapping, or None, is missing: every comparison on it fails, save `absent`. Values are of
    the kinds the catalogue says. `wanted` false evaluates the negation.
    """
    match condition:
        case Not(part):
            return trace(part, facts, more, wanted=not wanted)
        case Comparison(fact):
            found = facts.get(fact)
            found = more.get(fact) if found is None else found
            return Tested(condition, wanted, found, _compares(condition, found) == wanted)
        case AllOf(parts) | AnyOf(parts):
            every = isinstance(condition, AllOf) == wanted
            traced = tuple(trace(part, facts, more, wanted=wanted) for part in parts)
            join = all if every else any
            return Joined(every, traced, join(part.holds for part in traced))


def decisive(traced: Trace) -> Trace:
    """The same trace without what made no difference: only failed parts of a failure, held parts of a success."""
    if isinstance(traced, Tested):
        return traced
    parts = tuple(decisive(part) for part in traced.parts if part.holds == traced.holds)
    return parts[0] if len(parts) == 1 else Joined(traced.every, parts, traced.holds)


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _compares(comparison: Comparison, found: FactValue) -> bool:
    if comparison.operator in {"present", "absent"}:
        return (found is not None) == (comparison.operator == "present")
    if found is None:
        return False
    value = normalize("NFC", found) if isinstance(found, str) else found
    return _COMPARE[comparison.operator](value, comparison.operand)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, said: value == said,
    "is_not": lambda value, said: value != said,
    "in": lambda value, said: value in said,
    "not_in": lambda value, said: value not in said,
    "at_least": lambda value, said: value >= said,
    "at_most": lambda value, said: value <= said,
    "more_than": lambda value, said: value > said,
    "less_than": lambda value, said: value < said,
    "between": lambda value, said: said[0] <= value <= said[1],
    "matches": lambda value, said: pattern.accepts(_pattern(said), value),
}
