"""Dwellings as exact integers: one dwelling is a billion units.

A share written with at most seven decimals of a percent falls exactly on this grid, and so do the weights of
a mixed décompte. Rights that do not (an objective in dwellings, a sum above 100 %, a further round) are
apportioned by largest remainder, so that sums stay exact: see docs/decisions/0003.
"""

from decimal import Decimal
from functools import lru_cache
from math import gcd

DWELLING = 10**9
"""Units in one dwelling."""

TOUR = "tour:"
"""Before the name of a party that is offered a dwelling "pour un tour" without a convention."""

BAILLEUR = "BAILLEUR"
"""The party that holds the remainder of the flux: what no réservataire reserved."""


@lru_cache(maxsize=8_192)
def fraction_text(units: int) -> str:
    """Units as a reduced fraction of a dwelling: ``850_000_000`` is ``"17/20"``, a whole number stands alone."""
    divisor = gcd(units, DWELLING)
    denominator = DWELLING // divisor
    return str(units // divisor) if denominator == 1 else f"{units // divisor}/{denominator}"


@lru_cache(maxsize=8_192)
def units_of(text: str) -> int:
    """Units of a fraction text written by `fraction_text`; ValueError when it does not fall on the grid."""
    numerator, _, denominator = text.partition("/")
    units, rest = divmod(int(numerator) * DWELLING, int(denominator or "1"))
    if rest:
        raise ValueError(f"{text} is not a whole number of billionths of a dwelling")
    return units


@lru_cache(maxsize=4_096)
def share_of_percent(percent: str) -> int:
    """Units of each dwelling that a percentage gives: ``"22.5"`` is ``225_000_000``; at most seven decimals."""
    return _on_grid(Decimal(percent) / 100, percent)


@lru_cache(maxsize=4_096)
def units_of_decimal(text: str) -> int:
    """Units of a number of dwellings written as a decimal, such as a weight ``"0.5"``."""
    return _on_grid(Decimal(text), text)


def _on_grid(dwellings: Decimal, text: str) -> int:
    units = dwellings * DWELLING
    if units != units.to_integral_value():
        raise ValueError(f"{text} has too many decimals for the grid of a billionth of a dwelling")
    return int(units)


@lru_cache(maxsize=8_192)
def spoken(units: int) -> str:
    """Dwellings as a clerk reads them aloud: two decimals and a comma, ``1 250 000 000`` is ``1,25``."""
    hundredths = (abs(units) * 200 + DWELLING) // (2 * DWELLING)
    sign = "-" if units < 0 and hundredths else ""
    whole, cents = divmod(hundredths, 100)
    return f"{sign}{whole},{cents:02d}"
