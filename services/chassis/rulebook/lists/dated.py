"""Dated lists: every version of every entry of the referentials, and the lists as they stand on a day."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from chassis.rulebook.facts import ZONES_ABC
from chassis.rulebook.lists.entries import (
    CityEntry,
    ExclusionEntry,
    FinancementEntry,
    PublicEntry,
    ReasonEntry,
    SegmentEntry,
    TerritoryEntry,
    ZoneEntry,
    ZoningEntry,
)
from chassis.rulebook.lists.entry import Entry
from chassis.rulebook.referentiels import Public, Referentiels, RefusalReason, Segment

Name = tuple[str, ...]
"""An entry by its list and its keys in it: `("zones", "est")`, `("segments", "rent", "bas")`."""

_FLAGS = frozenset({"qpv", "lift", "accessible"})
_SPELT = {"oui": "true", "yes": "true", "true": "true", "non": "false", "no": "false", "false": "false"}


class DatedLists:
    """The referentials with their days; immutable. `entries` holds the versions of each, in order of their days."""

    def __init__(
        self,
        entries: Mapping[Name, tuple[Entry, ...]] | None = None,
        lines: Mapping[Name, tuple[int, ...]] | None = None,
    ) -> None:
        self.entries: Mapping[Name, tuple[Entry, ...]] = dict(sorted((entries or {}).items()))
        self._lines = lines or {}
        versions = [one for several in self.entries.values() for one in several]
        begins = {one.first_day for one in versions if one.first_day is not None}
        ends = {one.last_day + timedelta(days=1) for one in versions if one.last_day is not None}
        self._turns = sorted(begins | ends)
        self._found: dict[int, Referentiels] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatedLists) and self.entries == other.entries

    __hash__ = None  # type: ignore[assignment]  # holds mappings

    def on(self, day: date) -> Referentiels:
        """The lists as they stand on a day; days between two changes share one."""
        turn = self.turn(day)
        found = self._found.get(turn)
        if found is None:
            found = self._found[turn] = _standing(self.entries, day)
        return found

    def turn(self, day: date) -> int:
        """Which stretch of days without a change a day lies in."""
        return bisect_right(self._turns, day)

    def stretches(self, first: date, last: date | None) -> Iterator[tuple[date, Referentiels]]:
        """The lists on a first day, then on each day up to a last at which one of them changes."""
        yield first, self.on(first)
        for day in self._turns:
            if first < day <= (last or date.max):
                yield day, self.on(day)

    def ever(self) -> Iterator[Referentiels]:
        """The lists on every day at which one of them changes, and before."""
        return (self.on(day) for day in (date.min, *self._turns))

    def line(self, name: Name, version: int) -> int:
        """Line of a version of an entry; 1 for lists out of a bundle."""
        lines = self._lines.get(name, ())
        return lines[version] if version < len(lines) else 1


def _standing(entries: Mapping[Name, tuple[Entry, ...]], day: date) -> Referentiels:
    held = {name: one for name, versions in entries.items() for one in versions if one.holds_on(day)}

    def of(kind: str) -> list[tuple[str, Entry]]:
        return [(name[-1], one) for name, one in held.items() if name[0] == kind]

    territories = [(code, cast("TerritoryEntry", one)) for code, one in of("territoires")]
    cities = [(code, cast("CityEntry", one)) for code, one in of("arrondissements")]
    zoned = {zone: cast("ZoningEntry", one).communes for zone, one in of("zonage-abc")}
    return Referentiels(
        arrondissements={a: code for code, city in cities for a in city.arrondissements},
        territories={code: frozenset(one.communes) for code, one in territories},
        territory_names={code: one.name for code, one in territories},
        zones={name: frozenset(cast("ZoneEntry", one).communes) for name, one in of("zones")},
        zones_abc={commune: zone for zone in ZONES_ABC for commune in zoned.get(zone, ())},
        segments=_dimensions(held),
        refusal_reasons={code: _reason(code, cast("ReasonEntry", one)) for code, one in of("motifs-refus")},
        exclusions={code: cast("ExclusionEntry", one).label for code, one in of("motifs-exclusion")},
        financements={c: cast("FinancementEntry", one).financement for c, one in of("rpls-financement")},
        publics={code: _public(cast("PublicEntry", one)) for code, one in of("publics")},
    )


def _dimensions(held: Mapping[Name, Entry]) -> dict[str, tuple[Segment, ...]]:
    by_dimension: dict[str, list[Segment]] = {}
    for name, one in held.items():
        if name[0] == "segments":
            segment = _segment(name[1], name[2], cast("SegmentEntry", one))
            by_dimension.setdefault(name[1], []).append(segment)
    return {dimension: tuple(sorted(ours, key=_by_bound)) for dimension, ours in by_dimension.items()}


def _by_bound(segment: Segment) -> tuple[Decimal, str]:
    return (Decimal("-Infinity") if segment.low is None else segment.low, segment.name)


def _segment(dimension: str, name: str, said: SegmentEntry) -> Segment:
    values = frozenset(_spelt(dimension, said.values or []))
    return Segment(name, said.label, values, said.low, said.high)


def _spelt(dimension: str, values: list[str]) -> list[str]:
    return [_SPELT.get(value, value) for value in values] if dimension in _FLAGS else values


def _public(said: PublicEntry) -> Public:
    kinds = frozenset(said.kinds or ())
    return Public(said.label, kinds, is_priority=said.priority, is_first_quartile=said.quartile)


def _reason(code: str, said: ReasonEntry) -> RefusalReason:
    return RefusalReason(code, said.label, frozenset(said.by), said.reasoned)
