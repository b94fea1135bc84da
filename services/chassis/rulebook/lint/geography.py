"""Which départements, communes and arrondissements exist: INSEE codes, shipped with the release."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from contracts.values import departement_of

_ARRONDISSEMENTS = {
    "13055": range(13201, 13217),
    "69123": range(69381, 69390),
    "75056": range(75101, 75121),
}
CITY_OF: Mapping[str, str] = MappingProxyType(
    {str(code): city for city, codes in _ARRONDISSEMENTS.items() for code in codes}
)
"""Municipal arrondissement → the commune it belongs to."""
WITHOUT_LIST = frozenset({"975", "977", "978", "984", "986", "987", "988"})
"""Collectivities whose communes are not in the list: any code of theirs is taken as it is."""


@cache
def departements() -> frozenset[str]:
    """Every département and collectivity a vacancy may lie in."""
    return frozenset(_intervals()) | WITHOUT_LIST


@cache
def communes() -> frozenset[str]:
    """Every commune and municipal arrondissement."""
    return frozenset(code for place, said in _intervals().items() for code in _codes(place, said))


def exists(commune: str) -> bool:
    """Whether a code is that of a commune or an arrondissement."""
    return departement_of(commune) in WITHOUT_LIST or commune in communes()


def with_postcode(code: str) -> str:
    """The arrondissement that a postcode of Paris, Lyon or Marseille names; empty when it names none."""
    near = {"750": "751", "690": "693", "130": "132"}.get(code[:3])
    if near is None or not code.isdecimal():
        return ""
    number = int(code[3:]) + (80 if near == "693" else 0)
    found = f"{near}{number:02d}"
    return found if found in CITY_OF else ""


def of_departement(codes: Iterable[str], departement: str) -> list[str]:
    """The codes that lie in a département."""
    return [code for code in codes if departement_of(code) == departement]


@cache
def _intervals() -> dict[str, str]:
    text = (files("chassis.rulebook.lint") / "communes.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines() if line and not line.startswith("#"))
    return {place: said for place, _, said in lines}


def _codes(place: str, said: str) -> Iterable[str]:
    width = 5 - len(place)
    for interval in said.split():
        first, _, last = interval.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{place}{number:0{width}d}"
