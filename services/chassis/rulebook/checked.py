"""Checks a value passes once it is read, each also said in the value's JSON Schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from chassis.rulebook.faults import did_you_mean
from chassis.rulebook.scalars import refuse


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """An annotation: `check` returns the value or refuses it, `said` is what the schema says of that."""

    check: Callable[[Any], Any]
    said: Mapping[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - any type
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.said}


NONE = "aucun"
"""What a rule writes to say none on purpose, so that nothing wider is inherited."""


class OrNone:
    """An annotation: the value, or `aucun`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - any type
        return core_schema.no_info_wrap_validator_function(
            lambda value, read: NONE if value == NONE else read(value),
            handler(source),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"const": NONE}, handler(schema)]}


def one_of(allowed: tuple[str, ...]) -> Checked:
    """A text among those allowed."""

    def known(value: str) -> str:
        if value not in allowed:
            refuse("Valeur inconnue.", value, ", ".join(allowed), did_you_mean(value, allowed))
        return value

    return Checked(known, {"enum": list(allowed)})


def within(low: int, high: int) -> Checked:
    """A whole number between two, both included."""

    def bounded(value: int) -> int:
        if not low <= value <= high:
            refuse("Valeur hors limites.", value, f"de {low} à {high}")
        return value

    return Checked(bounded, {"minimum": low, "maximum": high})
