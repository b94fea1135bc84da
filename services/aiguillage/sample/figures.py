"""Where social dwellings stand and how often they are freed: the open figures a sample is drawn from."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import groupby


class UnknownDepartementError(ValueError):
    """No figures are known for this département."""


@dataclass(frozen=True, slots=True)
class Group:
    """The EPCI or EPT (`scale`) a commune belongs to; `code` is its SIREN."""

    code: str
    scale: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, or an arrondissement of Paris, Lyon, Marseille (then `city` is the commune it belongs to).

    `stock` counts social dwellings, `moves` the hundredths of a dwelling freed there in a year.
    """

    code: str
    name: str
    stock: int
    moves: int
    city: str
    group: Group | None


@dataclass(frozen=True, slots=True)
class Departement:
    """A département: its region's code, social stock, dwellings freed in a year and largest places."""

    code: str
    name: str
    region: str
    stock: int
    moves: int
    places: tuple[Place, ...]


@cache
def departements() -> Mapping[str, Departement]:
    """Every département by its code, in ascending order."""
    text = files(__package__).joinpath("figures.csv").read_text(encoding="utf-8")
    rows = csv.DictReader((row for row in text.splitlines() if not row.startswith("#")), delimiter=";")
    return {code: _departement(group) for code, group in groupby(rows, key=lambda row: row["departement"])}


def departement_of(code: str) -> Departement:
    """The département of this code (`75`, `2A`, `971`); raises `UnknownDepartementError`."""
    found = departements().get(code)
    if found is None:
        known = ", ".join(departements())
        raise UnknownDepartementError(f"Département inconnu : « {code} ». Codes possibles : {known}.")
    return found


def _departement(rows: Iterator[dict[str, str]]) -> Departement:
    whole = next(rows)
    return Departement(
        code=whole["departement"],
        name=whole["name"],
        region=whole["group"],
        stock=int(whole["stock"]),
        moves=int(whole["mobility"]),
        places=tuple(map(_place, rows)),
    )


def _place(row: Mapping[str, str]) -> Place:
    stock = int(row["stock"])
    return Place(
        code=row["code"],
        name=row["name"],
        stock=stock,
        moves=int(stock * Decimal(row["mobility"])),
        city=row["city"] or row["code"],
        group=Group(row["group"], row["scale"], row["group_name"]) if row["group"] else None,
    )
