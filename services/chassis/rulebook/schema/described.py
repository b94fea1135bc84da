"""A model's JSON Schema made fit for an editor: no title, no English, no empty key; each key told in French."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]


def described(model: type[BaseModel], words: Mapping[str, str], above: str = "") -> Schema:
    """The schema of a model, references written out; `words` by key, the keys of a key after `above` and a point."""
    said = model.model_json_schema(by_alias=True)
    whole: Schema = _described(said, said.get("$defs", {}), words, above)
    return whole


def _described(node: Any, definitions: Mapping[str, Schema], words: Mapping[str, str], at: str) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(node, list):
        return [_described(part, definitions, words, at) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _described(definitions[node["$ref"].rpartition("/")[2]], definitions, words, at)
    kept = {key: value for key, value in node.items() if key not in _DROPPED}
    said = {
        key: _described(value, definitions, words, at) for key, value in kept.items() if key != "properties"
    }
    if "properties" in node:
        said["properties"] = {
            name: _told(
                _described(value, definitions, words, _below(at, name)), words.get(_below(at, name), "")
            )
            for name, value in node["properties"].items()
        }
    return _without_null(said)


_DROPPED = frozenset({"$defs", "title", "description", "default"})


def _told(schema: Schema, words: str) -> Schema:
    return {"description": words, **schema} if words else schema


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _without_null(schema: Schema) -> Schema:
    """The schema of the value alone, when it says that the key may be left empty."""
    choices = schema.get("anyOf")
    if choices is None or {"type": "null"} not in choices:
        return schema
    left = [choice for choice in choices if choice != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest, **left[0]} if len(left) == 1 else {**rest, "anyOf": left}
