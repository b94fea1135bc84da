"""Reads an état des lieux, and the needs the parties negotiated, from the clerks' tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from aiguillage.conversion import cells
from aiguillage.conversion.faults import CellError, Fault, UnreadableTableError
from aiguillage.conversion.table import Column, Row, Table, read_table
from flux.conversion import EtatDesLieux, Holder, Lot, Right

Value = TypeVar("Value")

CONTINGENT = "contingent"
RESERVATAIRE = Column(
    "reservataire", ("titulaire", "id_reservataire", "holder"), is_required=True, unless=CONTINGENT
)
NATURE = ("type_de_reservataire", "type_reservataire", "kind", "categorie")
NUMBER = ("nb", "logements", "nombre_de_logements", "nb_logements", "count")
TERRITORY = ("code_du_territoire", "code_territoire", "siren_epci", "epci", "ept")
NAME = ("nom_du_reservataire", "libelle")
STOCK_COLUMNS = (
    Column("residence", ("programme", "ensemble", "groupe")),
    RESERVATAIRE,
    Column(CONTINGENT),
    Column("nature", NATURE, is_required=True, unless=CONTINGENT),
    Column("nom", NAME),
    Column("droit", ("type_de_droit", "type_droit", "right"), is_required=True),
    Column("nombre", NUMBER, is_required=True),
    Column("echeance", ("fin", "date_de_fin", "fin_du_droit", "date_d_echeance", "end_date")),
    Column("rotation", ("taux_de_rotation", "taux_rotation", "rotation_percent")),
    Column("commune", ("code_insee", "insee", "code_commune")),
    Column("territoire", TERRITORY),
)
"""What an état des lieux may say; `nature` may be empty where no droit de suite stands, or the contingent says it."""
NEEDS_COLUMNS = (
    RESERVATAIRE,
    Column(CONTINGENT),
    Column("nature", NATURE),
    Column("nom", NAME),
    Column("nombre", ("besoin", "besoins", *NUMBER), is_required=True),
    Column("territoire", TERRITORY),
)
"""What a file of needs may say; `nature` for those that hold nothing in the état des lieux."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Dwellings a year by réservataire, and those of them the état des lieux does not know."""

    numbers: Mapping[str, int]
    newcomers: Mapping[str, Holder]


class _Cells:
    """Reads the cells of a table, keeping every fault until the end."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.faults: list[Fault] = []

    def read(self, row: Row, column: str, how: Callable[[str], Value]) -> Value | None:
        """The cell as `how` reads it; None, and a fault kept, when it cannot."""
        try:
            return how(row.cells.get(column, ""))
        except CellError as error:
            self.blame(row, column, str(error))
            return None

    def blame(self, row: Row, column: str, said: str) -> None:
        """Keep a fault."""
        self.faults.append(Fault(self._table.file, row.line, self._table.headers.get(column, column), said))

    def close(self) -> None:
        """Raise `UnreadableTableError` when there was any fault."""
        if self.faults:
            raise UnreadableTableError(sorted(self.faults))


def read_etat_des_lieux(file: str, content: bytes) -> tuple[EtatDesLieux, Table]:
    """The état des lieux in a CSV file, and the table as it was read. Raises `UnreadableTableError`.

    A droit de suite needs a réservataire of one kind throughout; what a method needs more is asked by it.
    """
    table = read_table(file, content, STOCK_COLUMNS)
    reading = _Cells(table)
    lots, holders = [], dict[str, Holder]()
    for row in map(_told_by_its_contingent, table.rows):
        right = reading.read(row, "droit", cells.right)
        number = reading.read(row, "nombre", cells.count)
        until = reading.read(row, "echeance", cells.day)
        rotation = reading.read(row, "rotation", cells.percent)
        commune = reading.read(row, "commune", cells.commune)
        name = row.cells.get("reservataire", "")
        if right is Right.DROIT_DE_SUITE:
            _hold(reading, row, holders)
        elif right is Right.DROIT_SIMPLE and not name:
            reading.blame(row, "reservataire", "cellule vide. Dites qui détient le droit simple.")
        if right is not None and number is not None:
            lots.append(
                Lot(name, right, number, until, rotation, commune, row.cells.get("residence", ""), row.line)
            )
    if not table.rows:
        reading.faults.append(
            Fault(file, 2, "", "aucune ligne. Attendu : une ligne par résidence et par droit.")
        )
    reading.close()
    return EtatDesLieux(tuple(lots), holders), table


def read_needs(file: str, content: bytes, known: Mapping[str, Holder]) -> Needs:
    """The needs in a CSV file, one row a réservataire; `known` are those of the état des lieux.

    Raises `UnreadableTableError`.
    """
    table = read_table(file, content, NEEDS_COLUMNS)
    reading = _Cells(table)
    numbers, newcomers = dict[str, int](), dict[str, Holder]()
    for row in map(_told_by_its_contingent, table.rows):
        number = reading.read(row, "nombre", cells.count)
        name = reading.read(row, "reservataire", cells.party)
        if name in numbers:
            reading.blame(
                row, "reservataire", f"« {name} » est déjà plus haut. Gardez une ligne par réservataire."
            )
        elif name is not None and number is not None:
            numbers[name] = number
        if name is not None and (name not in known or row.cells.get("nature")):
            _hold(reading, row, newcomers, known)
    reading.close()
    return Needs(numbers, {name: holder for name, holder in newcomers.items() if name not in known})


def _told_by_its_contingent(row: Row) -> Row:
    """The row with what its contingent tells where nothing else does: the nature, and who holds the right."""
    contingent = row.cells.get(CONTINGENT, "")
    if not contingent:
        return row
    said = {name: row.cells.get(name, "") for name in ("reservataire", "nature")}
    named = said["reservataire"] or (contingent if said["nature"] else cells.holder_of(contingent))
    return replace(row, cells={**row.cells, "reservataire": named, "nature": said["nature"] or contingent})


def _hold(
    reading: _Cells, row: Row, holders: dict[str, Holder], known: Mapping[str, Holder] | None = None
) -> None:
    """Enter the row's réservataire, once: of one kind and one territory; of several names the first in order."""
    name = reading.read(row, "reservataire", cells.party)
    kind = reading.read(row, "nature", cells.kind)
    territory = reading.read(row, "territoire", cells.territory)
    if name is None or kind is None:
        return
    before = holders.get(name) or (known or {}).get(name) or Holder(name, kind)
    if before.kind != kind:
        reading.blame(row, "nature", f"« {name} » est {kind} ici et {before.kind} ailleurs. Gardez le bon.")
    if territory and before.territory not in {None, territory}:
        said = f"« {name} » est sur {territory} ici et sur {before.territory} ailleurs. Gardez le bon."
        reading.blame(row, "territoire", said)
    labels = [label for label in (row.cells.get("nom"), before.name) if label]
    holders[name] = Holder(name, kind, min(labels, default=None), territory or before.territory)
