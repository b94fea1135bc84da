"""Facts of a vacancy, its dwelling and a convention, as rule files name them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.model.rights.conventions import Line
from tests.model.rulebook.lists import Lists

DWELLING = (
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


def of_vacancy(vacancy: Mapping[str, Any], bailleur: str, departement: str, lists: Lists) -> dict[str, Any]:
    """What rules may ask of a vacancy and of its dwelling."""
    dwelling = vacancy["dwelling"]
    city = lists.city_of(dwelling["commune"])
    facts = {f"dwelling.{name}": dwelling.get(name) for name in DWELLING}
    return facts | {
        "vacancy.cause": vacancy["cause"],
        "vacancy.purpose": vacancy["purpose"],
        "vacancy.stock_reservation": vacancy.get("stock_reservation"),
        "vacancy.programme_id": vacancy.get("programme_id"),
        "vacancy.first_letting": vacancy["cause"] == "neuf",
        "vacancy.bailleur": bailleur,
        "vacancy.departement": departement,
        "vacancy.month": date.fromisoformat(vacancy["available_on"]).month,
        "dwelling.city": city,
        "dwelling.construction_period": lists.period_of(dwelling.get("construction_year")),
        "dwelling.zone_abc": lists.zone_abc_of(city),
    }


def of_line(line: Line) -> dict[str, Any]:
    """What rules may ask of a convention, of one of its lines where it has several."""
    told = line.convention.told
    return {
        "convention.id": line.convention.id,
        "convention.reservataire": line.reservataire,
        "convention.kind": line.convention.kind,
        "convention.scale": line.territory.get("scale"),
        "convention.management": told.get("management"),
        "convention.year": told.get("year"),
        "convention.decompte": (told.get("decompte") or {}).get("method"),
    }
