"""Who sits around one dwelling, with what share of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flux.convention import Convention
from flux.criteria import Criterion
from flux.units import BAILLEUR, DWELLING


@dataclass(slots=True)
class Party:
    """A party of a dwelling: `share` in units of it; `obstacle` says in French why it may not take it.

    `carry` is the part of the share that a carry-over of earlier years adds, or takes when it is negative.
    `has_room` is false once a cap has nothing left to credit: rights end where the cap does.
    """

    name: str
    share: int
    reservataire: str
    convention: Convention | None = None
    criteria: tuple[Criterion, ...] = ()
    lateness: int = 0
    obstacle: str | None = None
    has_room: bool = True
    carry: int = 0

    @property
    def is_eligible(self) -> bool:
        """Whether nothing keeps it from taking the dwelling."""
        return self.obstacle is None


@dataclass(frozen=True, slots=True)
class Table:
    """Everybody around one dwelling, in order of name, the bailleur last when it holds a remainder.

    `carried` is what a first round moves of carry-overs, by line, those whose share they take whole included.
    """

    parties: tuple[Party, ...]
    is_normalised: bool
    is_covered: bool
    carried: Mapping[str, int] = field(default_factory=dict)

    def shares(self) -> dict[str, int]:
        """Units of the dwelling by party; they sum to one dwelling."""
        return {party.name: party.share for party in self.parties}

    def accruals(self) -> dict[str, int]:
        """What a first round credits: the shares, those without room under a cap left to the bailleur."""
        credit = {party.name: party.share for party in self.parties if party.has_room}
        rest = DWELLING - sum(credit.values())
        if rest:
            credit[BAILLEUR] = credit.get(BAILLEUR, 0) + rest
        return credit
