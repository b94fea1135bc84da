"""Whose turn it is, by progress (scenario 5a): Tijdeman's chairman assignment with exact integers.

Source: R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980). While shares are fixed
and everybody is eligible, each party's count stays within 1 - 1/(2n - 2) of its share of the flux after every
dwelling, n being the number of parties with a share, the bailleur's remainder included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from flux.units import BAILLEUR, DWELLING


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that may take the dwelling: its share of it and its balance (credit - engaged), in units.

    `lateness` is how far its criteria segment is behind its target, in units: it only decides among parties
    whose deadlines fall within the criteria window.
    """

    party: str
    share: int
    balance: int
    lateness: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in order of turn, and whether its turn has come: balance at least 1/(2n - 2) of a dwelling."""

    candidate: Candidate
    is_entitled: bool


def rank(candidates: Sequence[Candidate], parties: int, window: int = 0) -> list[Ranked]:
    """The candidates in order of turn: entitled first, earliest deadline first, ties by name, the bailleur last.

    `parties` is n: how many parties hold a positive share of this dwelling, eligible or not. `window` is the
    criteria window in units of a dwelling (0: the criteria only break exact ties). Every share is positive.
    """
    if not candidates:
        return []
    slots = max(2 * parties - 2, 1)
    entitled = {c.party for c in candidates if c.balance * slots >= DWELLING}
    if not entitled:
        entitled = {c.party for c in candidates}
    scale = lcm(*(c.share for c in candidates))
    ordered = sorted(
        ((_deadline(c, slots, scale), c) for c in candidates),
        key=lambda pair: (pair[1].party not in entitled, pair[0], -pair[1].lateness, *_name(pair[1].party)),
    )
    _prefer_the_segment_furthest_behind(ordered, entitled, window * slots * scale // DWELLING)
    return [Ranked(c, c.party in entitled) for _, c in ordered]


def _deadline(candidate: Candidate, slots: int, scale: int) -> int:
    """(1 - 1/slots - balance) / share, multiplied by slots x scale so that it is a whole number of dwellings."""
    return ((slots - 1) * DWELLING - candidate.balance * slots) * (scale // candidate.share)


def _prefer_the_segment_furthest_behind(
    ordered: list[tuple[int, Candidate]], entitled: set[str], window: int
) -> None:
    """Move first, among the entitled within `window` of the earliest deadline, the one furthest behind."""
    if not window:
        return
    limit = ordered[0][0] + window
    near = [i for i, (due, c) in enumerate(ordered) if c.party in entitled and due <= limit]
    best = min(near, key=lambda i: (-ordered[i][1].lateness, i))
    ordered.insert(0, ordered.pop(best))


def _name(party: str) -> tuple[bool, str]:
    return party == BAILLEUR, party
