"""Who holds how much of one dwelling: shares, objectives re-estimated, sums above one normalised."""

from collections.abc import Mapping
from dataclasses import dataclass

from flux.apportionment import apportion
from flux.convention import Line
from flux.units import BAILLEUR, DWELLING


@dataclass(frozen=True, slots=True)
class Flow:
    """The flux seen by a line: units credited to it, dwellings it covered, and how many a full year holds.

    `credited` leaves out what its carry-over gave: that is `carried`, negative when it took. `expected` is the declared
    forecast where the line covers the whole département, else None: the pace of the year so far then tells.
    """

    credited: int
    covered: int
    day_of_year: int
    days_in_year: int
    expected: int | None
    carried: int = 0

    def remaining(self) -> int:
        """Dwellings still to come this year, this one included; never less than one."""
        foreseen = self.expected
        if foreseen is None:
            foreseen = (self.covered + 1) * self.days_in_year // self.day_of_year
        return max(foreseen - self.covered, 1)


def share_of(line: Line, flow: Flow) -> int:
    """Share of the next dwelling: the convention's own, or what is left of its objective over what is to come."""
    if line.share is not None:
        return line.share
    missing = max((line.objective or 0) - flow.credited, 0)
    return min(missing // flow.remaining(), DWELLING)


def carry_share(due: int, base: int, flow: Flow) -> int:
    """What a carry-over adds to a base share of the next dwelling: what is left of it over what is to come.

    Exactly what is due is given when the flux comes as foreseen, never more. Negative: taken from the base, which it
    never brings below zero.
    """
    left = due - flow.carried
    if left < 0:
        return -min(-left // flow.remaining(), base)
    return min(left // flow.remaining(), DWELLING - base)


def divide(shares: Mapping[str, int]) -> tuple[dict[str, int], bool]:
    """Each party's part of one dwelling, the bailleur holding the remainder; sums exactly to one dwelling.

    The second value tells that the shares summed above one dwelling and were normalised. Zero shares drop out.
    """
    parts = {party: share for party, share in shares.items() if share > 0}
    total = sum(parts.values())
    if total > DWELLING:
        return apportion(DWELLING, parts), True
    if total < DWELLING:
        parts[BAILLEUR] = DWELLING - total
    return parts, False
