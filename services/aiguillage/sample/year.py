"""Puts a département's year together: conventions first, then everything that happens, in order of time."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from itertools import chain

from aiguillage.draws import Draws
from aiguillage.sample import conventions, manners, programmes
from aiguillage.sample import vacancies as freeing
from aiguillage.sample.bailleurs import Bailleur, bailleurs_of
from aiguillage.sample.conventions import Timed
from aiguillage.sample.figures import Departement, departement_of, departements
from aiguillage.sample.holders import Holder, holders_of
from aiguillage.sample.purposes import flux_of

FIRST_LETTINGS_PERCENT = 4
"""First lettings per hundred dwellings declared."""


def make_sample(departement: str, vacancies: int, seed: int, year: int = 2026) -> Iterator[bytes]:
    """Lines of a JSONL file (without line ends) of exactly `vacancies` declared dwellings, in order of time.

    The same arguments give the same bytes on every machine. Raises `UnknownDepartementError`, or `ValueError`
    when a département cannot name that many dwellings.
    """
    return map(_line_of, _year(departement_of(departement), vacancies, seed, year))


def make_national_sample(vacancies: int, seed: int, year: int = 2026) -> Iterator[bytes]:
    """The same for every département at once, each in proportion to the dwellings freed there in a year."""
    places = list(departements().values())
    counts = shared_by_weight(vacancies, [place.moves for place in places])
    years = [_year(place, count, seed, year) for place, count in zip(places, counts, strict=True)]
    return map(_line_of, merge(*years, key=_time_of))


def shared_by_weight(count: int, weights: list[int]) -> list[int]:
    """Splits `count` by whole weights: floors, then one more to the largest remainders, first ones first."""
    total = sum(weights)
    shares = [count * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda rank: (-(count * weights[rank] % total), rank))
    for rank in by_remainder[: count - sum(shares)]:
        shares[rank] += 1
    return shares


def _year(place: Departement, count: int, seed: int, year: int) -> Iterator[Timed]:
    if not 0 <= count < freeing.DWELLING_NUMBERS:
        raise ValueError(
            f"--vacancies {count} : un département en nomme moins de {freeing.DWELLING_NUMBERS}."
        )
    bailleurs = bailleurs_of(place, seed)
    sizes = programmes.sizes_of(count * FIRST_LETTINGS_PERCENT // 100, Draws(seed, place.code, year, "sizes"))
    counts = shared_by_weight(count - sum(sizes), [bailleur.trait.weight for bailleur in bailleurs])
    freed = freeing.freed_in(place, bailleurs, counts, seed, year)
    return chain(
        _signed(place, bailleurs, counts, seed, year),
        merge(
            freeing.told(freed, place, seed, year),
            _built(place, bailleurs, sizes, seed, len(freed) + 1, year),
            key=_time_of,
        ),
    )


def _signed(
    place: Departement, bailleurs: tuple[Bailleur, ...], counts: list[int], seed: int, year: int
) -> list[Timed]:
    """What is known before the year begins, in order of time: manners, conventions, forecasts."""
    at, events, everybody = conventions.opening(year), list[Timed](), dict[str, tuple[Holder, ...]]()
    for bailleur, count in zip(bailleurs, counts, strict=True):
        holders = holders_of(bailleur, place, seed, flux_of(count))
        everybody[bailleur.siren] = holders
        events += conventions.signed(bailleur, place, holders, seed, year)
        events.append(conventions.forecast(bailleur, place, count, year))
    events += manners.reservataires(everybody, place.code, seed, at)
    events += manners.bailleurs(bailleurs, seed, at)
    return sorted(events)


def _built(
    place: Departement, bailleurs: tuple[Bailleur, ...], sizes: list[int], seed: int, first: int, year: int
) -> list[Timed]:
    """Programmes and their first lettings, in order of time."""
    events = list[Timed]()
    for programme in programmes.programmes_of(place, bailleurs, sizes, seed, first, year):
        holders = holders_of(programme.bailleur, place, seed, flux=0)
        events.append(programmes.opened(programme, place, holders))
        events += programmes.first_lettings(programme, seed)
    return sorted(events)


def _time_of(event: Timed) -> datetime:
    return event[0]


def _line_of(event: Timed) -> bytes:
    return event[1]
