"""The State's cap and, inside it, its agents' points: a cap is floored, never rounded (CCH art. R.441-5-2)."""

from flux.convention import Convention
from flux.units import DWELLING, share_of_percent

STATE_CAP, AGENTS_CAP = share_of_percent("30"), share_of_percent("5")
"""What the law allows the State and, of this, its agents (CCH art. R.441-5-2); a rule may only say less."""


def cap_in_dwellings(cap: int, flux: int) -> int:
    """Whole dwellings a cap allows: 30 % of 56 is 16, never 17. `cap` in units of each dwelling."""
    return cap * flux // DWELLING


def would_pass(engaged: int, cap: int, flux: int) -> bool:
    """Whether one more dwelling on top of `engaged` units passes the cap of a year of `flux` dwellings."""
    return engaged + DWELLING > cap_in_dwellings(cap, flux) * DWELLING


def claimed(convention: Convention, year: int, flux: int) -> int:
    """Units of a year of `flux` dwellings that a convention claims: its shares, its objectives, its carry-over."""
    return base_claimed(convention, flux) + sum(line.due_in(year) for line in convention.lines)


def base_claimed(convention: Convention, flux: int) -> int:
    """The same without the carry-over."""
    return convention.largest_share * flux + sum(line.objective or 0 for line in convention.lines)
