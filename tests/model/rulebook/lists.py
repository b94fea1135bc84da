"""Lists the rules and conventions cite: communes, territories, zones, segments, reasons of refusal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Lists:
    """`rules/referentiels/` as plain questions, on one day: an entry may have versions, each with its days."""

    lists: Mapping[str, Any]
    day: date

    def city_of(self, commune: str) -> str:
        """The commune an arrondissement belongs to; any other commune is its own."""
        for city, told in self._entries("arrondissements"):
            if commune in _codes(told["arrondissements"]):
                return city
        return commune

    def communes_of(self, scale: str, code: str) -> list[str]:
        """The communes of an EPCI, an EPT or a zone."""
        found = dict(self._entries("zones" if scale == "zone" else "territoires")).get(code)
        return _codes(found["communes"]) if found else []

    def zone_abc_of(self, city: str) -> str | None:
        """The ABC zone of a commune, where the list tells it."""
        return next((zone for zone, told in self._entries("zonage-abc") if city in _codes(told)), None)

    def is_known(self, reason: str) -> bool:
        """Whether a code of refusal may be given that day."""
        told = dict(self._entries("motifs-refus")).get(reason)
        return told is not None and self._is_in_force(told)

    def is_reasoned(self, reason: str) -> bool:
        """Whether a code of refusal is a reasoned refusal."""
        return bool(dict(self._entries("motifs-refus"))[reason]["reasoned"])

    def segment(self, dimension: str, name: str) -> Mapping[str, Any]:
        """What a named segment holds: values, or bounds."""
        found: Mapping[str, Any] = self._version(self.lists["segments"][dimension][name])
        return found

    def period_of(self, year: int | None) -> str | None:
        """The construction period of a year."""
        if year is None:
            return None
        periods = self.lists["segments"]["construction_period"]
        return next((name for name, told in periods.items() if is_within(year, self._version(told))), None)

    def _entries(self, name: str) -> Iterator[tuple[str, Any]]:
        for key, told in self.lists[name].items():
            version = self._version(told)
            if version is not None:
                yield str(key), version

    def _version(self, told: Any) -> Any:  # noqa: ANN401 - an entry, or its versions
        """The version in force; of an entry written once, that one."""
        if not isinstance(told, list) or not isinstance(told[0], dict):
            return told
        return next((one for one in told if self._is_in_force(one)), None)

    def _is_in_force(self, one: Mapping[str, Any]) -> bool:
        days = one.get("effective", one)
        first, last = days.get("from"), days.get("until")
        return (first is None or day_of(first) <= self.day) and (last is None or self.day <= day_of(last))


def is_within(value: Any, bounds: Mapping[str, Any]) -> bool:  # noqa: ANN401 - a number as a text or not
    """Whether a number lies between `from` and `to`, both included, each optional."""
    number = Decimal(str(value))
    low, high = bounds.get("from"), bounds.get("to")
    return (low is None or number >= Decimal(str(low))) and (high is None or number <= Decimal(str(high)))


def day_of(told: Any) -> date:  # noqa: ANN401 - a day, or the text of one
    """A day as a rule file or a stored rulebook writes it."""
    return told if isinstance(told, date) else date.fromisoformat(str(told))


def _codes(told: Any) -> list[str]:  # noqa: ANN401 - a text, a list, or an entry that holds one
    if isinstance(told, dict):
        return _codes(told["communes"])
    return told.split() if isinstance(told, str) else [str(code) for code in told]
