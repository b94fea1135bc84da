"""Reads the files of `rules/referentiels` into `Referentiels`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, WithJsonSchema, model_validator

from chassis.rulebook.checked import one_of
from chassis.rulebook.document import Document
from chassis.rulebook.facts import KINDS_OF_RESERVATAIRE, ZONES_ABC
from chassis.rulebook.faults import Fault, did_you_mean
from chassis.rulebook.referentiels import Public, Referentiels, RefusalReason, Segment
from chassis.rulebook.scalars import SPELT, Day, Sentence, Slug, YesNo, number, refuse
from chassis.rulebook.validation import validate

_FLAGS = frozenset({"qpv", "lift", "accessible"})
_SPELT = {"oui": "true", "yes": "true", "true": "true", "non": "false", "no": "false", "false": "false"}


def _codes(value: object) -> object:
    """Commune codes as a list, or as one text with spaces between them (shorter to write, faster to read)."""
    codes = value.split() if isinstance(value, str) else value
    for code in codes if isinstance(codes, list) else ():
        if not isinstance(code, str) or len(code) != 5:  # noqa: PLR2004 - an INSEE code has five characters
            refuse(
                "Code de commune mal écrit.", code, "cinq caractères, par exemple 01004", "Gardez les zéros."
            )
    return codes


_COMMUNES: dict[str, Any] = {
    "type": ["array", "string", "integer"],
    "items": {"type": ["string", "integer"]},
    "minItems": 1,
    "pattern": r"^\s*\S{5}(\s+\S{5})*\s*$",
}
Communes = Annotated[list[str], BeforeValidator(_codes), Field(min_length=1), WithJsonSchema(_COMMUNES)]
Bound = Annotated[Decimal, BeforeValidator(number), WithJsonSchema(dict(SPELT["decimal"]))]
Word = Annotated[str, WithJsonSchema(dict(SPELT["text"]))]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Territory(_Entry):
    name: Sentence
    communes: Communes


class _Zone(_Entry):
    label: Sentence
    communes: Communes


class _City(_Entry):
    name: Sentence
    arrondissements: Communes


class _Segment(_Entry):
    label: Sentence
    values: Annotated[list[Word], Field(min_length=1)] | None = None
    low: Bound | None = Field(None, alias="from")
    high: Bound | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        has_bounds = self.low is not None or self.high is not None
        if has_bounds == (self.values is not None):
            refuse("Un segment a des valeurs, ou des bornes.", self.label, "values: […], ou from et to")
        if self.low is not None and self.high is not None and self.low > self.high:
            refuse("Les bornes sont inversées.", f"{self.low}, {self.high}", "from ≤ to")
        return self


class _Reason(_Entry):
    label: Sentence
    by: Annotated[list[Literal["reservataire", "candidat"]], Field(min_length=1)]
    reasoned: YesNo
    first_day: Day = Field(alias="from")
    until: Day | None = None


class _Financement(_Entry):
    label: Sentence
    financement: Sentence


class _Public(_Entry):
    label: Sentence
    kinds: Annotated[list[Annotated[str, one_of(KINDS_OF_RESERVATAIRE)]], Field(min_length=1)] | None = None
    priority: YesNo = False
    quartile: YesNo = False


class _Territories(RootModel[dict[str, _Territory]]):
    """territoires.yaml."""


class _Zones(RootModel[dict[Slug, _Zone]]):
    """zones.yaml."""


class _Cities(RootModel[dict[str, _City]]):
    """arrondissements.yaml."""


class _Segments(RootModel[dict[str, dict[Slug, _Segment]]]):
    """segments.yaml."""


class _Reasons(RootModel[dict[Slug, _Reason]]):
    """motifs-refus.yaml."""


class _Financements(RootModel[dict[str, _Financement]]):
    """rpls-financement.yaml."""


class _Publics(RootModel[dict[Slug, _Public]]):
    """publics.yaml."""


class _ZonesAbc(RootModel[dict[Literal["A", "Abis", "B1", "B2", "C"], Communes]]):
    """zonage-abc.yaml."""


FILES: Mapping[str, type[RootModel[Any]]] = {
    "arrondissements": _Cities,
    "motifs-refus": _Reasons,
    "publics": _Publics,
    "rpls-financement": _Financements,
    "segments": _Segments,
    "territoires": _Territories,
    "zonage-abc": _ZonesAbc,
    "zones": _Zones,
}
"""The referentials known, by file name; each may be absent, and is then empty."""


def read_referentiels(documents: Mapping[str, Document], faults: list[Fault]) -> Referentiels:
    """The lists of the documents, by file name without folder or suffix; faults are added to the list."""
    read: dict[str, Any] = {}
    for name, document in sorted(documents.items()):
        if name not in FILES:
            remedy = did_you_mean(name, FILES)
            faults.append(document.fault((), "Référentiel inconnu.", name, ", ".join(FILES), remedy))
            continue
        said = validate(FILES[name], document.value, document, (), faults)
        read[name] = {} if said is None else said.root
    return _built(read)


def _built(read: Mapping[str, Any]) -> Referentiels:
    def entries(name: str) -> list[tuple[str, Any]]:
        return sorted(read.get(name, {}).items())

    return Referentiels(
        arrondissements={a: code for code, city in entries("arrondissements") for a in city.arrondissements},
        territories={code: frozenset(entry.communes) for code, entry in entries("territoires")},
        territory_names={code: entry.name for code, entry in entries("territoires")},
        zones={name: frozenset(zone.communes) for name, zone in entries("zones")},
        zones_abc={
            commune: zone for zone in ZONES_ABC for commune in dict(entries("zonage-abc")).get(zone, ())
        },
        segments={dimension: _segments(dimension, said) for dimension, said in entries("segments")},
        refusal_reasons={code: _reason(code, said) for code, said in entries("motifs-refus")},
        financements={code: entry.financement for code, entry in entries("rpls-financement")},
        publics={code: _public(said) for code, said in entries("publics")},
    )


def _segments(dimension: str, said: Mapping[str, _Segment]) -> tuple[Segment, ...]:
    segments = (
        Segment(name, one.label, frozenset(_spelt(dimension, one.values or [])), one.low, one.high)
        for name, one in said.items()
    )
    lowest = Decimal("-Infinity")
    return tuple(sorted(segments, key=lambda one: (lowest if one.low is None else one.low, one.name)))


def _spelt(dimension: str, values: list[str]) -> list[str]:
    return [_SPELT.get(value, value) for value in values] if dimension in _FLAGS else values


def _public(said: _Public) -> Public:
    kinds = frozenset(said.kinds or ())
    return Public(said.label, kinds, is_priority=said.priority, is_first_quartile=said.quartile)


def _reason(code: str, said: _Reason) -> RefusalReason:
    return RefusalReason(code, said.label, frozenset(said.by), said.reasoned, said.first_day, said.until)
