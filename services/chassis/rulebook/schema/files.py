"""The schemas as files: one for the rules of each family, one for their examples, one for each list."""

from collections.abc import Iterator
from dataclasses import dataclass

from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.examples import Example
from chassis.rulebook.facts import CATALOGUE, FAMILIES, known_to
from chassis.rulebook.lists import FILES
from chassis.rulebook.rule import RuleFile
from chassis.rulebook.schema.conditions import Schema, definitions, value_of, when
from chassis.rulebook.schema.described import described
from chassis.rulebook.schema.family_words import EFFECT_WORDS, FAMILY_WORDS
from chassis.rulebook.schema.file_words import EXAMPLE_WORDS, LIST_WORDS, RULE_WORDS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EVERY_LAYER = ("{family}", "territories/*/{family}", "bailleurs/*/{family}")


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema, its file name, and the files it speaks of: patterns relative to the rules, `!` taking away."""

    name: str
    schema: Schema
    files: tuple[str, ...]


def schema_files() -> tuple[SchemaFile, ...]:
    """Every schema, in a fixed order: the same code gives the same schemas."""
    return (*map(_of_rules, FAMILIES), *map(_of_examples, FAMILIES), *map(_of_list, sorted(FILES)))


def _of_rules(family: str) -> SchemaFile:
    said = described(RuleFile, RULE_WORDS)
    properties = {**said["properties"], "when": when(), "then": then(family)}
    schema = _headed(f"Une règle de la famille {family}", FAMILY_WORDS[family][1])
    schema |= {**said, "properties": properties, "$defs": definitions(family)}
    places = (*_places(family, "*.yaml"), *_places(family, "*.examples.yaml", "!"))
    return SchemaFile(f"regle.{family}.schema.json", schema, places)


def then(family: str) -> Schema:
    """What a family's `then` may hold."""
    effect = EFFECTS[family]
    most = {"maxProperties": 1} if effect.exclusive else {}
    said = described(effect, EFFECT_WORDS, family)
    return {"description": RULE_WORDS["then"], **said, "minProperties": 1, **most}


def _of_examples(family: str) -> SchemaFile:
    said = described(Example, EXAMPLE_WORDS)
    said["properties"]["facts"] = _facts(family)
    schema = _headed(f"Les exemples d'une règle de la famille {family}", "Un où elle s'applique, un où non.")
    schema |= {"type": "array", "minItems": 1, "items": said}
    return SchemaFile(f"exemples.{family}.schema.json", schema, tuple(_places(family, "*.examples.yaml")))


def _facts(family: str) -> Schema:
    """The facts of an example; a missing one may also be written as null."""
    facts = {
        name: {"description": CATALOGUE[name].label, "anyOf": [value_of(CATALOGUE[name]), {"type": "null"}]}
        for name in known_to(family)
    }
    shape = {"type": "object", "properties": facts, "additionalProperties": False}
    return {"description": EXAMPLE_WORDS["facts"], **shape}


def _of_list(name: str) -> SchemaFile:
    schema = _headed(f"La liste {name}", LIST_WORDS[name]) | described(FILES[name], LIST_WORDS, name)
    return SchemaFile(f"liste.{name}.schema.json", schema, (f"referentiels/{name}.yaml",))


def _headed(title: str, words: str) -> Schema:
    return {"$schema": _DIALECT, "title": title, "description": words}


def _places(family: str, names: str, sign: str = "") -> Iterator[str]:
    return (f"{sign}{layer.format(family=family)}/{names}" for layer in _EVERY_LAYER)
