"""Writes the JSON Schemas and the AsyncAPI document from the models, the page of who may say what from its table.

``python -m contracts.generate`` writes what changed; with ``--check`` it only says so, and exits 1.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts.authority_page import page
from contracts.catalogue import EMITTED, FAMILIES, INPUTS
from contracts.envelope import PREFIX, SUFFIX

HERE = Path(__file__).parent
Schema = dict[str, Any]
"""A JSON Schema as plain values."""


def schema_of(kind: str) -> Schema:
    """JSON Schema (2020-12) of the ``data`` of an event; closed for what we emit."""
    if kind in INPUTS:
        schema = INPUTS[kind].model_json_schema(by_alias=True)
    else:
        schema = _closed(EMITTED[kind][0].model_json_schema(by_alias=True, mode="serialization"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{PREFIX}{kind}{SUFFIX}",
        **schema,
    }


def documents() -> Mapping[str, str]:
    """Every generated file by its path under ``contracts/``; the same models give the same bytes."""
    kinds = [*INPUTS, *EMITTED]
    schemas = {f"schemas/{kind}.json": _written(schema_of(kind)) for kind in kinds}
    return {**schemas, "asyncapi.json": _written(asyncapi()), "../docs/authority.md": page()}


def asyncapi() -> Schema:
    """The AsyncAPI 3 document of the service: what it receives and what it sends, topic by topic."""
    channels, operations = {}, {}
    for name, address, kinds, action in _channels():
        channels[name] = {
            "address": address,
            **_parameters(address),
            "messages": {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds},
        }
        operations[f"{action}-{name}"] = {
            "action": action,
            "channel": {"$ref": f"#/channels/{name}"},
            "messages": [{"$ref": f"#/channels/{name}/messages/{kind}"} for kind in kinds],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Aiguillage",
            "version": "1.0.0",
            "description": "Routes every freed social dwelling to the réservataire whose turn it is. "
            "CloudEvents 1.0: structured JSON is emitted, structured and binary mode are accepted.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": {kind: _message(kind) for kind in (*INPUTS, *EMITTED)}},
    }


def _channels() -> Iterator[tuple[str, str, list[str], str]]:
    for family, kinds in FAMILIES.items():
        yield family, family, list(kinds), "receive"
        yield f"{family}-of-party", f"{family}.{{party}}", list(kinds), "receive"
    addresses = dict.fromkeys(address for _, topics in EMITTED.values() for address in topics)
    for address in addresses:
        said = [kind for kind, (_, topics) in EMITTED.items() if address in topics]
        yield address.replace(".{reservataire}", "").replace(".", "-"), address, said, "send"


def _parameters(address: str) -> Schema:
    said = {
        "{party}": {"description": "Last segment of `source`: a bailleur's SIREN or a réservataire's id."},
        "{reservataire}": {"description": "The réservataire's id; no other réservataire reads this topic."},
    }
    found = {name.strip("{}"): words for name, words in said.items() if name in address}
    return {"parameters": found} if found else {}


def _message(kind: str) -> Schema:
    model = INPUTS[kind] if kind in INPUTS else EMITTED[kind][0]
    data = {"$ref": f"./schemas/{kind}.json"}
    attributes = {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 256},
        "source": {"type": "string", "minLength": 1, "maxLength": 256},
        "type": {"const": f"{PREFIX}{kind}{SUFFIX}"},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string"},
        "datacontenttype": {"const": "application/json"},
        "data": data,
    }
    required = ["specversion", "id", "source", "type", "time", "data"]
    return {
        "name": f"{PREFIX}{kind}{SUFFIX}",
        "summary": (model.__doc__ or "").partition("\n")[0],
        "contentType": "application/cloudevents+json",
        "payload": {"type": "object", "properties": attributes, "required": required},
        "examples": [{"payload": json.loads((HERE / "examples" / f"{kind}.json").read_text())}],
    }


def _closed(node: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The schema with every object closed, those shared with inputs included."""
    if isinstance(node, list):
        return [_closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(part) for key, part in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        closed["additionalProperties"] = False
    return closed


def _written(document: Schema) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Write what changed, or with ``--check`` only say it: 1 when a file is not current, else 0."""
    stale = {
        name: text
        for name, text in documents().items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text
    }
    for name, text in stale.items():
        sys.stdout.write(f"contracts/{name}\n")
        if "--check" not in arguments:
            (HERE / name).parent.mkdir(exist_ok=True)
            (HERE / name).write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
