"""A progress view as others read it: the body of `progress.updated`, and the facts that rules test."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compliance.domain.causes import Causes
from compliance.domain.progress import view_of
from compliance.domain.state import Projection
from compliance.domain.tallies import COUNTERS, Tally
from compliance.domain.views import LineView, ProgressView
from flux.scope import Scope
from flux.units import DWELLING, fraction_text

Fact = str | bool | int | Decimal | None


def progress_of(projection: Projection, convention_id: str) -> dict[str, Any]:
    """The body of `progress.updated`. Units and expected are fractions of a dwelling; gap = expected - units."""
    return body_of(view_of(projection, convention_id))


def body_of(view: ProgressView) -> dict[str, Any]:
    """A view as `progress.updated` carries it; what does not apply is left out."""
    body: dict[str, Any] = {
        "convention_id": view.convention.id,
        "reservataire": view.convention.reservataire,
        "scope": view.scope,
        "sequence": view.sequence,
        "year": view.year,
        "as_of": view.as_of,
        **_counters(view.tally.counts),
        "units": fraction_text(view.units),
        "expected": fraction_text(view.expected),
        "gap": fraction_text(view.gap),
        "causes": causes_text(view.causes),
        "awaited": fraction_text(view.awaited),
        "flux": view.flux,
        "outside_flux": view.outside_flux,
        "by": view.tally.shown(),
    }
    return body | _where_it_applies(view)


def _where_it_applies(view: ProgressView) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if view.carried or view.convention.body.get("carry_over"):
        body["carried"] = fraction_text(view.carried)
    if set(view.units_by_year) - {view.year}:
        body["units_by_year"] = {
            str(year): fraction_text(units) for year, units in view.units_by_year.items()
        }
    if view.commitment is not None:
        body["commitment"] = {
            "year": fraction_text(view.commitment.year),
            "to_date": fraction_text(view.commitment.to_date),
            "missing": fraction_text(view.commitment.missing),
            "causes": causes_text(view.commitment.causes),
        }
    if view.forecast is not None:
        body["forecast"] = {
            "units": fraction_text(view.forecast.units),
            "low": fraction_text(view.forecast.low),
            "high": fraction_text(view.forecast.high),
        }
    if _is_anything(view.apart):
        body["apart"] = _counters(view.apart.counts)
    if len(view.lines) > 1:
        body["lines"] = [_line(line) for line in view.lines]
    return body


def _line(line: LineView) -> dict[str, Any]:
    return {
        "line": line.line,
        **_counters(line.counts),
        "units": fraction_text(line.units),
        "expected": fraction_text(line.expected),
        "gap": fraction_text(line.gap),
        "causes": causes_text(line.causes),
    }


def _counters(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: counts.get(name, 0) for name in COUNTERS}


def _is_anything(tally: Tally) -> bool:
    return any(tally.counts.get(name) for name in COUNTERS)


def causes_text(causes: Causes) -> dict[str, str]:
    """Causes as fractions of a dwelling."""
    return {
        "flux": fraction_text(causes.flux),
        "refusals": fraction_text(causes.refusals),
        "arbitration": fraction_text(causes.arbitration),
    }


def facts_of(view: ProgressView) -> dict[str, Fact]:
    """What rules of `conformite` and `correction` may test of a convention's progress."""
    convention, scope = view.convention, Scope.parse(view.scope)
    territory, proposed = convention.lines[0].territory, view.count("proposed")
    decompte = convention.body.get("decompte")
    return {
        "vacancy.bailleur": scope.bailleur,
        "vacancy.departement": scope.departement,
        "convention.id": convention.id,
        "convention.reservataire": convention.reservataire,
        "convention.kind": convention.kind,
        "convention.scale": territory.scale,
        "convention.management": convention.text("management"),
        "convention.year": convention.year,
        "convention.decompte": decompte.get("method") if isinstance(decompte, Mapping) else None,
        "progress.units": dwellings(view.units),
        "progress.expected": dwellings(view.expected),
        "progress.gap": dwellings(view.gap),
        "progress.gap_percent": Decimal(view.gap_percent) / 100,
        "progress.share_percent": Decimal(view.flux_percent) / 100,
        "progress.refused_percent": Decimal(view.count("refused") * 10_000 // max(proposed, 1)) / 100,
        "progress.month": view.day.month,
        "gap.cause": view.causes.main,
    }


def dwellings(units: int) -> Decimal:
    """Units as an exact number of dwellings."""
    return Decimal(units) / DWELLING
