"""The JSON Schema of `when`: the facts a family knows, the operators of each, the values each may have."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.rulebook.conditions import SET_OPERATORS
from chassis.rulebook.facts import CATALOGUE, COMMUNE, FactType, Kind, known_to
from chassis.rulebook.pattern import LONGEST_PATTERN
from chassis.rulebook.reading import OPERATORS_OF
from chassis.rulebook.scalars import SPELT
from chassis.rulebook.schema.file_words import JOIN_WORDS, OPERATOR_WORDS, RULE_WORDS

Schema = dict[str, Any]
"""A JSON Schema as plain values."""

_YES = {
    "anyOf": [
        {"const": "oui"},
        {"const": True},
        {"type": "string", "pattern": "^([oO][uU][iI]|[yY][eE][sS]|[tT][rR][uU][eE])$"},
    ]
}


def when() -> Schema:
    """What `when` may be; needs the `definitions` of a family beside it."""
    always = {"const": "always", "description": "S'applique toujours."}
    nothing = {"type": "object", "maxProperties": 0}
    return {"description": RULE_WORDS["when"], "anyOf": [always, _to("condition"), nothing]}


def definitions(family: str) -> dict[str, Schema]:
    """What `when` refers to: a condition, a test on each fact the family knows, the values it may have."""
    alike: dict[str, list[FactType]] = {}
    for name in known_to(family):
        alike.setdefault(_sort(CATALOGUE[name]), []).append(CATALOGUE[name])
    tests = {f"test.{sort}": _test(sort, facts) for sort, facts in alike.items()}
    values = {f"value.{sort}": value_of(facts[0]) for sort, facts in alike.items()}
    choices = [*_joins(), *map(_to, tests)]
    return {"condition": {"anyOf": choices}, "yes": dict(_YES), **tests, **values}


def _to(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _sort(fact: FactType) -> str:
    """What a fact shares with those that take the same operators and the same values."""
    if fact.values:
        return fact.name
    return "commune" if fact.pattern == COMMUNE else fact.name if fact.pattern else _SPELT_AS[fact.kind]


def _joins() -> list[Schema]:
    several = {"type": "array", "items": _to("condition"), "minItems": 1}
    return [
        _closed({join: {**(_to("condition") if join == "not" else several), "description": words}}, [join])
        for join, words in JOIN_WORDS.items()
    ]


def _test(sort: str, facts: Sequence[FactType]) -> Schema:
    """One of these facts and one operator that applies to them."""
    names = [{"const": fact.name, "description": f"{fact.label} : {fact.kind}"} for fact in facts]
    operators = {
        operator: {"description": f"… {OPERATOR_WORDS[operator]}", **_operand(_to(f"value.{sort}"), operator)}
        for operator in OPERATORS_OF[facts[0].kind]
    }
    said = {"fact": {"anyOf": names} if len(names) > 1 else names[0], **operators}
    return {**_closed(said, ["fact"]), "minProperties": 2, "maxProperties": 2}


def _closed(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    closed = {"required": required, "additionalProperties": False}
    return {"type": "object", "properties": dict(properties), **closed}


def _operand(value: Schema, operator: str) -> Schema:
    if operator in {"present", "absent"}:
        return _to("yes")
    if operator == "matches":
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN}
    if operator == "between":
        return {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return {"type": "array", "items": value, "minItems": 1} if operator in SET_OPERATORS else value


_SPELT_AS = {Kind.TEXT: "text", Kind.FLAG: "yes_no", Kind.WHOLE: "whole", Kind.DECIMAL: "decimal"}


def value_of(fact: FactType) -> Schema:
    """What a fact may be worth, as an editor sees it."""
    if fact.values:
        return {"enum": list(fact.values)}
    if fact.pattern:
        return {"type": ["string", "integer"], "pattern": f"^(?:{fact.pattern})$"}
    return dict(SPELT[_SPELT_AS[fact.kind]])
