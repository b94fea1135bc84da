"""The progress of a convention: counters, units, what its share makes expected, and the gap."""

from collections.abc import Mapping
from typing import Any

from compliance.domain.projection import Projection
from flux.ledger import YearLedger
from flux.units import fraction_text

_COUNTERS = ("proposed", "attributed", "leased", "refused", "expired", "withdrawn", "overridden", "open")


def progress_of(projection: Projection, convention_id: str) -> dict[str, Any]:
    """The body of `progress.updated`. Units and expected are fractions of a dwelling; gap = expected - units."""
    lines = [line for line, name in projection.lines.items() if name == convention_id]
    year = int(projection.conventions[convention_id]["year"])
    ledger = projection.ledger.year(year)
    counters = {name: sum(ledger.counts.get(line, {}).get(name, 0) for line in lines) for name in _COUNTERS}
    units = sum(years.counted.get(line, 0) for years in projection.ledger.years.values() for line in lines)
    expected = sum(ledger.credit.get(line, 0) for line in lines)
    return {
        "convention_id": convention_id,
        "scope": projection.scope,
        "year": year,
        "as_of": projection.as_of,
        **counters,
        **_apart(ledger, lines),
        "units": fraction_text(units),
        "expected": fraction_text(expected),
        "gap": fraction_text(expected - units),
        "by": _merged(projection, lines),
    }


def _apart(ledger: YearLedger, lines: list[str]) -> dict[str, dict[str, int]]:
    """The same counters of what concertations gave it, when they gave it anything."""
    counted = {
        name: sum(ledger.counts.get(line, {}).get(f"apart_{name}", 0) for line in lines) for name in _COUNTERS
    }
    return {"apart": counted} if any(counted.values()) else {}


def _merged(projection: Projection, lines: list[str]) -> dict[str, dict[str, Mapping[str, int]]]:
    """Counters by dimension and value, summed over the convention's lines."""
    merged: dict[str, dict[str, Any]] = {}
    for line in lines:
        for dimension, values in projection.by.get(line, {}).items():
            for value, counts in values.items():
                into = merged.setdefault(dimension, {}).setdefault(value, {})
                for stage, number in counts.items():
                    into[stage] = into.get(stage, 0) + number
    return merged
