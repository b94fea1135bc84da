"""The split of a new programme: which dwelling honours which commitment (theme 7a).

Commitments are honoured as far as they can be together, by financement and typologie; what lacks is spread in
proportion. The same dwellings and commitments give the same split, in whatever order they are told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flux.assignment import Demand, assign


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling of the programme, and the réservataires it may not go to because they objected."""

    dwelling_id: str
    financement: str
    typologie: str
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Commitment:
    """Dwellings promised to a réservataire, of a financement or of a typologie only when it says so."""

    reservataire: str
    financement: str | None
    typologie: str | None
    count: int

    def suits(self, home: Home) -> bool:
        """Whether the dwelling is of what was promised, to somebody who may have it."""
        return (
            self.financement in {None, home.financement}
            and self.typologie in {None, home.typologie}
            and self.reservataire not in home.barred
        )

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from the others: réservataire, financement, typologie."""
        return (self.reservataire, self.financement or "", self.typologie or "")


def merged(commitments: Iterable[Commitment]) -> list[Commitment]:
    """Commitments in order of key; those of one key are added up, those of no dwelling left out."""
    found: dict[tuple[str, str, str], Commitment] = {}
    for each in sorted(commitments, key=lambda each: each.key):
        before = found[each.key].count if each.key in found else 0
        found[each.key] = Commitment(each.reservataire, each.financement, each.typologie, before + each.count)
    return [each for each in found.values() if each.count]


def split(homes: Iterable[Home], commitments: Sequence[Commitment]) -> dict[str, int | None]:
    """The commitment (place in `commitments`, as `merged` orders them) each dwelling honours, by dwelling id.

    None: no commitment, the dwelling joins the flux. Dwelling ids are all different.
    """
    by_kind: dict[tuple[str, str, tuple[str, ...]], list[Home]] = {}
    for home in sorted(homes, key=lambda home: home.dwelling_id):
        kind = (home.financement, home.typologie, tuple(sorted(home.barred)))
        by_kind.setdefault(kind, []).append(home)
    kinds = [by_kind[kind] for kind in sorted(by_kind)]
    demands = [
        Demand(each.count, tuple(place for place, alike in enumerate(kinds) if each.suits(alike[0])))
        for each in commitments
    ]
    given = assign([len(alike) for alike in kinds], demands)
    found: dict[str, int | None] = {}
    for place, alike in enumerate(kinds):
        found |= _deal(alike, {number: row[place] for number, row in enumerate(given) if place in row})
    return dict(sorted(found.items()))


def _deal(alike: Sequence[Home], numbers: Mapping[int, int]) -> dict[str, int | None]:
    """Dwellings of one kind dealt in turn, in order of id, so that nobody has all the first ones."""
    shares: list[tuple[int | None, int]] = [*numbers.items(), (None, len(alike) - sum(numbers.values()))]
    turns = [
        (Fraction(k, number), rank, who) for rank, (who, number) in enumerate(shares) for k in range(number)
    ]
    turns.sort(key=lambda turn: turn[:2])
    return {home.dwelling_id: who for home, (_, _, who) in zip(alike, turns, strict=True)}
