"""What examples and cases leave untried: rules that never speak, bounds and listed values never met."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from aiguillage.acceptance.watching import Heard
from chassis.rulebook import Rulebook
from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.conditions import ORDER_OPERATORS, SET_OPERATORS, Comparison
from chassis.rulebook.examples import Tried
from chassis.rulebook.facts import CATALOGUE, FactValue, Kind
from chassis.rulebook.faults import Fault, listed
from chassis.rulebook.rule import Rule
from chassis.rulebook.scalars import plain

BESIDE = Decimal("0.01")
"""How close to a decimal bound a value must be to be just beside it: a cent."""
BELOW, ABOVE = -1, 1

_FAILING_SIDES = {
    "at_least": (BELOW,),
    "less_than": (BELOW,),
    "at_most": (ABOVE,),
    "more_than": (ABOVE,),
    "between": (BELOW, ABOVE),
}
"""For each bound of an operator, the side where the answer changes."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Gaps, each at its rule's line. `unproved` names active rules that no case makes speak."""

    gaps: tuple[Fault, ...]
    unproved: tuple[str, ...]


def coverage(rulebook: Rulebook, tried: Sequence[Tried], heard: Heard) -> Coverage:
    """What the examples tried and the cases heard leave out of a rulebook."""
    by_rule: dict[str, list[Tried]] = {}
    for one in tried:
        by_rule.setdefault(one.rule.path, []).append(one)
    spoken = {(family, name) for family, name, _, _ in heard.spoke}
    gaps: list[Fault] = []
    unproved: list[str] = []
    for rule in rulebook.rules:
        ours = by_rule.get(rule.path, [])
        in_a_case = (rule.room.family, rule.id) in spoken
        if not in_a_case and not any(one.example.matches for one in ours):
            gaps.append(rule.fault("when", "Aucun exemple ni aucun cas ne fait parler cette règle."))
        if not in_a_case and rule.active:
            unproved.append(rule.path)
        gaps.extend(_untried(rule, ours, heard))
    return Coverage(tuple(sorted(gaps)), tuple(unproved))


def _untried(rule: Rule, ours: Iterable[Tried], heard: Heard) -> Iterator[Fault]:
    examples = list(ours)
    for test in comparisons(rule.when):
        values = {one.facts.get(test.fact) for one in examples}
        values |= heard.values.get((rule.room.family, test.fact), set())
        if test.operator in ORDER_OPERATORS:
            yield from _untried_bounds(rule, test, values)
        elif test.operator in SET_OPERATORS:
            yield from _untried_members(rule, test, values)


def _untried_bounds(rule: Rule, test: Comparison, values: set[FactValue]) -> Iterator[Fault]:
    met = {Decimal(value) for value in values if isinstance(value, int | Decimal)}
    operand = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    for bound, side in zip(operand, _FAILING_SIDES[test.operator], strict=True):
        assert isinstance(bound, Decimal)  # noqa: S101 - the operand of an order, as it was read
        if bound not in met:
            yield rule.fault("when", f"{test.fact} : jamais essayé à la borne {plain(bound)}.")
        if not any(_is_beside(test.fact, value, bound, side) for value in met):
            word = "dessous" if side == BELOW else "dessus"
            message = f"{test.fact} : jamais essayé juste au-{word} de {plain(bound)}."
            yield rule.fault("when", message, remedy=_remedy(test.fact, bound, side))


def _is_beside(fact: str, value: Decimal, bound: Decimal, side: int) -> bool:
    distance = (value - bound) * side
    step = 1 if CATALOGUE[fact].kind is Kind.WHOLE else BESIDE
    return 0 < distance <= step or _is_impossible(fact, bound, side)


def _is_impossible(fact: str, bound: Decimal, side: int) -> bool:
    """Whether the fact has no value beyond the bound: there is nothing to try."""
    low, high = CATALOGUE[fact].low, CATALOGUE[fact].high
    return bound == low if side == BELOW else bound == high


def _remedy(fact: str, bound: Decimal, side: int) -> str:
    step = Decimal(1) if CATALOGUE[fact].kind is Kind.WHOLE else BESIDE
    return f"Ajoutez un exemple avec {fact}: {plain(bound + side * step)}."


def _untried_members(rule: Rule, test: Comparison, values: set[FactValue]) -> Iterator[Fault]:
    members = test.operand if isinstance(test.operand, tuple) else ()
    missing = [member for member in members if member not in values]
    if missing:
        names = [member if isinstance(member, str) else plain(member) for member in missing]
        yield rule.fault("when", f"{test.fact} : valeurs de la liste jamais essayées.", listed(names))
