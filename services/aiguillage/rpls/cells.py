"""Reads the cells of an RPLS row: codes, numbers written `1.0`, empty for unknown."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

LARGEST_TYPOLOGIE = 7
"""Dwellings of more main rooms are T7: the contract names no larger one."""
OLDEST_YEAR, NEWEST_YEAR = 1500, 2100
CITY_PREFIXES = {"75056": ("750", "751"), "69123": ("6900", "6938"), "13055": ("130", "132")}
"""Commune → prefixes of its postal codes and arrondissements (75014 → 75114; 75116 is a postal code too)."""
_WHOLE = re.compile(r"[0-9]{1,12}(?:[.,]0{1,12})?")
_COMMUNE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}")
_ROOMS = re.compile(r"T?([1-9][0-9]?)(?:[.,]0+)?( ?BIS|\+| ET PLUS)?")
_TENTH = Decimal("0.1")


def whole(cell: str) -> int | None:
    """A whole number, however written (`12`, `12.0`)."""
    return int(re.split("[.,]", cell)[0]) if _WHOLE.fullmatch(cell) else None


def commune(cell: str, postal_code: str = "") -> str | None:
    """An INSEE code of five characters; its lost zero comes back, an arrondissement is told by the post."""
    number = whole(cell)
    code = cell.upper() if number is None else f"{number:05d}"
    if not _COMMUNE.fullmatch(code):
        return None
    return _arrondissement(code, postal_code)


def typologie(cell: str) -> str | None:
    """T1 to T7 from a number of rooms; `1 bis` is T1bis, `5 et plus` T5."""
    read = _ROOMS.fullmatch(cell.strip().upper())
    if read is None:
        return None
    if read[2] and "BIS" in read[2]:
        return "T1bis" if read[1] == "1" else None
    return f"T{min(int(read[1]), LARGEST_TYPOLOGIE)}"


def qpv(cell: str) -> bool | None:
    """1 is inside a QPV, 2 outside."""
    return {1: True, 2: False}.get(whole(cell) or 0)


def financement(cell: str, codes: Mapping[str, str]) -> str | None:
    """The financing a FINAN code stands for."""
    return codes.get(str(whole(cell)))


def year(cell: str) -> int | None:
    """A plausible year of construction."""
    read = whole(cell)
    return read if read is not None and OLDEST_YEAR <= read <= NEWEST_YEAR else None


def surface(cell: str, dwellings: int) -> Decimal | None:
    """Square metres of one of the `dwellings` the cell sums, to the tenth, halves to even."""
    try:
        total = Decimal(cell.replace(",", "."))
    except InvalidOperation:
        return None
    return (total / dwellings).quantize(_TENTH) if total.is_finite() and 0 < total < 10**7 else None


def _arrondissement(code: str, postal_code: str) -> str:
    by_post, by_insee = CITY_PREFIXES.get(code, ("-", ""))
    post = str(whole(postal_code) or "").zfill(5)
    if post == "75116" and code == "75056":
        return post
    number = post.removeprefix(by_post)
    return code if number == post else by_insee + number
