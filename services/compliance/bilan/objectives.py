"""What was promised and what came of it: objective, expected, counted, gap by cause."""

from collections.abc import Sequence

from compliance.bilan.counters import TOTAL
from compliance.bilan.parties import Party, Standing
from compliance.bilan.table import Cell, Column, Line, Table, total_of
from compliance.domain.causes import Causes
from compliance.domain.views import ProgressView
from flux.units import spoken

WHO = (
    Column("departement", "Département"),
    Column("bailleur", "Bailleur"),
    Column("reservataire", "Réservataire"),
    Column("nom", "Nom"),
    Column("convention", "Convention"),
)
_AMOUNTS = (
    Column("objectif", "Objectif annoncé", "amount"),
    Column("attendu", "Attendu", "amount"),
    Column("report", "dont report", "amount"),
    Column("compte", "Compté", "amount"),
    Column("ecart", "Écart", "amount"),
    Column("ecart_flux", "Écart, part du flux", "amount"),
    Column("ecart_refus", "Écart, part des refus", "amount"),
    Column("ecart_arbitrage", "Écart, part de l'arbitrage", "amount"),
    Column("manque", "Manque à l'objectif", "amount"),
    Column("manque_flux", "Manque, part du flux", "amount"),
    Column("manque_refus", "Manque, part des refus", "amount"),
    Column("manque_arbitrage", "Manque, part de l'arbitrage", "amount"),
)


def objectives(standings: Sequence[Standing]) -> Table:
    """One row a convention."""
    columns = (*WHO, Column("droit", "Droit"), *_AMOUNTS)
    rows: tuple[Line, ...] = tuple(
        (*who(party), _right(view), *_amounts(view))
        for standing in standings
        for party in standing.parties
        if (view := party.view) is not None
    )
    note = (
        "Attendu : ce que les parts ont donné sur le flux venu ; compté : ce que le décompte retient ; "
        "écart = attendu − compté. Objectif annoncé : l'objectif de la convention, ou sa part du flux annoncé ; "
        "vide sans annonce. Une année finie est comptée entière, comme à sa clôture ; sinon, les jours écoulés."
    )
    return Table("objectifs", "Objectifs et écarts", note, columns, rows, (total_of(columns, rows, TOTAL),))


def objectives_summed(standings: Sequence[Standing]) -> Table:
    """One row a bailleur and réservataire, the conventions of all départements summed."""
    columns = (*WHO[1:4], Column("conventions", "Conventions", "count"), *_AMOUNTS)
    detail = objectives(standings)
    found: dict[tuple[Cell, ...], list[Line]] = {}
    for row in detail.rows:
        found.setdefault(row[1:3], []).append(row)
    rows: tuple[Line, ...] = tuple(
        (*who, own[0][3], len(own), *total_of(detail.columns, own)[len(WHO) + 1 :])
        for who, own in sorted(found.items(), key=lambda each: tuple(map(str, each[0])))
    )
    note = "Les parts d'une convention passée dans plusieurs départements, sommées."
    totals = (total_of(columns, rows, TOTAL),)
    return Table("objectifs_sommes", "Objectifs, départements sommés", note, columns, rows, totals)


def who(party: Party) -> tuple[str, ...]:
    """The cells of `WHO`."""
    return party.scope.departement, party.scope.bailleur, party.reservataire, party.name, party.convention


def _right(view: ProgressView) -> str:
    said = []
    for line in view.convention.lines:
        if line.share is not None:
            said.append(f"{spoken(line.share * 100)} %")
        elif line.objective is not None:
            said.append(f"{spoken(line.objective)} logements")
    return " + ".join(said)


def _amounts(view: ProgressView) -> tuple[Cell, ...]:
    promised = view.commitment
    missing = (None,) * 4 if promised is None else (promised.missing, *_causes(promised.causes))
    return (
        None if promised is None else promised.year,
        view.expected,
        view.carried,
        view.units,
        view.gap,
        *_causes(view.causes),
        *missing,
    )


def _causes(causes: Causes) -> tuple[int, int, int]:
    return causes.flux, causes.refusals, causes.arbitration
