"""A document as canonical JSON, for programs: codes as they are, amounts as fractions of a dwelling, exact euros."""

from decimal import Decimal
from typing import Any

from compliance.bilan.checking import Check
from compliance.bilan.document import Document
from compliance.bilan.table import CENTS, Cell, Column, Line, Table
from contracts.canonical import encode
from flux.units import fraction_text

FORMAT = 1
"""Version of the shape; `docs/schemas` tells it."""


def write(document: Document) -> bytes:
    """The document; equal documents give equal bytes."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "document": document.kind,
        "title": document.title,
        "year": document.year,
        "departements": list(document.departements),
        "bailleur": document.bailleur,
        "legal_date": document.due.legal.isoformat(),
        "campaign_date": None if document.due.campaign is None else document.due.campaign.isoformat(),
        "on": document.on.isoformat(),
        "is_sound": document.is_sound,
        "checks": [_check(check) for check in document.checks],
        "tables": {table.key: _table(table) for table in document.tables},
    }
    if document.closed_on is not None:
        body["closed_on"] = document.closed_on.isoformat()
    return encode(body) + b"\n"


def _check(check: Check) -> dict[str, Any]:
    return {
        "what": check.what,
        "counted": check.counted,
        "sums": dict(check.sums),
        "holds": check.holds,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "note": table.note,
        "rows": [_row(table, row) for row in table.rows],
        "totals": [_row(table, row) for row in table.totals],
    }


def _row(table: Table, row: Line) -> dict[str, Any]:
    return {column.key: _cell(column, cell) for column, cell in zip(table.columns, row, strict=True)}


def _cell(column: Column, cell: Cell) -> Cell | Decimal:
    if column.kind == "euros" and isinstance(cell, int):
        return Decimal(cell) / CENTS
    return fraction_text(cell) if column.kind == "amount" and isinstance(cell, int) else cell
