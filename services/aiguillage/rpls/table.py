"""Opens an RPLS file as rows by column name, or says why it cannot: line, found, expected, what to do."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

REQUIRED = ("DEPCOM", "NBPIECE", "FINAN", "QPV")
"""Columns without which no vacancy could be declared."""


class UnreadableRplsError(ValueError):
    """The file is not in the open RPLS format; the message says where, what was found and what to do."""


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows by column name in capitals, cells stripped; raises `UnreadableRplsError`."""
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, delimiter=";")
            columns = _columns(path, next(reader, []))
            for cells in reader:
                line = reader.line_num
                if cells:
                    yield _row(f"{path}:{line}", columns, cells)
    except UnicodeDecodeError as error:
        raise UnreadableRplsError(
            f"{path}:{line + 1} ou après : octet 0x{error.object[error.start]:02X} trouvé, UTF-8 attendu. "
            "Enregistrez le fichier en UTF-8 (avec ou sans BOM)."
        ) from error
    except csv.Error as error:
        raise UnreadableRplsError(
            f"{path}:{line + 1} : ligne illisible ({error}). Attendu : un CSV séparé par « ; »."
        ) from error


def _row(place: str, columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise UnreadableRplsError(
            f"{place} : {len(cells)} colonnes trouvées, {len(columns)} attendues comme à la ligne 1. "
            "Vérifiez les « ; » et les guillemets de cette ligne."
        )
    return dict(zip(columns, map(str.strip, cells), strict=True))


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = [name.strip().upper() for name in header]
    lacking = [name for name in REQUIRED if name not in columns]
    if lacking:
        found = ", ".join(columns[:8]) or "rien"
        raise UnreadableRplsError(
            f"{path}:1 : colonne {', '.join(lacking)} absente. Trouvé : {found}… Attendu : au moins "
            f"{', '.join(REQUIRED)}, séparées par « ; ». Exportez le fichier RPLS sans renommer ses colonnes."
        )
    twice = [name for name, times in Counter(columns).items() if times > 1 and name]
    if twice:
        raise UnreadableRplsError(
            f"{path}:1 : colonne {', '.join(twice)} trouvée deux fois, une seule attendue. Supprimez-en une."
        )
    return columns
