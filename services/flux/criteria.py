"""Housing criteria of a convention: segments of a dwelling it excludes, or wants a share of (theme 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from flux.units import DWELLING, share_of_percent

FACT_OF_DIMENSION: Mapping[str, str] = {
    "typologie": "typologie",
    "financement": "financement",
    "qpv": "qpv",
    "construction_period": "construction_year",
    "lift": "lift",
    "accessible": "accessible",
    "floor": "floor",
    "rent": "rent_eur",
}
"""Which fact of a dwelling each dimension looks at."""


class Segments(Protocol):
    """The named segments of the referential."""

    def contains(self, dimension: str, segment: str, value: object) -> bool:
        """Whether a value of a dimension's fact lies in the named segment."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: a segment by name, by list or by bounds; a target share in percent, or an exclusion."""

    dimension: str
    kind: str
    segment: str | None = None
    values: tuple[str, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    target: int = 0

    @classmethod
    def from_body(cls, body: Mapping[str, object]) -> "Criterion":
        """The criterion as a convention or a rule writes it."""
        listed, low, high = body.get("in"), body.get("from"), body.get("to")
        percent = body.get("target_percent") or body.get("percent")
        return cls(
            dimension=str(body["dimension"]),
            kind=str(body.get("kind") or "target"),
            segment=str(body["segment"]) if body.get("segment") else None,
            values=tuple(_spelled(value) for value in listed) if isinstance(listed, list) else None,
            low=None if low is None else Decimal(str(low)),
            high=None if high is None else Decimal(str(high)),
            target=share_of_percent(str(percent)) if percent else 0,
        )

    @property
    def key(self) -> str:
        """Name under which engagements in this segment are added up, ``qpv:hors_qpv``."""
        bounds = f"{'' if self.low is None else self.low}..{'' if self.high is None else self.high}"
        return f"{self.dimension}:{self.segment or ','.join(self.values or ()) or bounds}"

    def matches(self, dwelling: Mapping[str, object], segments: Segments) -> bool | None:
        """Whether the dwelling lies in the segment; None when the fact is missing, and then nothing matches.

        A range says nothing of a value that is not a number.
        """
        value = dwelling.get(FACT_OF_DIMENSION[self.dimension])
        if value is None:
            return None
        if self.segment is not None:
            return segments.contains(self.dimension, self.segment, value)
        if self.values is not None:
            return _spelled(value) in self.values
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        number = Decimal(value)
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


def exclusion(
    criteria: Sequence[Criterion], dwelling: Mapping[str, object], segments: Segments
) -> Criterion | None:
    """The first criterion that excludes the dwelling, if any."""
    return next((c for c in criteria if c.kind == "exclude" and c.matches(dwelling, segments)), None)


def lateness(
    criteria: Sequence[Criterion],
    dwelling: Mapping[str, object],
    segments: Segments,
    mix: Mapping[str, int],
) -> int:
    """How far behind its targets a convention is in the dwelling's segments, in units; more is later.

    `mix` holds, per criterion key and for ``total``, what the convention has engaged so far. A dwelling outside
    a targeted segment counts for the complement of the target.
    """
    behind = 0
    after = mix.get("total", 0) + DWELLING
    for criterion in criteria:
        inside = criterion.matches(dwelling, segments)
        if criterion.kind != "target" or inside is None:
            continue
        wanted, got = criterion.target * after // DWELLING, mix.get(criterion.key, 0)
        behind += (wanted - got) if inside else (got - wanted + DWELLING)
    return behind


def mix_keys(
    criteria: Sequence[Criterion], dwelling: Mapping[str, object], segments: Segments
) -> tuple[str, ...]:
    """Keys under which an engagement of this dwelling is added up; empty without targets."""
    targets = [c for c in criteria if c.kind == "target"]
    if not targets:
        return ()
    return ("total", *sorted({c.key for c in targets if c.matches(dwelling, segments)}))


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
