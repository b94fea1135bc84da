"""The tables of counters: in all, by bailleur, by réservataire, by each dimension of the law; first lettings apart."""

from collections.abc import Callable, Iterable, Sequence

from compliance.bilan import words
from compliance.bilan.parties import Party, Standing
from compliance.bilan.table import Cell, Column, Line, Table, by_words, total_of
from compliance.domain.tallies import Counts, Tally

_COUNTERS = tuple(Column(key, title, "count") for key, title in words.COUNTERS.items())
_PLACE = (Column("departement", "Département"), Column("bailleur", "Bailleur"))
_RESERVATAIRE = (Column("reservataire", "Réservataire"), Column("nom", "Nom"))
_KIND = Column("type", "Type", words=by_words(words.KINDS))
_FLUX = (
    Column("flux", "Logements du flux", "count"),
    Column("hors_flux", "Hors du flux", "count"),
    Column("conserves", "Conservés par le bailleur", "count"),
)
TOTAL = "Total"


def summary(standings: Sequence[Standing]) -> Table:
    """One row a département."""
    columns = (Column("departement", "Département"), *_FLUX, *_COUNTERS)
    departements = sorted({each.scope.departement for each in standings})
    rows = tuple(
        _added(
            columns, (_of_bailleur(each)[1:] for each in standings if each.scope.departement == name), name
        )
        for name in departements
    )
    note = "Logements du flux, hors du flux, et ce que sont devenues les propositions."
    return Table("synthese", "Synthèse", note, columns, rows, (total_of(columns, rows, TOTAL),))


def by_bailleur(standings: Sequence[Standing]) -> Table:
    """One row a bailleur and département."""
    columns = (*_PLACE, *_FLUX, *_COUNTERS)
    rows: tuple[Line, ...] = tuple((each.scope.departement, *_of_bailleur(each)) for each in standings)
    note = "Chaque bailleur dans chaque département."
    return Table("bailleurs", "Bailleurs", note, columns, rows, (total_of(columns, rows, TOTAL),))


def by_reservataire(standings: Sequence[Standing]) -> Table:
    """One row a réservataire, all bailleurs and départements summed."""
    columns = (*_RESERVATAIRE, _KIND, Column("bailleurs", "Bailleurs", "count"), *_COUNTERS)
    parties = _all(standings)
    rows: list[Line] = []
    for name in sorted({party.reservataire for party in parties}):
        own = [party for party in parties if party.reservataire == name]
        kinds = sorted({party.kind for party in own if party.kind}) or [""]
        label = next((party.name for party in own if party.name), "")
        bailleurs = len({party.scope.bailleur for party in own})
        rows.append((name, label, kinds[0], bailleurs, *_sum(party.tally.counts for party in own)))
    total = (TOTAL, None, None, None, *total_of(columns, rows)[4:])
    note = "Tous bailleurs et tous départements ensemble ; un EPCI ou un EPT y est la somme de ses parties."
    return Table("reservataires", "Réservataires", note, columns, tuple(rows), (total,))


def by_convention(standings: Sequence[Standing]) -> Table:
    """One row a bailleur and réservataire."""
    columns = (*_PLACE, *_RESERVATAIRE, _KIND, Column("convention", "Convention"), *_COUNTERS)
    rows: tuple[Line, ...] = tuple(
        (*_place(party), party.kind, party.convention, *_counts(party.tally.counts))
        for party in _all(standings)
    )
    note = "Chaque réservataire chez chaque bailleur."
    totals = (total_of(columns, rows, TOTAL),)
    return Table("conventions", "Réservataires × bailleurs", note, columns, rows, totals)


def by_dimension(standings: Sequence[Standing], dimension: str) -> Table:
    """One row a bailleur, réservataire and value of a dimension; a total for each value, then of all."""
    title = words.DIMENSIONS[dimension]
    columns = (
        *_PLACE,
        *_RESERVATAIRE,
        Column("valeur", title, words=words.SEGMENTS.get(dimension)),
        *_COUNTERS,
    )
    rows = tuple(row for party in _all(standings) for row in _valued(party, dimension))
    place = len(columns) - len(_COUNTERS) - 1
    values = sorted({str(row[place]) for row in rows}, key=in_order)
    totals = [
        (
            TOTAL,
            None,
            None,
            None,
            value,
            *_numbers(columns, [row for row in rows if row[place] == value], place + 1),
        )
        for value in values
    ]
    totals.append((TOTAL, None, None, None, None, *_numbers(columns, rows, place + 1)))
    note = f"Proposés, attribués et leurs suites, par {title.lower()} (CCH art. R.441-5-1)."
    return Table(dimension, title, note, columns, rows, tuple(totals))


def apart(standings: Sequence[Standing]) -> Table:
    """First lettings a concertation gave, counted in nothing else."""
    columns = (*_PLACE, *_RESERVATAIRE, Column("convention", "Convention"), *_COUNTERS)
    rows: tuple[Line, ...] = tuple(
        (*_place(party), party.convention, *_counts(party.apart.counts))
        for party in _all(standings)
        if any(party.apart.counts.get(name) for name in words.COUNTERS)
    )
    note = (
        "Premières mises en location réparties en concertation : comptées à part, dans aucun autre tableau."
    )
    totals = (total_of(columns, rows, TOTAL),)
    return Table("premieres_locations", "Premières locations", note, columns, rows, totals)


def in_order(value: str) -> tuple[int, str]:
    """Values as a reader expects them: before, between, since, unknown."""
    first = 0 if value.startswith("avant") else 2 if value == "inconnue" else 1
    return first, value


def _all(standings: Iterable[Standing]) -> list[Party]:
    return [party for standing in standings for party in standing.parties]


def _place(party: Party) -> tuple[str, ...]:
    return party.scope.departement, party.scope.bailleur, party.reservataire, party.name


def _of_bailleur(standing: Standing) -> tuple[Cell, ...]:
    counts = _sum(party.tally.counts for party in standing.parties)
    return standing.scope.bailleur, standing.flux, sum(standing.outside.values()), standing.kept, *counts


def _valued(party: Party, dimension: str) -> Iterable[Line]:
    values = _shown(party.tally, dimension)
    for value in sorted(values, key=in_order):
        yield *_place(party), value, *_counts(values[value])


def _shown(tally: Tally, dimension: str) -> dict[str, Counts]:
    found = tally.by.get(dimension, {})
    return {value: counts for value, counts in found.items() if any(counts.values())}


def _counts(counts: Counts) -> tuple[int, ...]:
    return tuple(counts.get(name, 0) for name in words.COUNTERS)


def _sum(counts: Iterable[Counts]) -> tuple[int, ...]:
    kept = list(counts)
    return tuple(sum(each.get(name, 0) for each in kept) for name in words.COUNTERS)


def _added(columns: Sequence[Column], rows: Iterable[Line], label: str) -> Line:
    return total_of(columns, [(label, *row) for row in rows], label)


def _numbers(columns: Sequence[Column], rows: Iterable[Line], start: int) -> Line:
    return total_of(columns, rows)[start:]


TABLES: tuple[Callable[[Sequence[Standing]], Table], ...] = (
    summary,
    by_bailleur,
    by_reservataire,
    by_convention,
    *(lambda standings, name=name: by_dimension(standings, name) for name in words.DIMENSIONS),
    apart,
)
"""In the order of the document."""
