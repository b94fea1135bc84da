"""The second peer: `rule-engine` of the package index, one expression for each rule."""

from collections.abc import Mapping, Sequence
from json import dumps

from rule_engine import Context
from rule_engine import Rule as Expression

from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition
from chassis.rulebook.facts import FactValue
from chassis.rulebook.rule import Rule

Thing = dict[str, FactValue]


class PythonRules:
    """Rules of one family, asked one after the other."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        context = Context(default_value=None)
        self._rules = [(rule.id, Expression(_expression(rule.when), context=context)) for rule in rules]
        self._fields = sorted({test.fact for rule in rules for test in comparisons(rule.when)})

    def thing(self, facts: Mapping[str, FactValue]) -> Thing:
        """Facts under names the expressions can hold."""
        return {_name(field): facts.get(field) for field in self._fields}

    def matched(self, thing: Thing) -> set[str]:
        """Ids of the rules that match."""
        return {name for name, expression in self._rules if expression.matches(thing)}


def _name(fact: str) -> str:
    return fact.replace(".", "_")


def _expression(condition: Condition) -> str:
    match condition:
        case AllOf(()):
            return "true"
        case AllOf(parts):
            return " and ".join(f"({_expression(part)})" for part in parts)
        case AnyOf(parts):
            return " or ".join(f"({_expression(part)})" for part in parts)
        case Comparison(fact, "is", bool(flag)):
            return f"{_name(fact)} == {str(flag).lower()}"
        case Comparison(fact, "is", str(text)):
            return f"{_name(fact)} == {dumps(text)}"
        case _:
            raise ValueError(f"the peer has no translation of {condition}")
