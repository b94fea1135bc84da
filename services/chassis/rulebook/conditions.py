"""What a rule's `when` says: tests on facts, joined by all, any and not."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chassis.rulebook.scalars import plain

Operand = str | bool | Decimal | tuple[str, ...] | tuple[Decimal, ...]

ORDER_OPERATORS = ("at_least", "at_most", "more_than", "less_than", "between")
SET_OPERATORS = ("in", "not_in")
OPERATORS = ("is", "is_not", *SET_OPERATORS, *ORDER_OPERATORS, "matches", "present", "absent")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact compared with one operand. On a missing fact every test is false, save `absent`."""

    fact: str
    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds; with no part, always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; a test on a missing fact does not hold, so its negation does."""

    part: "Condition"


Condition = Comparison | AllOf | AnyOf | Not
ALWAYS = AllOf(())


def written(condition: Condition) -> Any:  # noqa: ANN401 - JSON values
    """The condition as a rule file writes it, in its one canonical form."""
    match condition:
        case AllOf(parts):
            return {"all": [written(part) for part in parts]} if parts else "always"
        case AnyOf(parts):
            return {"any": [written(part) for part in parts]}
        case Not(part):
            return {"not": written(part)}
        case Comparison(fact, operator, operand):
            return {"fact": fact, operator: _written(operand)}


def _written(operand: Operand) -> str | bool | list[str]:
    if isinstance(operand, tuple):
        return [value if isinstance(value, str) else plain(value) for value in operand]
    return plain(operand) if isinstance(operand, Decimal) else operand


def leaves(condition: Condition, where: str = "when") -> Iterator[tuple[str, Comparison]]:
    """Every test with the place of its file's line: `when.all.0.any.1`."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, AllOf) else "any"
            for index, part in enumerate(parts):
                yield from leaves(part, f"{where}.{join}.{index}")
        case Not(part):
            yield from leaves(part, f"{where}.not")
        case Comparison():
            yield where, condition
