"""The lists of `rules/referentiels` as their files write them, one model a list.

An entry is one version, or a list of versions that follow one another: `from` and `until` say on which days each
holds, both included; without them it always does. A segment, whose `from` and `to` are bounds, says its days under
`effective`, as a rule does.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, RootModel, WithJsonSchema, model_validator

from chassis.rulebook.checked import one_of
from chassis.rulebook.facts import KINDS_OF_RESERVATAIRE
from chassis.rulebook.lists.entry import DatedEntry, Entry, Part, Versions
from chassis.rulebook.scalars import SPELT, Day, Sentence, Slug, YesNo, number, refuse


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


class TerritoryEntry(DatedEntry):
    """An EPCI or an EPT."""

    name: Sentence
    communes: Communes


class ZoneEntry(DatedEntry):
    """A zone an operator named."""

    label: Sentence
    communes: Communes


class CityEntry(DatedEntry):
    """A commune of arrondissements."""

    name: Sentence
    arrondissements: Communes


class Effective(Part):
    """The days of a segment."""

    since: Day | None = Field(None, alias="from")
    until: Day | None = None


class SegmentEntry(Entry):
    """A part of a dimension: values, or bounds."""

    label: Sentence
    effective: Effective | None = None
    values: Annotated[list[Word], Field(min_length=1)] | None = None
    low: Bound | None = Field(None, alias="from")
    high: Bound | None = Field(None, alias="to")
    dates: ClassVar[frozenset[str]] = frozenset({"effective"})

    @property
    def first_day(self) -> date | None:
        """First day it holds; None: since ever."""
        return None if self.effective is None else self.effective.since

    @property
    def last_day(self) -> date | None:
        """Last day it holds, included; None: without end."""
        return None if self.effective is None else self.effective.until

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        has_bounds = self.low is not None or self.high is not None
        if has_bounds == (self.values is not None):
            refuse("Un segment a des valeurs, ou des bornes.", self.label, "values: […], ou from et to")
        if self.low is not None and self.high is not None and self.low > self.high:
            refuse("Les bornes sont inversées.", f"{self.low}, {self.high}", "from ≤ to")
        return self


class ReasonEntry(DatedEntry):
    """A reason of refusal."""

    label: Sentence
    by: Annotated[list[Literal["reservataire", "candidat"]], Field(min_length=1)]
    reasoned: YesNo


class ExclusionEntry(DatedEntry):
    """A reason of exclusion agreed between the parties."""

    label: Sentence


class FinancementEntry(DatedEntry):
    """A financing code of the RPLS."""

    label: Sentence
    financement: Sentence


class PublicEntry(DatedEntry):
    """A public of attributions."""

    label: Sentence
    kinds: Annotated[list[Annotated[str, one_of(KINDS_OF_RESERVATAIRE)]], Field(min_length=1)] | None = None
    priority: YesNo = False
    quartile: YesNo = False


class ZoningEntry(DatedEntry):
    """Communes of an ABC zone; an entry may also be written as the communes alone."""

    communes: Communes


class _Territories(RootModel[dict[str, Annotated[tuple[TerritoryEntry, ...], Versions()]]]):
    """territoires.yaml."""


class _Zones(RootModel[dict[Slug, Annotated[tuple[ZoneEntry, ...], Versions()]]]):
    """zones.yaml."""


class _Cities(RootModel[dict[str, Annotated[tuple[CityEntry, ...], Versions()]]]):
    """arrondissements.yaml."""


class _Segments(RootModel[dict[str, dict[Slug, Annotated[tuple[SegmentEntry, ...], Versions()]]]]):
    """segments.yaml."""


class _Reasons(RootModel[dict[Slug, Annotated[tuple[ReasonEntry, ...], Versions()]]]):
    """motifs-refus.yaml."""


class _Exclusions(RootModel[dict[Slug, Annotated[tuple[ExclusionEntry, ...], Versions()]]]):
    """motifs-exclusion.yaml."""


class _Financements(RootModel[dict[str, Annotated[tuple[FinancementEntry, ...], Versions()]]]):
    """rpls-financement.yaml."""


class _Publics(RootModel[dict[Slug, Annotated[tuple[PublicEntry, ...], Versions()]]]):
    """publics.yaml."""


_Zoned = Annotated[tuple[ZoningEntry, ...], Versions(_COMMUNES)]


class _ZonesAbc(RootModel[dict[Literal["A", "Abis", "B1", "B2", "C"], _Zoned]]):
    """zonage-abc.yaml."""


FILES: Mapping[str, type[RootModel[Any]]] = {
    "arrondissements": _Cities,
    "motifs-exclusion": _Exclusions,
    "motifs-refus": _Reasons,
    "publics": _Publics,
    "rpls-financement": _Financements,
    "segments": _Segments,
    "territoires": _Territories,
    "zonage-abc": _ZonesAbc,
    "zones": _Zones,
}
"""The referentials known, by file name; each may be absent, and is then empty."""
