"""What would break somebody who relies on a released schema: contracts are only ever extended.

An **input** may accept more, never less: no field taken away (it would be ignored in silence), none newly
required, no type, list of values, pattern or bound narrowed. What we **emit** may say more, never less nor
otherwise: no field taken away, none that was always there made optional, no type widened (readers
would meet a kind of value they were never told of). A list of emitted values may grow: expect new words.

The released schemas stand in ``released/v1``: they are copied from ``schemas`` at a release, never edited.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Schema = Mapping[str, Any]
"""A JSON Schema as plain values."""

Direction = Literal["input", "emitted"]
"""Whether we receive the event or send it."""

_LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def breaking_changes(old: Schema, new: Schema, direction: Direction) -> list[str]:
    """One sentence for each change from `old` to `new` that breaks somebody; empty when it only extends."""
    return list(_Comparison(old, new, direction).compare("$", old, new, frozenset()))


class _Comparison:
    def __init__(self, old: Schema, new: Schema, direction: Direction) -> None:
        self._old, self._new, self._direction = old, new, direction

    def compare(self, path: str, old: Schema, new: Schema, seen: frozenset[str]) -> Iterator[str]:
        if old.get("$ref") in seen:
            return
        seen |= {old["$ref"]} if "$ref" in old else set()
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        yield from self._types(path, old, new)
        yield from self._values(path, old, new)
        if self._direction == "input":
            yield from _bounds(path, old, new)
        yield from self._fields(path, old, new, seen)
        yield from self._inside(path, old, new, seen)

    def _types(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = _types(old, self._old), _types(new, self._new)
        lost, gained = sorted(before - after), sorted(after - before)
        if lost and self._direction == "input":
            yield f"{path}: no longer accepts {', '.join(lost)}"
        if gained and self._direction == "emitted":
            yield f"{path}: may now be {', '.join(gained)}"

    def _values(self, path: str, old: Schema, new: Schema) -> Iterator[str]:
        before, after = _values(old), _values(new)
        if self._direction == "input" and after is not None:
            lost = [] if before is None else [value for value in before if value not in after]
            if before is None:
                yield f"{path}: now a closed list of values"
            elif lost:
                yield f"{path}: no longer accepts {', '.join(map(str, lost))}"
        if self._direction == "emitted" and before is not None and after is None:
            yield f"{path}: no longer one of a list of values"

    def _fields(self, path: str, old: Schema, new: Schema, seen: frozenset[str]) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required_before, required_after = set(old.get("required", [])), set(new.get("required", []))
        for name in sorted(before.keys() - after.keys()):
            yield f"{path}.{name}: field removed"
        if self._direction == "input":
            for name in sorted(required_after - required_before):
                yield f"{path}.{name}: now required"
        else:
            for name in sorted((required_before - required_after) & after.keys()):
                yield f"{path}.{name}: no longer always there"
        for name in sorted(before.keys() & after.keys()):
            yield from self.compare(f"{path}.{name}", before[name], after[name], seen)

    def _inside(self, path: str, old: Schema, new: Schema, seen: frozenset[str]) -> Iterator[str]:
        for key, name in (("items", "[]"), ("additionalProperties", ".*")):
            if isinstance(old.get(key), Mapping) and isinstance(new.get(key), Mapping):
                yield from self.compare(path + name, old[key], new[key], seen)
        before = [branch for branch in old.get("anyOf", []) if branch.get("type") != "null"]
        after = [branch for branch in new.get("anyOf", []) if branch.get("type") != "null"]
        if before or after:
            yield from self._branches(path, before or [old], after or [new], seen)

    def _branches(
        self, path: str, old: list[Schema], new: list[Schema], seen: frozenset[str]
    ) -> Iterator[str]:
        """Branches are matched by place: one that is added comes last."""
        for before, after in zip(old, new, strict=False):
            yield from self.compare(path, before, after, seen)


def _resolved(schema: Schema, root: Schema) -> Schema:
    """The schema behind a reference."""
    while "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _types(schema: Schema, root: Schema) -> set[str]:
    """The JSON types a schema allows; an integer is a number too."""
    schema = _resolved(schema, root)
    if "anyOf" in schema:
        return {name for branch in schema["anyOf"] for name in _types(branch, root)}
    names = schema.get("type", [])
    found = {names} if isinstance(names, str) else set(names)
    return found | {"integer"} if "number" in found else found


def _values(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] | None = schema.get("enum")
    return values


def _bounds(path: str, old: Schema, new: Schema) -> Iterator[str]:
    for key in _LOWEST:
        if new.get(key, float("-inf")) > old.get(key, float("-inf")):
            yield f"{path}: {key} raised to {new[key]}"
    for key in _HIGHEST:
        if new.get(key, float("inf")) < old.get(key, float("inf")):
            yield f"{path}: {key} lowered to {new[key]}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{path}: pattern changed to {new['pattern']}"
