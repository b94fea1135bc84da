"""The split of a programme with its reasons: solved afresh, or again for the dwellings that were objected to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flux.programme_split import Commitment, Home, split
from orientation.domain.concertation import wording
from orientation.domain.concertation.programme import Lot, Programme

Lots = dict[str, Lot]
"""The split: each dwelling's lot, in order of dwelling id."""


def first_split(homes: Iterable[Home], commitments: Sequence[Commitment]) -> Lots:
    """The split that honours most commitments, `commitments` being merged."""
    known = list(homes)
    return _told({home.dwelling_id: home for home in known}, split(known, commitments), commitments)


def second_split(programme: Programme) -> Lots:
    """The split once dwellings were objected to: nobody loses what it agreed to.

    The dwellings given up and those that were free are split again among what is still owed, and no dwelling goes
    back to a réservataire that objected to it.
    """
    homes, held = _homes(programme), _kept(programme)
    still_owed = Counter(held.values())
    owed = [
        replace(each, count=each.count - still_owed[place])
        for place, each in enumerate(programme.commitments)
    ]
    free = [home for name, home in homes.items() if name not in held]
    return _told(homes, {**held, **split(free, owed)}, programme.commitments)


def last_split(programme: Programme) -> Lots:
    """The split retained: dwellings still objected to join the flux."""
    return _told(_homes(programme), _kept(programme), programme.commitments)


def honoured(lots: Mapping[str, Lot]) -> Counter[int]:
    """How many dwellings honour each commitment, by its place."""
    return Counter(lot.commitment for lot in lots.values() if lot.commitment is not None)


def lacks(lots: Mapping[str, Lot], commitments: Sequence[Commitment]) -> dict[int, str]:
    """The commitments not wholly honoured, by place, and why in French."""
    numbers, homes = honoured(lots), [lot.home for lot in lots.values() if lot.home is not None]
    return {
        place: wording.lack(each, numbers[place], homes)
        for place, each in enumerate(commitments)
        if numbers[place] < each.count
    }


def _homes(programme: Programme) -> dict[str, Home]:
    """The dwellings, each barred to those who objected to it in this round."""
    given_up = programme.given_up()
    return {
        name: lot.home
        if name not in given_up
        else replace(lot.home, barred=lot.home.barred | {given_up[name]})
        for name, lot in programme.lots.items()
        if lot.home is not None
    }


def _kept(programme: Programme) -> dict[str, int]:
    """Dwellings nobody gives up, with the commitment each honours."""
    given_up = programme.given_up()
    return {
        name: lot.commitment
        for name, lot in programme.lots.items()
        if lot.commitment is not None and name not in given_up
    }


def _told(
    homes: Mapping[str, Home], places: Mapping[str, int | None], commitments: Sequence[Commitment]
) -> Lots:
    numbers, ranks = Counter(place for place in places.values() if place is not None), Counter[int]()
    lots: Lots = {}
    for name in sorted(homes):
        home, place = homes[name], places.get(name)
        if place is None:
            lots[name] = Lot(None, None, wording.free(home, commitments), home)
            continue
        ranks[place] += 1
        sentence = wording.honours(commitments[place], ranks[place], numbers[place])
        lots[name] = Lot(commitments[place].reservataire, place, sentence, home)
    return lots
