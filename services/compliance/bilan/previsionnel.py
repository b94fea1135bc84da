"""The forecast of the dwellings a year will leave outside the flux, beside last year's (CCH art. R.441-5-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from compliance.bilan import checking, words
from compliance.bilan.counters import TOTAL
from compliance.bilan.document import PREVISIONNEL, Asked, Document, close, day_of, standings_of
from compliance.bilan.exchanged import contestations
from compliance.bilan.outside import NATURE, PLACE, REASON, relogements, totals_by_reason
from compliance.bilan.parties import Standing, Watched
from compliance.bilan.table import Column, Line, Table, by_words, total_of

_STATUS = {"projet": "projet", "partage": "partagé", "": "non déclaré"}


def previsionnel(watched: Sequence[Watched], asked: Asked) -> Document:
    """The forecast of a year; it is due on 28 February of that year."""
    of_last_year = replace(asked, year=asked.year - 1)
    on = day_of(watched, asked)
    last = standings_of(watched, of_last_year.year, on)
    tables = [
        _announced(last, asked.year),
        _operations(last, asked.year),
        relogements(last),
        contestations(last, on),
    ]
    checks = checking.of_reasons(tables[1], checking.counted_in(last), "annee_precedente")
    title = f"État prévisionnel {asked.year} des logements soustraits au flux"
    document = close(PREVISIONNEL, title, asked, on, tables, checks, watched)
    return replace(document, due=of_last_year.due)


def _announced(last: Sequence[Standing], year: int) -> Table:
    columns = (
        *PLACE,
        Column("etat", "État de la prévision", words=by_words(_STATUS)),
        Column("flux", "Flux prévu", "count"),
        Column("hors_flux", "Hors du flux prévu", "count"),
        Column("rotation", "Taux de rotation prévu (%)"),
        Column("flux_precedent", f"Flux {year - 1}", "count"),
        Column("hors_flux_precedent", f"Hors du flux {year - 1}", "count"),
    )
    rows = tuple(_announcement(standing, _forecast(standing, year)) for standing in last)
    note = f"Ce que chaque bailleur a annoncé pour {year}, à côté de ce qui est venu en {year - 1}."
    return Table("previsions", "Prévisions", note, columns, rows, (total_of(columns, rows, TOTAL),))


def _announcement(standing: Standing, forecast: Mapping[str, Any]) -> Line:
    operations = forecast.get("by_operation")
    return (
        standing.scope.departement,
        standing.scope.bailleur,
        forecast.get("status") or "",
        forecast.get("flux"),
        None if operations is None else sum(operations.values()),
        forecast.get("taux_rotation_percent") or "",
        standing.flux,
        sum(standing.outside.values()),
    )


def _operations(last: Sequence[Standing], year: int) -> Table:
    columns = (
        *PLACE,
        REASON,
        NATURE,
        Column("prevu", f"Prévu {year}", "count"),
        Column("annee_precedente", f"Hors du flux {year - 1}", "count"),
    )
    rows = tuple(row for standing in last for row in _compared(standing, _forecast(standing, year)))
    note = (
        f"Logements soustraits au flux par catégorie d'opérations : prévus en {year}, constatés en {year - 1}. "
        "Sans prévision déclarée la case reste vide."
    )
    return Table("operations", "Opérations", note, columns, rows, totals_by_reason(columns, rows))


def _compared(standing: Standing, forecast: Mapping[str, Any]) -> list[Line]:
    operations = forecast.get("by_operation")
    names = sorted({*words.REGULATORY, *(operations or {}), *standing.outside})
    return [
        (
            standing.scope.departement,
            standing.scope.bailleur,
            name,
            words.nature(name),
            None if operations is None else operations.get(name, 0),
            standing.outside.get(name, 0),
        )
        for name in names
    ]


def _forecast(standing: Standing, year: int) -> Mapping[str, Any]:
    return standing.watched.projection.commitments.forecasts.get(str(year), {})
