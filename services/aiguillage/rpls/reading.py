"""Reads the open RPLS format: one row a dwelling, or one an address with its number of dwellings."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from aiguillage.rpls import cells
from aiguillage.rpls.register import RegisteredDwelling, RplsReport

REQUIRED = ("DEPCOM", "NBPIECE", "FINAN", "QPV")
"""Columns without which no vacancy could be declared."""
IDENTIFIER = "IDENT_REP"
"""The register's own number of a dwelling; open files leave it out."""
MANY = "NB"
"""Dwellings of an address row; a file without it has one row a dwelling."""
LIKENESS = ("DEPCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "NBPIECE", "SURFHAB", "CONSTRUCT", "FINAN")
"""What an id is derived from where none is given; alike dwellings are told apart by their rank."""
ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_POSITIONS = 10

Value = TypeVar("Value")


class UnreadableRplsError(ValueError):
    """The file is not in the open RPLS format; the message says where, what was found and what to do."""


def read_rpls(
    path: Path, financements: Mapping[str, str], report: RplsReport | None = None
) -> Iterator[RegisteredDwelling]:
    """Every dwelling of the file, in its order; `financements` maps FINAN codes, `report` counts what is unknown.

    Raises `UnreadableRplsError`. Derived ids do not depend on the order of unlike rows.
    """
    report, ranks = report or RplsReport(), Counter[str]()
    for row in _rows(path):
        count = cells.whole(row.get(MANY, "") or "1") or 1
        for _ in range(count):
            dwelling = _dwelling(row, count, financements, ranks, report)
            report.add(dwelling)
            yield dwelling


def _dwelling(
    row: Mapping[str, str],
    count: int,
    financements: Mapping[str, str],
    ranks: Counter[str],
    report: RplsReport,
) -> RegisteredDwelling:
    def known(column: str, value: Value | None) -> Value | None:
        if value is None:
            report.unknown[column, row.get(column, "")] += 1
        return value

    return RegisteredDwelling(
        dwelling_id=(row.get(IDENTIFIER) if count == 1 else None) or _derived_id(row, ranks),
        commune=known("DEPCOM", cells.commune(row["DEPCOM"], row.get("CODEPOSTAL", ""))),
        typologie=known("NBPIECE", cells.typologie(row["NBPIECE"])),
        financement=known("FINAN", cells.financement(row["FINAN"], financements)),
        qpv=known("QPV", cells.qpv(row["QPV"])),
        construction_year=known("CONSTRUCT", cells.year(row.get("CONSTRUCT", ""))),
        surface_m2=known("SURFHAB", cells.surface(row.get("SURFHAB", ""), count)),
        conventionne=True if row.get("DATCONV") else None,
    )


def _derived_id(row: Mapping[str, str], ranks: Counter[str]) -> str:
    key = "\x1f".join(row.get(column, "") for column in LIKENESS)
    ranks[key] += 1
    number = int.from_bytes(blake2b(f"{key}\x1f{ranks[key]}".encode(), digest_size=8).digest(), "big")
    digits = [ID_ALPHABET[number >> 5 * place & 31] for place in range(ID_POSITIONS - 1)]
    return "R" + "".join(digits)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows by column name in capitals, cells stripped."""
    number = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines, delimiter=";")
            columns = _columns(path, next(reader, []))
            for cells_read in reader:
                number = reader.line_num
                if len(cells_read) == len(columns):
                    yield dict(zip(columns, map(str.strip, cells_read), strict=True))
                elif cells_read:
                    raise UnreadableRplsError(
                        f"{path}:{number} : {len(cells_read)} colonnes trouvées, {len(columns)} attendues comme à la "
                        "ligne 1. Vérifiez les « ; » et les guillemets de cette ligne."
                    )
    except UnicodeDecodeError as error:
        raise UnreadableRplsError(
            f"{path}:{number + 1} ou après : octet 0x{error.object[error.start]:02X} trouvé, UTF-8 attendu. "
            "Enregistrez le fichier en UTF-8 (avec ou sans BOM)."
        ) from error
    except csv.Error as error:
        raise UnreadableRplsError(
            f"{path}:{number + 1} : ligne illisible ({error}). Attendu : un CSV séparé par « ; »."
        ) from error


def _columns(path: Path, header: list[str]) -> list[str]:
    columns = [name.strip().upper() for name in header]
    lacking = [name for name in REQUIRED if name not in columns]
    if lacking:
        found = ", ".join(columns[:8]) or "rien"
        raise UnreadableRplsError(
            f"{path}:1 : colonne {', '.join(lacking)} absente. Trouvé : {found}… Attendu : au moins "
            f"{', '.join(REQUIRED)}, séparées par « ; ». Exportez le fichier ouvert RPLS sans renommer ses colonnes."
        )
    twice = [name for name, times in Counter(columns).items() if times > 1 and name]
    if twice:
        raise UnreadableRplsError(
            f"{path}:1 : colonne {', '.join(twice)} trouvée deux fois, une seule attendue. Supprimez-en une."
        )
    return columns
