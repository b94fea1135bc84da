"""A document as one long tidy CSV: a line for each figure, UTF-8 with BOM, semicolons, decimal commas.

Columns: `document;annee;tableau;ligne` (the row's place in its table), then the columns that tell which row it is
(`KEYS`), then `mesure;valeur`. Totals are left out, so that a column can be added up. A text that a spreadsheet would
take for a formula is preceded by an apostrophe.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from compliance.bilan.document import Document
from compliance.bilan.table import CENTS, Cell, Column, Table
from flux.units import DWELLING

KEYS = ("departement", "bailleur", "reservataire", "nom", "convention", "motif", "segment")
"""Columns of tables that stand in columns of their own; `segment` is a value of a dimension."""
HEADER = ("document", "annee", "tableau", "ligne", *KEYS, "mesure", "valeur")
BOM = "\ufeff"
_SEGMENT = "valeur"
"""The key, in a table by dimension, of the column that the CSV calls `segment`."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Writes(Protocol):
    def write(self, text: str, /) -> object: ...


class _Pieces(list[str]):
    """A file in memory, as far as `csv` needs one."""

    def write(self, text: str, /) -> None:
        self.append(text)


def write(document: Document) -> bytes:
    """The document; equal documents give equal bytes."""
    pieces = _Pieces()
    _write(document, pieces)
    return (BOM + "".join(pieces)).encode()


def _write(document: Document, file: _Writes) -> None:
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n")
    lines.writerow(HEADER)
    lines.writerow(_dated(document, "date_legale", document.due.legal.isoformat()))
    if document.due.campaign is not None:
        lines.writerow(_dated(document, "date_campagne", document.due.campaign.isoformat()))
    if document.closed_on is not None:
        lines.writerow(_dated(document, "date_cloture", document.closed_on.isoformat()))
    for table in document.tables:
        for line in _lines(table):
            lines.writerow((document.kind, str(document.year), *line))


def _dated(document: Document, measure: str, day: str) -> tuple[str, ...]:
    return (document.kind, str(document.year), "document", "1", *("" for _ in KEYS), measure, day)


def _lines(table: Table) -> Iterator[tuple[str, ...]]:
    names = [_name(column) for column in table.columns]
    for number, row in enumerate(table.rows, start=1):
        told = {
            name: _cell(column, cell) for name, column, cell in zip(names, table.columns, row, strict=True)
        }
        keys = [told.get(key, "") for key in KEYS]
        for name, column in zip(names, table.columns, strict=True):
            if name not in KEYS and told[name] != "":
                yield table.title, str(number), *keys, column.title, told[name]


def _name(column: Column) -> str:
    return "segment" if column.key == _SEGMENT else column.key


def _cell(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if column.kind == "amount":
        return decimal_comma(int(cell))
    if column.kind == "euros":
        return decimal_comma(int(cell), CENTS)
    return str(cell) if column.is_number else plain_text(str(column.spoken(cell)))


def decimal_comma(units: int, one: int = DWELLING) -> str:
    """Units as an exact number of dwellings, or of what `one` is made of, written with a comma: ``16,8``."""
    return format((Decimal(units) / one).normalize(), "f").replace(".", ",")


def plain_text(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
