"""Exact fractions as people read them, and as conventions write them."""

from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from flux.units import DWELLING


def spoken(value: Fraction, places: int = 2) -> str:
    """A decimal with a comma, rounded half up to `places`, without trailing zeros: 357/10 is « 35,7 »."""
    scaled = (value * 10**places + Fraction(1, 2)).__floor__()
    text = format(Decimal(scaled).scaleb(-places), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def percent(share: Fraction) -> str:
    """A share as a percentage of four decimals: 36/161 is « 22,3602 % »."""
    return f"{spoken(share * 100, 4)} %"


def percent_text(share: Fraction) -> str:
    """A share as conventions write it, floored at seven decimals of a percent: never above what was agreed."""
    units = (share * DWELLING).__floor__()
    return format(Decimal(units).scaleb(-7).normalize(), "f")


def schedule(per_year: tuple[Fraction, ...], year: int) -> str:
    """Dwellings by runs of years: « 2026-2028 : 5 ; 2029-2040 : 4 »; a single year stands alone: « 22 »."""
    if len(per_year) == 1:
        return spoken(per_year[0])
    told, start = [], year
    for amount, run in groupby(per_year):
        last = start + len(list(run)) - 1
        told.append(f"{start}{f'-{last}' if last > start else ''} : {spoken(amount)}")
        start = last + 1
    return " ; ".join(told)
