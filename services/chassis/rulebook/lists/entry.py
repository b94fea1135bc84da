"""One entry of a list: what it says, and on which days."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from chassis.rulebook.scalars import Day, refuse
from contracts import canonical


class Part(BaseModel):
    """A mapping of an entry; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Entry(Part):
    """One version of an entry: what it says on the days from `first_day` to `last_day`, None being open."""

    dates: ClassVar[frozenset[str]]
    words: ClassVar[frozenset[str]] = frozenset({"label", "name"})

    @property
    def first_day(self) -> date | None:
        """First day it holds; None: since ever."""
        raise NotImplementedError

    @property
    def last_day(self) -> date | None:
        """Last day it holds, included; None: without end."""
        raise NotImplementedError

    def decides(self) -> bytes:
        """What of it decides, in canonical form: all but its words and its days."""
        said = self.model_dump(mode="json", by_alias=True, exclude={*self.dates, *self.words})
        return canonical.encode({key: _unordered(value) for key, value in said.items()})

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.first_day or date.min) <= day <= (self.last_day or date.max)


def _unordered(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, list) else value


class DatedEntry(Entry):
    """An entry that writes its days as `from` and `until`."""

    since: Day | None = Field(None, alias="from")
    until: Day | None = None
    dates: ClassVar[frozenset[str]] = frozenset({"since", "until"})

    @property
    def first_day(self) -> date | None:
        """First day it holds; None: since ever."""
        return self.since

    @property
    def last_day(self) -> date | None:
        """Last day it holds, included; None: without end."""
        return self.until


class Versions:
    """An annotation: the versions of an entry in order of their days; on no day do two of them hold.

    `bare` is the JSON Schema of an entry that may also be written without its keys.
    """

    def __init__(self, bare: dict[str, Any] | None = None) -> None:
        self._bare = [] if bare is None else [bare]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - any type
        return core_schema.no_info_after_validator_function(_in_order, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        several = handler(schema)
        return {"anyOf": [*self._bare, several["items"], {**several, "minItems": 1}]}


def _in_order(versions: tuple[Entry, ...]) -> tuple[Entry, ...]:
    if not versions:
        refuse("Il faut au moins une version.", "rien", "une entrée, ou une liste de versions")
    for one in versions:
        if (one.first_day or date.min) > (one.last_day or date.max):
            refuse("L'entrée finit avant de commencer.", f"{one.first_day} – {one.last_day}", "from ≤ until")
    for one, following in pairwise(versions):
        begins = following.first_day
        if begins is None or (one.first_day is not None and begins < one.first_day):
            refuse(
                "Une version qui en suit une autre dit quand elle commence, et les versions se suivent.",
                begins or "sans date",
                "« from », et les versions dans l'ordre de leurs jours",
            )
        if one.last_day is None or one.last_day >= begins:
            remedy = f"Écrivez « until: {begins - timedelta(days=1)} » dans celle d'avant."
            refuse("Deux versions valent le même jour.", begins, "une seule par jour", remedy)
    return versions
