"""Conditions of a rule (`when`): all, any, not, and tests on a fact. On a missing fact only `absent` holds."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Facts = Mapping[str, Any]


def holds(condition: Any, facts: Facts) -> bool:  # noqa: ANN401 - a node of a rule file
    """Whether a condition holds for these facts."""
    if condition == "always":
        return True
    if "all" in condition:
        return all(holds(inner, facts) for inner in condition["all"])
    if "any" in condition:
        return any(holds(inner, facts) for inner in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    return _test(condition, facts.get(condition["fact"]))


def _test(test: Mapping[str, Any], found: Any) -> bool:  # noqa: ANN401 - a fact of any kind
    (operator, expected), *_ = [(key, value) for key, value in test.items() if key != "fact"]
    if operator in ("present", "absent"):
        return (found is None) == ((operator == "absent") == bool(expected))
    return found is not None and _compares(operator, found, expected)


def _compares(operator: str, found: Any, expected: Any) -> bool:  # noqa: ANN401 - a fact of any kind
    if operator in ("in", "not_in"):
        return any(_is_same(found, each) for each in expected) == (operator == "in")
    if operator in ("is", "is_not"):
        return _is_same(found, expected) == (operator == "is")
    if operator == "matches":
        return re.fullmatch(expected, found) is not None
    if operator == "between":
        return _number(expected[0]) <= _number(found) <= _number(expected[1])
    least = {"at_least": _number(found) >= _number(expected), "at_most": _number(found) <= _number(expected)}
    strict = {
        "more_than": _number(found) > _number(expected),
        "less_than": _number(found) < _number(expected),
    }
    return (least | strict)[operator]


def _is_same(found: Any, expected: Any) -> bool:  # noqa: ANN401 - a fact of any kind
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    return str(found) == str(expected)


def _number(value: Any) -> Decimal:  # noqa: ANN401 - a number as a text or not
    return Decimal(str(value))
