"""An acceptance case as its file says it: the models of its parts, strictly validated."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from aiguillage.acceptance.scenarios import SCENARIOS
from chassis.rulebook.document import Document
from chassis.rulebook.faults import did_you_mean
from chassis.rulebook.scalars import SPELT, Sentence, Whole, YesNo, refuse
from contracts.catalogue import EMITTED, INPUTS
from contracts.values import instant

REJECTED = "rejected"
"""What is expected of an event that must be refused; not an event of the interface."""
MOST_TIMES = 2_000
"""Repetitions of one event: a year of a small scope, decided in about a second."""

COUNTERS = (
    *("proposed", "attributed", "leased", "refused", "expired", "open", "withdrawn", "overridden"),
    *("kept", "pre_assigned", "designated", "not_attributed", "refused_by_candidate"),
)
"""Counters of a line; those of a first letting counted apart begin with ``apart_``."""

_EXACT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,9})?")
_NUMBER = re.compile(r"([0-9]{1,2}[a-z]?)-[0-9]{2}")


def _number(value: object) -> str:
    found = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] not in SCENARIOS:
        refuse("Numéro de cas inconnu.", value, "un scénario et un rang, par exemple 2b-01")
    return found[0]


def _scenario(value: object) -> str:
    if not isinstance(value, str) or value not in SCENARIOS:
        refuse("Scénario inconnu.", value, ", ".join(SCENARIOS))
    return value


def _received(value: object) -> str:
    if value not in INPUTS:
        refuse("Événement inconnu.", value, ", ".join(INPUTS), did_you_mean(str(value), INPUTS))
    return str(value)


def _emitted(value: object) -> str:
    allowed = (*EMITTED, REJECTED)
    if value not in allowed:
        refuse("Événement inconnu.", value, ", ".join(allowed), did_you_mean(str(value), allowed))
    return str(value)


def _instant(value: object) -> datetime:
    try:
        return instant(value)
    except ValueError:
        refuse("Il faut un instant avec son fuseau.", value, "par exemple 2026-03-01T08:00:00Z")


def _end(value: object) -> datetime:
    """An instant, or the first instant of a day (UTC)."""
    try:
        return datetime.combine(date.fromisoformat(str(value)), datetime.min.time(), UTC)
    except ValueError:
        return _instant(value)


def _dwellings(value: object) -> Fraction:
    if not isinstance(value, str) or not _EXACT.fullmatch(value):
        refuse("Il faut un nombre exact de logements.", value, "par exemple 3, 2.5 ou 17/20")
    return Fraction(value)


def _counter(value: object) -> str:
    name = str(value).removeprefix("apart_")
    if name not in COUNTERS:
        refuse("Compteur inconnu.", value, ", ".join(COUNTERS), did_you_mean(name, COUNTERS))
    return str(value)


def _repeated(times: int) -> int:
    if not 1 <= times <= MOST_TIMES:
        refuse("Valeur hors limites.", times, f"de 1 à {MOST_TIMES}")
    return times


def _several(value: object) -> object:
    """One text, or a list of texts."""
    return [value] if isinstance(value, str) else value


def _words(value: object) -> object:
    """A list, or one text with spaces between its words."""
    return value.split() if isinstance(value, str) else value


_EXACT_SCHEMA: dict[str, Any] = {"type": ["string", "number"], "pattern": f"^{_EXACT.pattern}$"}
_INSTANT_SCHEMA: dict[str, Any] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*(Z|[+-][0-9]{2}:?[0-9]{2})$",
}
_WORDS_SCHEMA: dict[str, Any] = {"type": ["string", "array"], "items": dict(SPELT["text"])}
_SCALAR_SCHEMA: dict[str, Any] = dict(SPELT["text"])

Dwellings = Annotated[Fraction, BeforeValidator(_dwellings), WithJsonSchema(_EXACT_SCHEMA)]
At = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(_INSTANT_SCHEMA)]
End = Annotated[datetime, BeforeValidator(_end), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-"})]
Scenario = Annotated[str, BeforeValidator(_scenario), WithJsonSchema({"type": _SCALAR_SCHEMA["type"]})]
Number = Annotated[
    str, BeforeValidator(_number), WithJsonSchema({"type": "string", "pattern": _NUMBER.pattern})
]
Said = Annotated[str, WithJsonSchema(_SCALAR_SCHEMA)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words), WithJsonSchema(_WORDS_SCHEMA)]
Several = Annotated[tuple[str, ...], BeforeValidator(_several), WithJsonSchema(_WORDS_SCHEMA)]
Received = Annotated[str, BeforeValidator(_received), WithJsonSchema({"enum": list(INPUTS)})]
Emitted = Annotated[str, BeforeValidator(_emitted), WithJsonSchema({"enum": [*EMITTED, REJECTED]})]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Given(_Part):
    """One event received, perhaps repeated."""

    event: Received
    at: At
    id: Said | None = None
    source: Said | None = None
    times: Annotated[Whole, AfterValidator(_repeated)] = 1
    every_hours: Whole = 0
    data: dict[str, Any] = Field(default_factory=dict)


class Expected(_Part):
    """What must be found among what is emitted; or, with `turns`, who holds each vacancy in order."""

    event: Emitted | None = None
    vacancy: Said | None = None
    of: Said | None = None
    data: dict[str, Any] = Field(default_factory=dict)
    rules: Several = ()
    because: Several = ()
    times: Whole | None = None
    turns: Words = ()

    @model_validator(mode="after")
    def _expects_one_thing(self) -> Self:
        if (self.event is None) != bool(self.turns):
            refuse(
                "Une attente dit « event » ou « turns ».", self.event or "ni l'un ni l'autre", "l'un des deux"
            )
        return self


class Standing(_Part):
    """Where one line stands at the end; `counters` are written beside the rest, and only those are looked at."""

    line: Sentence
    year: Whole | None = None
    counters: dict[Annotated[str, BeforeValidator(_counter)], Whole] = Field(default_factory=dict)
    units: Dwellings | None = None
    credit: Dwellings | None = None
    engaged: Dwellings | None = None
    carry: Dwellings | None = None
    mix: dict[str, Dwellings] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _counters_apart(cls, said: object) -> object:
        if not isinstance(said, dict):
            return said
        own = {name: value for name, value in said.items() if name in cls.model_fields}
        counters = {name: value for name, value in said.items() if name not in cls.model_fields}
        return {**own, "counters": counters}


class Closed(_Part):
    """How the year of a convention closes at an instant, from what was emitted before it."""

    convention: Sentence
    at: At
    year: Whole | None = None
    data: dict[str, Any]


class CaseFile(_Part):
    """The whole file."""

    number: Number
    title: Sentence
    also: tuple[Scenario, ...] = ()
    bailleur: Said = "999001209"
    departement: Said = "75"
    local: YesNo = False
    bases: dict[str, dict[str, Any]] = Field(default_factory=dict)
    rules: dict[str, dict[str, Any] | None] = Field(default_factory=dict)
    referentiels: dict[str, dict[str, Any]] = Field(default_factory=dict)
    given: list[Given] = Field(min_length=1)
    until: End | None = None
    expect: list[Expected] = Field(min_length=1)
    counts: tuple[Standing, ...] = ()
    closing: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One case: what its file says, and the file itself, to tell lines from."""

    said: CaseFile
    document: Document

    @property
    def number(self) -> str:
        """Its number, ``2b-01``."""
        return self.said.number

    @property
    def path(self) -> str:
        """Its file, relative to the directory of rules."""
        return self.document.path

    @property
    def scenario(self) -> str:
        """The scenario it proves first."""
        return self.said.number.partition("-")[0]

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Every scenario it speaks of."""
        return (self.scenario, *self.said.also)

    @property
    def is_watched(self) -> bool:
        """Whether it expects alerts: then every evening is judged, from the first fact to `until`."""
        return any((expected.event or "").startswith("alert.") for expected in self.said.expect)

    @property
    def order(self) -> tuple[int, str]:
        """What cases are sorted by: the theme as a number, then the number as text."""
        return int(re.sub(r"[^0-9].*", "", self.number)), self.number
