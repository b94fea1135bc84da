"""What a JSON Schema admits, in a few French words: the last column of the guide's tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.rulebook.scalars import SPELT

_SPELT_WORDS = {
    "yes_no": "`oui`, `non`",
    "percent": "de 0 à 100",
    "day": "une date",
    "sentence": "une phrase",
    "slug": "un mot : minuscules, chiffres, tirets",
    "decimal": "un nombre, point décimal",
    "whole": "un nombre entier",
    "text": "un texte",
}


def value_words(schema: Mapping[str, Any]) -> str:
    """The values a key may have; a key that holds keys says which."""
    if "enum" in schema:
        return coded(schema["enum"])
    first = schema.get("anyOf", [{}])[0]
    if "const" in first:
        return f"{value_words(schema['anyOf'][1])}, ou `{first['const']}`"
    if "properties" in schema:
        return f"les clés {coded(schema['properties'])}"
    if "propertyNames" in schema:
        return f"par {coded(schema['propertyNames']['enum'])} : {value_words(schema['additionalProperties'])}"
    if "maximum" in schema:
        return f"de {schema['minimum']} à {schema['maximum']}"
    return next(words for kind, words in _SPELT_WORDS.items() if SPELT[kind].items() <= schema.items())


def coded(names: Sequence[str] | Mapping[str, Any]) -> str:
    """Names as the guide shows them, in their order."""
    return ", ".join(f"`{name}`" for name in names)
