"""The first peer: durable_rules' C module as its users would call it, with nothing around it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import durable_rules_engine as engine

from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition
from chassis.rulebook.facts import FactValue
from chassis.rulebook.rule import Rule

MATCHED = 0


class RawRules:
    """Rules of one family in one handle, asked directly."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        definition = {rule.id: {"all": [{"m": _expression(rule.when)}]} for rule in rules}
        self._handle = engine.create_ruleset("raw", json.dumps(definition, ensure_ascii=False))
        self.fields = sorted({test.fact for rule in rules for test in comparisons(rule.when)})

    def message(self, facts: Mapping[str, FactValue]) -> str:
        """The message of some facts: only the fields that rules name, so that the engine has no more to read."""
        payload = {_name(field): facts[field] for field in self.fields if facts.get(field) is not None}
        return json.dumps({"p": {"always": 1, **payload}, "id": "m"}, ensure_ascii=False)

    def matched(self, message: str) -> set[str]:
        """Ids of the rules that match."""
        fired: set[str] = set()
        status, offset = engine.assert_fact(self._handle, message)
        action = engine.start_action_for_state(self._handle, offset) if status == MATCHED else None
        while action:
            fired.update(json.loads(action[1] if isinstance(action, tuple) else action))
            action = engine.complete_and_start_action(self._handle, offset)
        engine.retract_fact(self._handle, message)
        return fired


def _name(fact: str) -> str:
    return fact.replace(".", "_")


def _expression(condition: Condition) -> dict[str, Any]:
    match condition:
        case AllOf(()):
            return {"p.always": 1}
        case AllOf((part,)) | AnyOf((part,)):
            return _expression(part)
        case AllOf(parts):
            return {"$and": [_expression(part) for part in parts]}
        case AnyOf(parts):
            return {"$or": [_expression(part) for part in parts]}
        case Comparison():
            return _test(condition)
    raise ValueError(f"the peer has no translation of {condition}")


def _test(test: Comparison) -> dict[str, Any]:
    field = f"p.{_name(test.fact)}"
    match test.operator, test.operand:
        case "is", operand:
            return {field: operand}
        case "in", tuple(operands):
            return {"$or": [{field: operand} for operand in operands]}
        case "present", _:
            return {"$ex": {field: 1}}
    raise ValueError(f"the peer has no translation of {test}")
