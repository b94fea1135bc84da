"""What was left outside the flux, and the attributions made under relogements (CCH art. R.441-5, R.441-5-1)."""

from collections.abc import Mapping, Sequence
from datetime import date

from compliance.bilan import words
from compliance.bilan.counters import TOTAL
from compliance.bilan.parties import Standing
from compliance.bilan.table import Column, Line, Table, total_of

PLACE = (Column("departement", "Département"), Column("bailleur", "Bailleur"))
REASON = Column("motif", "Motif", words=words.reason)
NATURE = Column("nature", "Nature")


def outside_flux(standings: Sequence[Standing], on: date) -> Table:
    """One row a bailleur and reason, with those still contested on a day; a total for each reason, then of all."""
    columns = (
        *PLACE,
        REASON,
        NATURE,
        Column("logements", "Logements", "count"),
        Column("contestes", "dont contestés", "count"),
    )
    rows = tuple(row for standing in standings for row in _outside(standing, on))
    note = (
        "Cinq motifs sont dans la loi (CCH art. R.441-5) ; tout autre est un accord local, non réglementaire."
    )
    return Table("hors_flux", "Hors du flux", note, columns, rows, totals_by_reason(columns, rows))


def relogements(standings: Sequence[Standing]) -> Table:
    """One row a bailleur and regulatory or agreed operation: dwellings, attributions told, of these let."""
    columns = (
        *PLACE,
        REASON,
        NATURE,
        Column("logements", "Logements", "count"),
        Column("attributions", "Attributions", "count"),
        Column("loues", "dont loués", "count"),
    )
    rows = tuple(row for standing in standings for row in _relogements(standing))
    note = (
        "Attributions prononcées au titre des opérations qui soustraient des logements au flux, telles que le "
        "bailleur les a déclarées ; les réservations en stock n'en sont pas."
    )
    return Table("relogements", "Relogements", note, columns, rows, totals_by_reason(columns, rows))


def totals_by_reason(columns: Sequence[Column], rows: Sequence[Line]) -> tuple[Line, ...]:
    """A total for each reason (third column), then of all."""
    totals = []
    for reason in sorted({str(row[2]) for row in rows}):
        own = [row for row in rows if row[2] == reason]
        totals.append((TOTAL, None, reason, words.nature(reason), *total_of(columns, own)[4:]))
    totals.append((TOTAL, None, None, None, *total_of(columns, rows)[4:]))
    return tuple(totals)


def _outside(standing: Standing, on: date) -> list[Line]:
    contested = {
        (each.about, each.subject)
        for each in standing.watched.projection.exchanges.contestations.made
        if each.year == standing.year and each.state(on) != "settled"
    }
    reasons = [reason for reason, _ in contested]
    place = (standing.scope.departement, standing.scope.bailleur)
    return [
        (*place, reason, words.nature(reason), number, reasons.count(reason))
        for reason, number in sorted(standing.outside.items())
    ]


def _relogements(standing: Standing) -> list[Line]:
    told: Mapping[str, tuple[int, int]] = standing.watched.projection.exchanges.excluded.attributions(
        standing.year
    )
    return [
        (
            standing.scope.departement,
            standing.scope.bailleur,
            reason,
            words.nature(reason),
            number,
            *told.get(reason, (0, 0)),
        )
        for reason, number in sorted(standing.outside.items())
        if reason not in words.STOCK
    ]
