"""4b: a percentage of the flux, from the share of the stock, of its rotation, of the days that rights still run."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flux.conversion.duration import days_in, days_running
from flux.conversion.errors import ConversionError
from flux.conversion.etat_des_lieux import EtatDesLieux, Lot, last_day_of, rotation_of


@dataclass(frozen=True, slots=True)
class Weighting:
    """What a dwelling weighs: 1, its `rotation`, and for rights the `days` they run out of those of the year."""

    rotation: bool = False
    days: bool = False

    def of_stock(self, lots: Iterable[Lot]) -> Fraction:
        """Weight of dwellings in the stock: what shares are taken of."""
        return sum((self._dwellings(lot) for lot in lots), Fraction(0))

    def of_rights(self, lots: Iterable[Lot], year: int) -> Fraction:
        """Weight of the rights on dwellings, in a year."""
        return sum((self._dwellings(lot) * self._part_of_year(lot, year) for lot in lots), Fraction(0))

    def _dwellings(self, lot: Lot) -> Fraction:
        if not self.rotation or not lot.dwellings:
            return Fraction(lot.dwellings)
        return lot.dwellings * rotation_of(lot)

    def _part_of_year(self, lot: Lot, year: int) -> Fraction:
        if not self.days:
            return Fraction(1)
        return Fraction(days_running(last_day_of(lot), year), days_in(year))


def shares_of(etat: EtatDesLieux, weighting: Weighting, year: int) -> dict[str, Fraction]:
    """Share of the yearly flux of each réservataire, exact, before any cap; they sum to 1 at most.

    A percentage of the stock is applied to the flow of freed dwellings, never to the stock (CCH art. R.441-5).
    Raises `ConversionError` when a figure the weighting needs is unknown, or nothing weighs anything.
    """
    whole = _base(etat.lots, weighting)
    return {
        name: weighting.of_rights(lots, year) * Fraction(1, whole)
        for name, lots in etat.converting(year).items()
    }


def share_on_territory(
    share: Fraction, etat: EtatDesLieux, weighting: Weighting, communes: frozenset[str]
) -> Fraction:
    """The same right as a share of what is freed in some communes: fewer dwellings, so a greater share.

    A commune, EPCI or EPT has its right on its own territory. Above 1 only when rights stand outside it.
    """
    there = _base((lot for lot in etat.lots if lot.commune in communes), weighting)
    return share * _base(etat.lots, weighting) * Fraction(1, there)


def _base(lots: Iterable[Lot], weighting: Weighting) -> Fraction:
    base = weighting.of_stock(lots)
    if not base:
        raise ConversionError(
            "Le parc de l'état des lieux ne pèse rien : aucun logement, ou une rotation nulle partout. "
            "Vérifiez les colonnes « nombre » et « rotation »."
        )
    return base
