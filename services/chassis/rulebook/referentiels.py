"""The lists that rules and core read, as they stand on a day: territories, zones, segments, refusal reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Segment:
    """One named part of a dimension: listed values, or bounds that belong to it (None is open)."""

    name: str
    label: str
    values: frozenset[str] = frozenset()
    low: Decimal | None = None
    high: Decimal | None = None

    def holds(self, value: object) -> bool:
        """Whether a value lies in the segment; a flag is spelt `true` or `false`."""
        if self.values:
            return _spelt(value) in self.values
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def _spelt(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """A code a refusal may give: who may give it, and whether it counts as a reasoned refusal."""

    code: str
    label: str
    by: frozenset[str]
    reasoned: bool


@dataclass(frozen=True, slots=True)
class Public:
    """A public that an attribution may be told to serve, and the réservataires whose own public it is."""

    label: str
    kinds: frozenset[str] = frozenset()
    is_priority: bool = False
    """Whether it counts for the quarter of attributions due to priority households (CCH art. L.441-1)."""
    is_first_quartile: bool = False
    """Whether it counts for the quarter of attributions outside QPV due to the first quartile (same article)."""


@dataclass(frozen=True, slots=True)
class Referentiels:
    """Every list of `rules/referentiels` on one day, typed; codes are texts, with their zeros."""

    arrondissements: Mapping[str, str] = field(default_factory=dict)
    """Arrondissement → commune (75114 → 75056)."""
    territories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """EPCI or EPT code → communes."""
    territory_names: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Zone named by an operator → communes."""
    zones_abc: Mapping[str, str] = field(default_factory=dict)
    """Commune → A, Abis, B1, B2 or C; silent on communes the list does not hold."""
    segments: Mapping[str, Sequence[Segment]] = field(default_factory=dict)
    """Dimension → its segments, lowest first."""
    refusal_reasons: Mapping[str, RefusalReason] = field(default_factory=dict)
    exclusions: Mapping[str, str] = field(default_factory=dict)
    """Code of an exclusion agreed between the parties → its reason in full; the law's are not here."""
    financements: Mapping[str, str] = field(default_factory=dict)
    """RPLS FINAN code → financement."""
    publics: Mapping[str, Public] = field(default_factory=dict)
    """Code of `caleol.decided.public` → what it is."""

    def segment_of(self, dimension: str, value: object) -> str | None:
        """Name of the first segment of a dimension that holds the value."""
        return next((s.name for s in self.segments.get(dimension, ()) if s.holds(value)), None)

    def segment_names(self, dimension: str) -> Sequence[str]:
        """The named segments of a dimension, lowest first."""
        return tuple(s.name for s in self.segments.get(dimension, ()))

    def contains(self, dimension: str, segment: str, value: object) -> bool:
        """Whether the named segment holds the value; an unknown segment holds nothing."""
        return any(s.name == segment and s.holds(value) for s in self.segments.get(dimension, ()))

    def is_reasoned(self, code: str) -> bool | None:
        """Whether a refusal code gives a reason; None when the code is unknown."""
        reason = self.refusal_reasons.get(code)
        return None if reason is None else reason.reasoned

    def refusal_codes(self) -> Sequence[str]:
        """The known refusal codes."""
        return tuple(self.refusal_reasons)

    def zone_of(self, commune: str) -> str | None:
        """ABC zone of a commune or of an arrondissement's commune, when the list holds it."""
        return self.zones_abc.get(commune) or self.zones_abc.get(self.arrondissements.get(commune, ""))
