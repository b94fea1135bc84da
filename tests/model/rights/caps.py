"""Caps of the State (CCH R.441-5-2): of the flux announced for the year, its lines together, its agents' among them.

Two things stop. Credit: once the lines a cap binds were credited the whole cap they accrue no more, and their part is
the bailleur's (decision 0004). Turns: none of them may have a dwelling that would pass the cap.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from tests.model.rights.amounts import NOTHING, ONE
from tests.model.rights.conventions import HUNDRED, Line

LEGAL = {"etat": 30, "etat_agents": 5}
"""Per cent; a rule may be lower, never higher."""
KINDS = {"etat": ("etat_prioritaires", "etat_agents"), "etat_agents": ("etat_agents",)}


@dataclass(frozen=True, slots=True)
class Cap:
    """How many dwellings some lines may have together this year."""

    dwellings: int
    lines: frozenset[str]

    def stops_credit(self, credit: Mapping[str, Fraction]) -> bool:
        """Whether its lines were credited all of it."""
        return sum((credit.get(each, NOTHING) for each in self.lines), NOTHING) >= self.dwellings

    def stops_turns(self, engaged: Mapping[str, Fraction]) -> bool:
        """Whether one dwelling more would pass it."""
        return sum((engaged.get(each, NOTHING) for each in self.lines), NOTHING) + ONE > self.dwellings


def per_dwelling(lines: Iterable[Line], ruled: Mapping[str, Any]) -> list[tuple[Fraction, frozenset[str]]]:
    """The caps as parts of one dwelling, agents first, with the lines each binds."""
    known = list(lines)
    return [(_percent(name, ruled) / HUNDRED, _bound(name, known)) for name in reversed(LEGAL)]


def caps_of(lines: Iterable[Line], ruled: Mapping[str, Any], forecast: int | None) -> list[Cap]:
    """The caps of a year, floored: a cap is a cap. None before a forecast is declared."""
    if forecast is None:
        return []
    known = list(lines)
    return [Cap(floor(_percent(name, ruled) * forecast / HUNDRED), _bound(name, known)) for name in LEGAL]


def _percent(name: str, ruled: Mapping[str, Any]) -> Fraction:
    return min(Fraction(str(ruled.get(name, LEGAL[name]))), Fraction(LEGAL[name]))


def _bound(name: str, lines: Iterable[Line]) -> frozenset[str]:
    return frozenset(line.id for line in lines if line.convention.kind in KINDS[name])
