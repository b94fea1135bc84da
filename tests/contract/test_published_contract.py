"""The published contract: current, extended only, and true of the examples and of what the core emits."""

import json
from pathlib import Path

import jsonschema
import pytest

import contracts
from contracts.catalogue import EMITTED, INPUTS, TOPIC_OF
from contracts.compatibility import breaking_changes
from contracts.envelope import open_emitted
from contracts.generate import documents, main, schema_of
from contracts.inputs import read

HERE = Path(contracts.__file__).parent
KINDS = sorted([*INPUTS, *EMITTED])


def an_example(kind: str) -> bytes:
    return (HERE / "examples" / f"{kind}.json").read_bytes()


def a_validator(kind: str) -> jsonschema.Draft202012Validator:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def described(node: object) -> list[str]:
    """Fields without a description, anywhere in a schema."""
    if isinstance(node, list):
        return [name for part in node for name in described(part)]
    if not isinstance(node, dict):
        return []
    fields = node.get("properties", {})
    lacking = [name for name, part in fields.items() if not part.get("description")]
    return lacking + [name for part in node.values() for name in described(part)]


def test_the_generated_files_are_current() -> None:
    assert main(["--check"]) == 0
    assert {path.name for path in (HERE / "schemas").iterdir()} == {f"{kind}.json" for kind in KINDS}


def test_generating_again_gives_the_same_bytes() -> None:
    assert documents() == documents()


def test_there_is_one_example_for_each_event() -> None:
    assert sorted(path.stem for path in (HERE / "examples").iterdir()) == KINDS


@pytest.mark.parametrize("kind", sorted(INPUTS))
def test_the_example_of_an_input_is_read_and_fits_its_schema(kind: str) -> None:
    raw = an_example(kind)
    assert read(raw, [], TOPIC_OF[kind], now=None, trust="open").type == kind
    a_validator(kind).validate(json.loads(raw)["data"])


@pytest.mark.parametrize("kind", sorted(EMITTED))
def test_the_example_of_an_emitted_event_fits_its_model_and_its_schema(kind: str) -> None:
    raw = an_example(kind)
    emitted = open_emitted(raw)
    assert emitted.type == kind
    EMITTED[kind][0].model_validate(emitted.data, extra="forbid")
    a_validator(kind).validate(json.loads(raw)["data"])


@pytest.mark.parametrize("kind", sorted(EMITTED))
def test_what_we_emit_is_closed(kind: str) -> None:
    data = json.loads(an_example(kind))["data"]
    assert not a_validator(kind).is_valid({**data, "surprise": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described(kind: str) -> None:
    assert described(schema_of(kind)) == []


@pytest.mark.parametrize(
    "path", sorted((HERE / "released" / "v1").glob("*.json")), ids=lambda path: path.stem
)
def test_a_released_contract_is_only_extended(path: Path) -> None:
    kind = path.stem
    released = json.loads(path.read_text(encoding="utf-8"))
    assert breaking_changes(released, schema_of(kind), "input" if kind in INPUTS else "emitted") == []


def test_every_event_has_a_released_copy() -> None:
    assert sorted(path.stem for path in (HERE / "released" / "v1").glob("*.json")) == KINDS


def test_the_asyncapi_document_refers_to_what_exists() -> None:
    document = json.loads((HERE / "asyncapi.json").read_text(encoding="utf-8"))
    assert document["asyncapi"] == "3.0.0"
    assert set(document["components"]["messages"]) == set(KINDS)
    for name, message in document["components"]["messages"].items():
        assert (HERE / message["payload"]["properties"]["data"]["$ref"]).exists(), name
    for operation in document["operations"].values():
        channel = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
        assert {message["$ref"].rpartition("/")[2] for message in operation["messages"]} == set(
            channel["messages"]
        )
