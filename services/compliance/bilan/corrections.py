"""What makes up for the gaps, as the close of the year says it: one row for each part of what is due."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from compliance.bilan import words
from compliance.bilan.counters import TOTAL
from compliance.bilan.objectives import WHO, who
from compliance.bilan.parties import Standing, Watched
from compliance.bilan.table import CENTS, Cell, Column, Line, Table, by_words, total_of
from compliance.domain.closing.closing import Closing
from compliance.domain.closing.outcomes import Outcome, outcomes_of
from compliance.domain.state import Projection

Closings = Callable[[Projection], Sequence[Closing]]
"""Closes the year of a scope: whoever has the rules may pass it, the bilan knows none itself."""
Closed = Mapping[str, Sequence[Closing]]
"""The closings of each scope."""

_COLUMNS = (
    *WHO,
    Column("cause", "Cause", words=by_words(words.CAUSES)),
    Column("depuis", "Dû depuis"),
    Column("action", "Action", words=by_words(words.REMEDIES)),
    Column("devenir", "Devenir", words=by_words(words.FATES)),
    Column("donne_en", "Donné en"),
    Column("logements", "Logements", "amount"),
    Column("euros", "Remboursement", "euros"),
    Column("soldee", "Année soldée"),
    Column("clos_au", "Clos au", "day"),
    Column("pourquoi", "Pourquoi"),
)
_NOTHING: Line = (None, None, None, "nothing", None, 0, 0)


def closed(watched: Sequence[Watched], close: Closings) -> Closed:
    """Every scope with the closings of its conventions."""
    return {each.projection.scope: close(each.projection) for each in watched}


def closed_on(found: Closed) -> date | None:
    """The last day a convention was closed on; None when there is none."""
    return max((each.on for closings in found.values() for each in closings), default=None)


def corrections(standings: Sequence[Standing], found: Closed) -> Table:
    """One row for each part of what a convention is due; one that is due nothing has a row that says so."""
    rows = tuple(
        row for standing in standings for row in _rows(standing, found[standing.watched.projection.scope])
    )
    note = (
        "Ce que dit la clôture de l'année, par les règles de ce jour-là, restes des années d'avant compris : "
        "reporté + remboursé + éteint + laissé = dû ; un nombre négatif a été reçu en trop. "
        "Remboursement vide : montant à fixer."
    )
    totals = (total_of(_COLUMNS, rows, TOTAL),)
    return Table("corrections", "Actions correctives", note, _COLUMNS, rows, totals)


def _rows(standing: Standing, closings: Sequence[Closing]) -> Iterator[Line]:
    by_convention = {each.view.convention.id: each for each in closings}
    for party in standing.parties:
        closing = by_convention.get(party.convention)
        if closing is None:
            continue
        settled = "oui" if closing.is_settled else "non"
        for cells, because in _parts(closing):
            yield *who(party), *cells, settled, closing.on.isoformat(), because


def _parts(closing: Closing) -> Iterator[tuple[Line, str | None]]:
    """The cells of each part of what is due, with why."""
    found = list(outcomes_of(closing))
    for each in found:
        yield _cells(each), None if each.remedy is None else each.remedy.because
    if not found:
        yield _NOTHING, None


def _cells(part: Outcome) -> Line:
    return (
        part.cause,
        str(part.from_year),
        None if part.remedy is None else part.remedy.action,
        part.fate,
        None if part.year is None else str(part.year),
        part.units,
        _cents(part),
    )


def _cents(part: Outcome) -> Cell:
    """Cents refunded, 0 for what is not refunded; None while nobody says how much."""
    if part.fate != "refunded":
        return 0
    return None if part.refund_eur is None else int(part.refund_eur * CENTS)
