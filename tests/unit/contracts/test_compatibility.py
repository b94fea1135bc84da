"""Each kind of break is named; each kind of extension is let through."""

from typing import Any

import pytest

from contracts.compatibility import Direction, breaking_changes


def an_object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or []}


TEXT: dict[str, Any] = {"type": "string"}
NULLABLE = {"anyOf": [TEXT, {"type": "null"}]}
OLD = an_object({"a": TEXT}, ["a"])


def test_the_same_schema_breaks_nothing() -> None:
    assert breaking_changes(OLD, OLD, "input") == breaking_changes(OLD, OLD, "emitted") == []


@pytest.mark.parametrize("direction", ["input", "emitted"])
def test_a_new_optional_field_breaks_nothing(direction: Direction) -> None:
    assert breaking_changes(OLD, an_object({"a": TEXT, "b": NULLABLE}, ["a"]), direction) == []


@pytest.mark.parametrize("direction", ["input", "emitted"])
def test_a_field_taken_away_breaks(direction: Direction) -> None:
    assert breaking_changes(OLD, an_object({}), direction) == ["$.a: field removed"]


def test_a_newly_required_field_breaks_senders_only() -> None:
    new = an_object({"a": TEXT, "b": TEXT}, ["a", "b"])
    assert breaking_changes(OLD, new, "input") == ["$.b: now required"]
    assert breaking_changes(OLD, new, "emitted") == []


def test_a_field_that_was_always_there_and_no_longer_is_breaks_readers_only() -> None:
    new = an_object({"a": TEXT})
    assert breaking_changes(OLD, new, "emitted") == ["$.a: no longer always there"]
    assert breaking_changes(OLD, new, "input") == []


NARROWED = [
    (NULLABLE, TEXT, "no longer accepts null"),
    ({"type": "number"}, {"type": "integer"}, "no longer accepts number"),
    ({"enum": ["x", "y"], "type": "string"}, {"enum": ["x"], "type": "string"}, "no longer accepts y"),
    ({"enum": ["x", "y"]}, {"const": "x"}, "no longer accepts y"),
    (TEXT, {"enum": ["x"], "type": "string"}, "now a closed list of values"),
    (TEXT, {"type": "string", "maxLength": 9}, "maxLength lowered to 9"),
    ({"type": "integer", "minimum": 0}, {"type": "integer", "minimum": 1}, "minimum raised to 1"),
    (TEXT, {"type": "string", "pattern": "^a$"}, "pattern changed to ^a$"),
    (
        {"anyOf": [{"enum": ["x", "y"], "type": "string"}, {"type": "null"}]},
        {"anyOf": [{"enum": ["x"], "type": "string"}, {"type": "null"}]},
        "no longer accepts y",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), NARROWED)
def test_accepting_less_breaks_senders_and_accepting_more_does_not(
    old: dict[str, Any], new: dict[str, Any], words: str
) -> None:
    before, after = an_object({"a": old}), an_object({"a": new})
    assert breaking_changes(before, after, "input") == [f"$.a: {words}"]
    if "pattern" not in words:
        assert breaking_changes(after, before, "input") == []


def test_a_widened_type_breaks_readers_only() -> None:
    assert breaking_changes(an_object({"a": TEXT}), an_object({"a": NULLABLE}), "emitted") == [
        "$.a: may now be null"
    ]
    assert breaking_changes(an_object({"a": TEXT}), an_object({"a": NULLABLE}), "input") == []


def test_a_new_word_in_an_emitted_list_breaks_nothing_but_an_open_list_does() -> None:
    one, two = {"type": "string", "enum": ["x"]}, {"type": "string", "enum": ["x", "y"]}
    assert breaking_changes(one, two, "emitted") == []
    assert breaking_changes(one, TEXT, "emitted") == ["$: no longer one of a list of values"]


def test_breaks_are_found_behind_references_and_inside_lists_and_maps() -> None:
    def schema(part: dict[str, Any]) -> dict[str, Any]:
        reference = {"$ref": "#/$defs/P"}
        return {
            "$defs": {"P": part},
            **an_object(
                {
                    "list": {"type": "array", "items": reference},
                    "map": {"type": "object", "additionalProperties": reference},
                }
            ),
        }

    new = an_object({"a": TEXT, "b": TEXT}, ["a", "b"])
    assert breaking_changes(schema(OLD), schema(new), "input") == [
        "$.list[].b: now required",
        "$.map.*.b: now required",
    ]


def test_a_schema_that_holds_itself_is_compared_once() -> None:
    tree = {
        "$ref": "#/$defs/T",
        "$defs": {"T": an_object({"children": {"type": "array", "items": {"$ref": "#/$defs/T"}}})},
    }
    assert breaking_changes(tree, tree, "input") == []
