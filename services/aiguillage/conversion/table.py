"""A CSV file as clerks save it: « ; », « , » or tabulation, with or without BOM, UTF-8 or Windows-1252."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from aiguillage.conversion.faults import Fault, UnreadableTableError
from aiguillage.conversion.plain import plain

DELIMITERS = ";,\t"
BYTES_AT_MOST = 64 * 1024 * 1024
"""An état des lieux has a row a residence and réservataire; the largest bailleurs stay far below."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name, what clerks call it besides (`plain` spelling), and whether it must be there.

    `unless` names a column that stands in for a required one.
    """

    name: str
    others: tuple[str, ...] = ()
    is_required: bool = False
    unless: str | None = None

    def is_lacking(self, seen: Collection[str]) -> bool:
        """Whether it must be among the columns seen and is not."""
        return self.is_required and self.name not in seen and self.unless not in seen


@dataclass(frozen=True, slots=True)
class Row:
    """Cells by column name, stripped; a column the file lacks is empty everywhere."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in order. `headers` are the clerk's own words by column name; `ignored` headers nobody knows."""

    file: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]
    ignored: tuple[str, ...]
    encoding: str


def read_table(file: str, content: bytes, columns: tuple[Column, ...]) -> Table:
    """The rows of a CSV; blank ones are passed over. Raises `UnreadableTableError`, every fault at once."""
    if len(content) > BYTES_AT_MOST:
        raise _unreadable(file, 1, f"{len(content)} octets, {BYTES_AT_MOST} au plus. Scindez le fichier.")
    text, encoding = _text(file, content)
    delimiter = _delimiter(text, columns)
    lines = _lines(file, text, delimiter)
    first, header = next(lines, (1, []))
    names = _names(file, first, header, columns)
    rows, faults = [], []
    for line, cells in lines:
        if len(cells) != len(header):
            faults.append(Fault(file, line, "", _uneven(len(cells), len(header), delimiter)))
        else:
            rows.append(Row(line, {name: cells[place] for place, name in names.items()}))
    if faults:
        raise UnreadableTableError(faults)
    known = {name: header[place] for place, name in names.items()}
    unknown = (title for place, title in enumerate(header) if title and place not in names)
    return Table(file, known, tuple(rows), tuple(unknown), encoding)


def _text(file: str, content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass  # spreadsheets of French clerks still write Windows-1252
    try:
        return content.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            file,
            line,
            f"octet 0x{content[error.start]:02X} trouvé, attendu de l'UTF-8 ou du Windows-1252. "
            "Enregistrez le fichier en « CSV UTF-8 ».",
        ) from None


def _delimiter(text: str, columns: tuple[Column, ...]) -> str:
    """The one that makes most sense of the first line."""
    known = {spelling for column in columns for spelling in (column.name, *column.others)}
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(
        DELIMITERS, key=lambda sign: sum(plain(title.strip('"')) in known for title in header.split(sign))
    )


def _lines(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(
            file,
            line,
            f"ligne illisible ({error}), attendu un CSV séparé par « {delimiter} ». Vérifiez les guillemets.",
        ) from error


def _names(file: str, line: int, header: list[str], columns: tuple[Column, ...]) -> dict[int, str]:
    """Column names by place in the header."""
    by_spelling = {spelling: column.name for column in columns for spelling in (column.name, *column.others)}
    found = {
        place: by_spelling[plain(title)] for place, title in enumerate(header) if plain(title) in by_spelling
    }
    seen = list(found.values())
    faults = [
        Fault(file, line, header[place], f"la colonne « {name} » est là deux fois. Gardez-en une.")
        for place, name in found.items()
        if seen.index(name) != list(found).index(place)
    ]
    lacking = [column.name for column in columns if column.is_lacking(seen)]
    if lacking:
        titles = ", ".join(title for title in header if title) or "rien"
        faults.append(
            Fault(
                file,
                line,
                "",
                f"colonne {', '.join(lacking)} absente. Trouvé : {titles}. "
                f"Attendu : {', '.join(column.name for column in columns)}. Renommez ou ajoutez la colonne.",
            )
        )
    if faults:
        raise UnreadableTableError(faults)
    return found


def _uneven(found: int, expected: int, delimiter: str) -> str:
    hint = " (une virgule décimale dans un fichier séparé par des virgules ?)" if delimiter == "," else ""
    return f"{found} cellules trouvées, {expected} attendues comme à la première ligne{hint}. Vérifiez cette ligne."


def _unreadable(file: str, line: int, said: str) -> UnreadableTableError:
    return UnreadableTableError([Fault(file, line, "", said)])
