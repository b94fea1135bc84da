"""Texts of a case as the JSON values that the contract of their event asks for."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from contracts.catalogue import INPUTS

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,9})?")
_FLAGS = {"true": True, "oui": True, "false": False, "non": False}

Schema = Mapping[str, Any]


def typed(event: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an event, typed by its contract; what fits nothing stays text, to be refused there."""
    root = _schema(event)
    said: dict[str, Any] = _typed(data, root, root)
    return said


@cache
def _schema(event: str) -> Schema:
    return INPUTS[event].model_json_schema(by_alias=True)


def _typed(value: Any, schema: Schema, root: Schema) -> Any:  # noqa: ANN401 - YAML values
    choices = list(_choices(schema, root))
    if isinstance(value, Mapping):
        fields = next((each for each in choices if "properties" in each), {}).get("properties", {})
        more: Schema = next((found for each in choices for found in _open(each)), {})
        return {key: _typed(item, fields.get(key, more), root) for key, item in value.items()}
    if isinstance(value, list):
        items: Schema = next((each["items"] for each in choices if "items" in each), {})
        return [_typed(item, items, root) for item in value]
    return value if value is None else _scalar(str(value), {each.get("type") for each in choices})


def _open(schema: Schema) -> Iterator[Schema]:
    """What the values of keys that are not named follow."""
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]
    yield from schema.get("patternProperties", {}).values()


def _choices(schema: Schema, root: Schema) -> Iterator[Schema]:
    """The schemas a value may follow, references resolved."""
    if "$ref" in schema:
        yield from _choices(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    elif "anyOf" in schema:
        for choice in schema["anyOf"]:
            yield from _choices(choice, root)
    else:
        yield schema


def _scalar(text: str, kinds: set[str | None]) -> str | bool | int | Decimal:
    if "boolean" in kinds and text in _FLAGS:
        return _FLAGS[text]
    if kinds & {"integer", "number"} and _NUMBER.fullmatch(text):
        number = Decimal(text)
        return int(number) if "." not in text else number
    return text
