"""Reads the open RPLS format: one row a dwelling, or one an address with its number of dwellings."""

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from aiguillage.rpls import cells
from aiguillage.rpls.register import RegisteredDwelling, RplsReport
from aiguillage.rpls.table import rows_of

IDENTIFIER = "IDENT_REP"
"""The register's own number of a dwelling; open files leave it out."""
MANY = "NB"
"""Dwellings of an address row; a file without it has one row a dwelling."""
MOST_AT_AN_ADDRESS = 10_000
LIKENESS = ("DEPCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "NBPIECE", "SURFHAB", "CONSTRUCT", "FINAN")
"""What an id is derived from where none is given; alike dwellings are told apart by their rank."""
ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_POSITIONS = 10

Value = TypeVar("Value")


def read_rpls(
    path: Path, financements: Mapping[str, str], report: RplsReport | None = None
) -> Iterator[RegisteredDwelling]:
    """Every dwelling of the file, in its order; derived ids do not depend on the order of unlike rows.

    `financements` maps FINAN codes; `report` counts what is unknown. Raises `UnreadableRplsError`.
    """
    report, ranks = report or RplsReport(), Counter[str]()
    for row in rows_of(path):
        count = _count(row, report)
        for _ in range(count):
            dwelling = _dwelling(row, count, financements, ranks, report)
            report.add(dwelling)
            yield dwelling


def _count(row: Mapping[str, str], report: RplsReport) -> int:
    """Dwellings of the row: one where nothing is said, one too where what is said cannot be read."""
    said = row.get(MANY, "")
    count = cells.whole(said) if said else 1
    if count is None or count > MOST_AT_AN_ADDRESS:
        report.unknown[MANY, said] += 1
        return 1
    return count


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
