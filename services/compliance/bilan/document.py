"""A document due before 28 February, whole: what it is about, its dates, its tables, its checks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.bilan import checking
from compliance.bilan.checking import Check
from compliance.bilan.corrections import Closed, Closings, closed, closed_on, corrections
from compliance.bilan.counters import TABLES
from compliance.bilan.exchanged import contestations, differences, overrides, reports
from compliance.bilan.objectives import objectives, objectives_summed
from compliance.bilan.outside import outside_flux, relogements
from compliance.bilan.parties import Standing, Watched
from compliance.bilan.table import Column, Table
from compliance.domain.exchanges.contesting import end_of_exchange

BILAN, PREVISIONNEL = "bilan", "previsionnel"


@dataclass(frozen=True, slots=True)
class Due:
    """When the document is due: by law, and as the administration tolerates it in one campaign."""

    legal: date
    campaign: date | None

    def sentence(self) -> str:
        """The dates, as the document shows them."""
        said = f"À transmettre avant le {self.legal:%d/%m/%Y} (CCH art. R.441-5-1)"
        if self.campaign is None:
            return f"{said}."
        return f"{said} ; tolérance de la campagne : {self.campaign:%d/%m/%Y}."


@dataclass(frozen=True, slots=True)
class Document:
    """`on` is the day it is drawn up for: that of the last item taken in, unless another is given.

    Contestations are looked at on that day; a year that is over by then is counted whole, one that is not for the days
    elapsed. `closed_on` is the day of the close that says the corrective actions; None when they are not asked for.
    """

    kind: str
    title: str
    year: int
    departements: tuple[str, ...]
    bailleur: str | None
    due: Due
    on: date
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    closed_on: date | None = None

    @property
    def is_sound(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document is asked about; no bailleur: all of the départements."""

    year: int
    departements: tuple[str, ...]
    bailleur: str | None = None
    campaign: date | None = None
    on: date | None = None

    def concerns(self, scope: str) -> bool:
        """Whether a scope is asked about."""
        bailleur, _, departement = scope.partition(":")
        return departement in self.departements and self.bailleur in {None, bailleur}

    @property
    def due(self) -> Due:
        """The dates of the document of the year."""
        return Due(end_of_exchange(self.year), self.campaign)


def standings_of(watched: Sequence[Watched], year: int, on: date) -> tuple[Standing, ...]:
    """Where each scope stands when a day ends, by département then bailleur."""
    in_order = sorted(watched, key=lambda each: (each.scope.departement, each.scope.bailleur))
    return tuple(Standing.of(each, year, on) for each in in_order)


def bilan(watched: Sequence[Watched], asked: Asked, closings: Closings | None = None) -> Document:
    """The bilan of a year: every réservataire of every bailleur asked about (CCH art. R.441-5-1).

    With `closings`, what makes up for the gaps too, as the close says it; gaps are then counted to its day.
    """
    on = day_of(watched, asked)
    found: Closed = {} if closings is None else closed(watched, closings)
    standings = standings_of(watched, asked.year, max(on, closed_on(found) or on))
    tables = [
        *(table(standings) for table in TABLES),
        objectives(standings),
        objectives_summed(standings),
        outside_flux(standings, on),
        relogements(standings),
        overrides(standings),
        contestations(standings, on),
        reports(standings),
        differences(standings),
    ]
    if closings is not None:
        tables.append(corrections(standings, found))
    title = f"Bilan {asked.year} de la gestion en flux"
    checks = checking.of_bilan(tables, standings)
    document = close(BILAN, title, asked, on, tables, checks, watched)
    return replace(document, closed_on=closed_on(found))


def close(
    kind: str,
    title: str,
    asked: Asked,
    on: date,
    tables: Sequence[Table],
    checks: Sequence[Check],
    watched: Sequence[Watched],
) -> Document:
    """The document, with what it stands on and its checks as last tables."""
    return Document(
        kind=kind,
        title=title,
        year=asked.year,
        departements=asked.departements,
        bailleur=asked.bailleur,
        due=asked.due,
        on=on,
        tables=(*tables, _scopes(watched), checking.table_of(checks)),
        checks=tuple(checks),
    )


def day_of(watched: Sequence[Watched], asked: Asked) -> date:
    """Civil day a document is drawn up for: the one asked, else the last item's; everything came by its end.

    Raises `ValueError` when something came later: it is counted, and the document would say that it is not.
    """
    if asked.on is None:
        return last_day(watched)
    later = [each.last_day for each in watched if each.last_day > asked.on]
    if later:
        raise ValueError(
            f"--on {asked.on} : des événements sont venus jusqu'au {max(later)}, et tous sont comptés. "
            "Donnez ce jour ou un jour d'après, ou --events avec un flux arrêté plus tôt."
        )
    return asked.on


def last_day(watched: Sequence[Watched]) -> date:
    """Civil day of the last item of the scopes; raises `ValueError` when there is none."""
    return max(each.last_day for each in watched)


def _scopes(watched: Sequence[Watched]) -> Table:
    columns = (
        Column("departement", "Département"),
        Column("bailleur", "Bailleur"),
        Column("faits", "Dernier événement, n°", "count"),
        Column("arrete_au", "Arrêté au", "day"),
    )
    rows = tuple(
        sorted(
            (
                each.scope.departement,
                each.scope.bailleur,
                each.projection.sequence,
                each.projection.day(each.projection.as_of),
            )
            for each in watched
        )
    )
    note = "Les événements sur lesquels le document repose : les mêmes donnent le même fichier, octet pour octet."
    return Table("perimetres", "Périmètres", note, columns, rows)
