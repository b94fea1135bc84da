"""Lists the rules and conventions cite: communes, territories, zones, segments, reasons of refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Lists:
    """`rules/referentiels/` as plain questions."""

    lists: Mapping[str, Any]

    def city_of(self, commune: str) -> str:
        """The commune an arrondissement belongs to; any other commune is its own."""
        for city, told in self.lists["arrondissements"].items():
            if commune in _codes(told["arrondissements"]):
                return str(city)
        return commune

    def communes_of(self, scale: str, code: str) -> list[str]:
        """The communes of an EPCI, an EPT or a zone."""
        told = self.lists["zones" if scale == "zone" else "territoires"][code]
        return _codes(told["communes"])

    def zone_abc_of(self, city: str) -> str | None:
        """The ABC zone of a commune, where the list tells it."""
        return next((zone for zone, codes in self.lists["zonage-abc"].items() if city in _codes(codes)), None)

    def is_reasoned(self, reason: str) -> bool:
        """Whether a code of refusal is a reasoned refusal."""
        return bool(self.lists["motifs-refus"][reason]["reasoned"])

    def segment(self, dimension: str, name: str) -> Mapping[str, Any]:
        """What a named segment holds: values, or bounds."""
        found: Mapping[str, Any] = self.lists["segments"][dimension][name]
        return found

    def period_of(self, year: int | None) -> str | None:
        """The construction period of a year."""
        if year is None:
            return None
        periods = self.lists["segments"]["construction_period"]
        return next((str(name) for name, told in periods.items() if is_within(year, told)), None)


def is_within(value: Any, bounds: Mapping[str, Any]) -> bool:  # noqa: ANN401 - a number as a text or not
    """Whether a number lies between `from` and `to`, both included, each optional."""
    number = Decimal(str(value))
    low, high = bounds.get("from"), bounds.get("to")
    return (low is None or number >= Decimal(str(low))) and (high is None or number <= Decimal(str(high)))


def _codes(told: Any) -> list[str]:  # noqa: ANN401 - a text or a list
    return told.split() if isinstance(told, str) else [str(code) for code in told]
