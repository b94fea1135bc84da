"""4a: droits de suite become droits uniques, each worth one dwelling, drawn over years."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import zip_longest

from flux.conversion.duration import years_left
from flux.conversion.etat_des_lieux import Lot, last_day_of, rotation_of
from flux.conversion.state_caps import StateCaps


def rights_of(lots: Iterable[Lot], year: int) -> Fraction:
    """Σ dwellings × rotation × years left: 50 dwellings × 8 % × 15 years are 60 rights. Exact.

    Raises `ConversionError` when a rotation or a last day is unknown.
    """
    return sum(
        (lot.dwellings * rotation_of(lot) * years_left(last_day_of(lot), year) for lot in lots), Fraction(0)
    )


def longest(lots: Iterable[Lot], year: int) -> int:
    """Years, rounded up, until the last of the rights ends: how long they are drawn when nobody says."""
    return max(years_left(last_day_of(lot), year).__ceil__() for lot in lots)


def spread(
    rights: Mapping[str, Fraction],
    years: Mapping[str, int],
    kinds: Mapping[str, str],
    caps: StateCaps,
    flux: int,
) -> dict[str, tuple[int, ...]]:
    """Whole dwellings year by year, each party over its own number of years, under the State's caps each year.

    Only whole rights are drawn. What does not divide comes first (5 over 3 years: 2, 2, 1); what a cap holds
    back waits for the party's later years. What is still undrawn at the end is the caller's to tell.
    """
    waiting = {name: right.__floor__() for name, right in rights.items()}
    drawn: dict[str, list[int]] = {name: [] for name in rights}
    for turn in range(max(years.values(), default=0)):
        due = {name: -(-waiting[name] // (years[name] - turn)) for name in rights if turn < years[name]}
        for name, given in caps.dwellings(due, kinds, flux).items():
            waiting[name] -= given
            drawn[name].append(given)
    return {name: tuple(numbers) for name, numbers in drawn.items()}


def busiest(drawn: Mapping[str, tuple[int, ...]]) -> int:
    """Dwellings drawn by everybody together in the year that draws most."""
    return max((sum(year) for year in zip_longest(*drawn.values(), fillvalue=0)), default=0)


def fewest_years(rights: Iterable[Fraction], flux: int) -> int | None:
    """Fewest years over which everybody's whole rights fit in a yearly flux; None when they never do."""
    whole = [right.__floor__() for right in rights]
    years = range(1, max(whole, default=0) + 1)
    fewest = bisect_left(years, True, key=lambda n: sum(-(-right // n) for right in whole) <= flux)
    return years[fewest] if fewest < len(years) else None
