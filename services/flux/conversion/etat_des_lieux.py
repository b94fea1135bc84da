"""The état des lieux: a bailleur's stock in a département and the rights that stand on it, before conversion."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from flux.conversion.errors import ConversionError


class Right(StrEnum):
    """What stands on a dwelling of the stock."""

    DROIT_DE_SUITE = "droit_de_suite"
    """A long right, until a day: the only one that converts."""
    DROIT_SIMPLE = "droit_simple"
    """A right « pour un tour »: used up by one letting, it never converts."""
    NON_RESERVE = "non_reserve"
    """No right: the dwelling is the bailleur's own."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A réservataire of the état des lieux; `kind` as conventions write it (``etat_prioritaires``…).

    `territory` is the commune, EPCI or EPT where its right bears, by its code; None: not said.
    """

    id: str
    kind: str
    name: str | None = None
    territory: str | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """Dwellings under one right, in one residence.

    `until` is the right's last day, included; `rotation` the dwellings freed in a year by each dwelling of the
    lot (8 % is 2/25). None is unknown. `line` is where the lot was read.
    """

    reservataire: str
    right: Right
    dwellings: int
    until: date | None = None
    rotation: Fraction | None = None
    commune: str | None = None
    residence: str = ""
    line: int = 0

    def runs_in(self, year: int) -> bool:
        """Whether it is a droit de suite that still runs on the first day of the year."""
        return self.right is Right.DROIT_DE_SUITE and (self.until is None or self.until.year >= year)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Dwellings whose right does not convert, in how many lots, by réservataire in order of id."""

    dwellings: int
    lots: int
    by_reservataire: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EtatDesLieux:
    """Lots in any order, and the holders of their droits de suite by id.

    Dwellings outside a droit de suite count in the stock: they too are freed.
    """

    lots: tuple[Lot, ...]
    holders: Mapping[str, Holder]

    @property
    def stock(self) -> int:
        """Dwellings of the stock, whatever stands on them."""
        return sum(lot.dwellings for lot in self.lots)

    def converting(self, year: int) -> dict[str, tuple[Lot, ...]]:
        """The lots that convert in a year, by réservataire in order of id."""
        found: dict[str, list[Lot]] = {}
        for lot in self.lots:
            if lot.runs_in(year):
                found.setdefault(lot.reservataire, []).append(lot)
        return {name: tuple(found[name]) for name in sorted(found)}

    def simple_rights(self) -> LeftOut:
        """The droits simples, left out of every conversion."""
        return _left_out(lot for lot in self.lots if lot.right is Right.DROIT_SIMPLE)

    def lapsed(self, year: int) -> LeftOut:
        """The droits de suite that ended before the year: nothing is left to convert."""
        suite = (lot for lot in self.lots if lot.right is Right.DROIT_DE_SUITE)
        return _left_out(lot for lot in suite if not lot.runs_in(year))

    def freed_in_a_year(self) -> Fraction | None:
        """Dwellings the rotation of every lot frees in a year; None when a lot does not say its own."""
        freed = Fraction(0)
        for lot in self.lots:
            if lot.rotation is None and lot.dwellings:
                return None
            freed += lot.dwellings * (lot.rotation or 0)
        return freed


def rotation_of(lot: Lot) -> Fraction:
    """Its rotation; raises `ConversionError` when it is unknown."""
    if lot.rotation is None:
        raise ConversionError(
            f"Ligne {lot.line} : taux de rotation inconnu, la méthode en a besoin. "
            "Remplissez la colonne « rotation », ou choisissez une méthode qui n'en demande pas."
        )
    return lot.rotation


def last_day_of(lot: Lot) -> date:
    """Its last day; raises `ConversionError` when it is unknown."""
    if lot.until is None:
        raise ConversionError(
            f"Ligne {lot.line} : échéance du droit inconnue, la méthode en a besoin. "
            "Remplissez la colonne « échéance », ou choisissez une méthode qui n'en demande pas."
        )
    return lot.until


def _left_out(lots: Iterator[Lot]) -> LeftOut:
    found: dict[str, int] = {}
    number = 0
    for number, lot in enumerate(lots, start=1):  # noqa: B007 - the count is told too
        found[lot.reservataire] = found.get(lot.reservataire, 0) + lot.dwellings
    return LeftOut(sum(found.values()), number, dict(sorted(found.items())))
