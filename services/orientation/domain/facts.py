"""The facts rules read: of a vacancy and its dwelling, of a convention."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flux.convention import Convention, Line
from flux.scope import Scope
from orientation.domain.ports import Facts, Lists

_OF_VACANCY = ("cause", "purpose", "stock_reservation", "programme_id")
_OF_DWELLING = (
    "commune",
    "typologie",
    "financement",
    "qpv",
    "qpv_code",
    "construction_year",
    "surface_m2",
    "floor",
    "lift",
    "accessible",
    "rent_eur",
    "charges_eur",
    "conventionne",
)


def of_vacancy(vacancy: Mapping[str, Any], attempt: int, scope: Scope, lists: Lists) -> Facts:
    """Facts of a vacancy as declared, at its nth attempt; what it does not say is missing (None)."""
    dwelling = vacancy["dwelling"]
    facts: dict[str, Any] = {f"vacancy.{name}": vacancy.get(name) for name in _OF_VACANCY}
    facts.update({f"dwelling.{name}": dwelling.get(name) for name in _OF_DWELLING})
    built = dwelling.get("construction_year")
    available_on = vacancy.get("available_on")
    facts["vacancy.first_letting"] = vacancy.get("cause") == "neuf"
    facts["vacancy.bailleur"] = scope.bailleur
    facts["attempt"] = attempt
    facts["vacancy.departement"] = scope.departement
    facts["vacancy.month"] = int(available_on[5:7]) if available_on else None
    facts["dwelling.city"] = lists.territories.city(dwelling["commune"])
    facts["dwelling.zone_abc"] = lists.zone_of(dwelling["commune"])
    facts["dwelling.construction_period"] = (
        None if built is None else lists.segment_of("construction_period", built)
    )
    return facts


@lru_cache(maxsize=4_096)
def of_line(convention: Convention, line: Line, *, inside: bool) -> Facts:
    """Facts of one line of a convention: the scale of its own territory, and whether that holds the dwelling."""
    return {
        **of_convention(convention),
        "convention.scale": line.territory.scale,
        "territory.contains": inside,
    }


@lru_cache(maxsize=4_096)
def of_convention(convention: Convention) -> Facts:
    """Facts of a convention as signed."""
    body = convention.body
    territory, decompte = body.get("territory"), body.get("decompte")
    return {
        "convention.id": convention.id,
        "convention.reservataire": convention.reservataire,
        "convention.kind": convention.kind,
        "convention.year": convention.year,
        "convention.scale": territory.get("scale") if isinstance(territory, Mapping) else None,
        "convention.management": body.get("management"),
        "convention.decompte": decompte.get("method") if isinstance(decompte, Mapping) else None,
    }
