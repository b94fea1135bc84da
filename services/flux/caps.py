"""The State's cap and, inside it, its agents' points: a cap is floored, never rounded (CCH art. R.441-5-2)."""

from collections.abc import Iterator

from flux.convention import STATE_KINDS, Convention
from flux.law import Bound, Caps
from flux.units import DWELLING

AGENT_KINDS = frozenset({"etat_agents"})
"""The State's agents, inside the State."""


def by_kinds(caps: Caps) -> Iterator[tuple[frozenset[str], Bound, str]]:
    """Kinds of réservataire that a cap holds together, the cap, its name in French; the State first."""
    yield STATE_KINDS, caps.etat, "de l'État"
    yield AGENT_KINDS, caps.etat_agents, "des agents de l'État"


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
