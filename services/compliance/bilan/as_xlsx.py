"""A document as a workbook: a cover, then a sheet for each table; the same document gives the same bytes."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from compliance.bilan.document import Document
from compliance.bilan.table import CENTS, Cell, Column, Line, Table
from contracts.characters import writable
from flux.units import DWELLING

_WHEN = datetime(1980, 1, 1, tzinfo=UTC)
"""The first instant a zip archive can tell: every part bears it, whenever the file is made."""
_BOLD, _TITLE = Font(bold=True), Font(bold=True, size=14)
_HEADING = PatternFill("solid", start_color="FFD9E2F3")
_SUMMED = PatternFill("solid", start_color="FFF2F2F2")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"count": "#,##0", "amount": "#,##0.00", "euros": "#,##0.00 €", "day": "dd/mm/yyyy", "text": "@"}
_ONE = {"amount": DWELLING, "euros": CENTS}
"""What cells that are no whole numbers are divided by."""
_NARROWEST, _WIDEST = 10, 48
_FIRST_ROW = 4
"""Title, note, a blank line, then the headings."""
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write(document: Document) -> bytes:
    """The workbook; equal documents give equal bytes."""
    book = Workbook(write_only=True)
    book.properties.created = _WHEN.replace(tzinfo=None)
    book.properties.creator, book.properties.title = "Aiguillage", document.title
    _cover(book, document)
    for table in document.tables:
        _sheet(book, table)
    file = BytesIO()
    book.save(file)
    return _dateless(file.getvalue())


def _cover(book: Workbook, document: Document) -> None:
    sheet = book.create_sheet("Lisez-moi")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 100
    verdict = (
        "tout concorde" if document.is_sound else "DES CHIFFRES NE CONCORDENT PAS : voir « Vérifications »"
    )
    lines: list[tuple[str, str]] = [
        ("Année", str(document.year)),
        ("Départements", ", ".join(document.departements)),
        ("Bailleur", document.bailleur or "tous"),
        ("Échéance", document.due.sentence()),
        ("Arrêté au", f"{document.on:%d/%m/%Y}"),
        ("Vérifications", verdict),
    ]
    if document.closed_on is not None:
        lines.append(("Actions correctives", f"clôture au {document.closed_on:%d/%m/%Y}"))
    sheet.append([_text(sheet, document.title, _TITLE)])
    sheet.append([])
    for name, said in lines:
        sheet.append([_text(sheet, name, _BOLD), _text(sheet, said)])
    sheet.append([])
    sheet.append([_text(sheet, "Feuille", _BOLD), _text(sheet, "Contenu", _BOLD)])
    for table in document.tables:
        sheet.append([_text(sheet, table.title), _text(sheet, table.note)])


def _sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.title)
    sheet.freeze_panes = f"A{_FIRST_ROW + 1}"
    sheet.print_title_rows = f"{_FIRST_ROW}:{_FIRST_ROW}"
    for place, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    last = _FIRST_ROW + max(len(table.rows), 1)
    sheet.auto_filter.ref = f"A{_FIRST_ROW}:{get_column_letter(len(table.columns))}{last}"
    sheet.append([_text(sheet, table.title, _TITLE)])
    sheet.append([_text(sheet, table.note)])
    sheet.append([])
    sheet.append([_heading(sheet, column) for column in table.columns])
    _append(sheet, table, table.rows)
    if not table.rows:
        sheet.append([_text(sheet, "néant")])
    _append(sheet, table, table.totals, is_total=True)


def _append(sheet: WriteOnlyWorksheet, table: Table, rows: Iterable[Line], *, is_total: bool = False) -> None:
    """Append rows; a row is written at once, so the same cells serve for all of them and are styled once."""
    cells = [_styled(sheet, column, is_total=is_total) for column in table.columns]
    for row in rows:
        for cell, column, value in zip(cells, table.columns, row, strict=True):
            _fill(cell, column, value)
        sheet.append(cells)


def _styled(sheet: WriteOnlyWorksheet, column: Column, *, is_total: bool) -> SheetCell:
    cell = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS[column.kind]
    if is_total:
        cell.font, cell.fill = _BOLD, _SUMMED
    return cell


def _fill(cell: SheetCell, column: Column, value: Cell) -> None:
    if isinstance(value, int) and column.is_number:
        cell.value = Decimal(value) / _ONE.get(column.kind, 1)
    elif column.kind == "day" and value:
        cell.value = date.fromisoformat(str(value))
    else:
        cell.value = None if value is None else str(column.spoken(value))
        cell.data_type = "s"


def _text(sheet: WriteOnlyWorksheet, text: str, font: Font | None = None) -> SheetCell:
    """A cell that stays a text, whatever it begins with: never a formula."""
    cell = WriteOnlyCell(sheet, writable(text))
    cell.data_type, cell.number_format = "s", _FORMATS["text"]
    if font is not None:
        cell.font = font
    return cell


def _heading(sheet: WriteOnlyWorksheet, column: Column) -> SheetCell:
    cell = _text(sheet, column.title, _BOLD)
    cell.fill, cell.alignment = _HEADING, _WRAPPED
    return cell


def _widths(table: Table) -> Sequence[int]:
    """Wide enough for what is there, within reason; headings may wrap."""
    widths = []
    for place, column in enumerate(table.columns):
        cells = [str(column.spoken(row[place]) or "") for row in table.rows] if not column.is_number else []
        words = max(map(len, column.title.split()))
        widths.append(min(max([words + 4, _NARROWEST, *(len(cell) + 2 for cell in cells)]), _WIDEST))
    return widths


def _dateless(workbook: bytes) -> bytes:
    """The same archive without the instant it was made."""
    file = BytesIO()
    with ZipFile(BytesIO(workbook)) as made, ZipFile(file, "w", ZIP_DEFLATED) as dateless:
        for name in sorted(made.namelist()):
            part = ZipInfo(name, _WHEN.timetuple()[:6])
            part.compress_type = ZIP_DEFLATED
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + _WHEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            dateless.writestr(part, content)
    return file.getvalue()
