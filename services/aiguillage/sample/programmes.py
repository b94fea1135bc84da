"""New buildings: the programmes opened to concertation, then the first lettings of their dwellings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiguillage.cloudevents import bailleur_source, line
from aiguillage.draws import Draws, Table
from aiguillage.sample.bailleurs import Bailleur
from aiguillage.sample.conventions import Timed
from aiguillage.sample.dwellings import dwelling
from aiguillage.sample.figures import Departement, Place
from aiguillage.sample.holders import Holder, shared_out
from aiguillage.sample.vacancies import dwelling_number
from aiguillage.season import office_time

SMALLEST, LARGEST = 8, 24
"""Dwellings of a programme."""
LAST_OPENING_MONTH = 7
"""Programmes open in January to July, so that their first lettings fall within the year."""
ANSWER_WITHIN_DAYS = 21
FIRST_LETTINGS_DAYS = (30, 110)
"""Days from the opening to a first letting's declaration."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A building that a bailleur opens to concertation, with the dwellings it will let first."""

    id: str
    bailleur: Bailleur
    place: Place
    opened_at: datetime
    dwellings: tuple[dict[str, object], ...]


def sizes_of(first_lettings: int, draws: Draws) -> list[int]:
    """Sizes of programmes that hold `first_lettings` dwellings together, less what is too few for one."""
    sizes: list[int] = []
    while first_lettings >= SMALLEST:
        sizes.append(min(first_lettings, draws.between(SMALLEST, LARGEST)))
        first_lettings -= sizes[-1]
    return sizes


def programmes_of(
    departement: Departement,
    bailleurs: Sequence[Bailleur],
    sizes: Sequence[int],
    seed: int,
    first: int,
    year: int,
) -> list[Programme]:
    """One programme a size; `first` is the position of their first dwelling among those of the year."""
    owners, programmes = Table((bailleur, bailleur.trait.weight) for bailleur in bailleurs), []
    for number, size in enumerate(sizes, start=1):
        draws = Draws(seed, departement.code, year, "programme", number)
        owner = owners.pick(draws)
        place = owner.places.pick(draws)
        month, day = draws.between(1, LAST_OPENING_MONTH), draws.between(2, 27)
        built = tuple(
            dwelling(draws, place, departement.code, dwelling_number(first + index), built=year)
            for index in range(size)
        )
        built = tuple({**one, "qpv": built[0]["qpv"]} for one in built)
        opened_at = datetime(year, month, day, tzinfo=UTC) + office_time(draws)
        programmes.append(
            Programme(f"P-{year}-{departement.code}-{number:03d}", owner, place, opened_at, built)
        )
        first += size
    return programmes


def opened(programme: Programme, departement: Departement, holders: tuple[Holder, ...]) -> Timed:
    """The `programme.opened` event: its dwellings, and what it owes each réservataire there."""
    at, bailleur = programme.opened_at, programme.bailleur
    covering = tuple(holder for holder in holders if holder.covers(programme.place))
    data = {
        "programme_id": programme.id,
        "bailleur": bailleur.siren,
        "departement": departement.code,
        "dwellings": list(programme.dwellings),
        "commitments": _commitments(programme.dwellings, covering),
        "answer_by": (at + timedelta(days=ANSWER_WITHIN_DAYS)).date().isoformat(),
    }
    key, source = f"{programme.id}-opened", bailleur_source(bailleur.siren)
    return at, line("programme.opened", id=key, source=source, time=at, data=data)


def first_lettings(programme: Programme, seed: int) -> Iterator[Timed]:
    """One `vacancy.declared` a dwelling, in the months after the opening."""
    draws = Draws(seed, programme.id, "first lettings")
    for number, built in enumerate(programme.dwellings, start=1):
        at = programme.opened_at + timedelta(days=draws.between(*FIRST_LETTINGS_DAYS), seconds=number)
        body = {
            "vacancy_id": f"V-{programme.id[2:]}-N{number:02d}",
            "bailleur": programme.bailleur.siren,
            "available_on": (at + timedelta(days=30)).date().isoformat(),
            "cause": "neuf",
            "purpose": "relocation",
            "stock_reservation": None,
            "programme_id": programme.id,
            "dwelling": built,
        }
        key, source = f"{body['vacancy_id']}-declared", bailleur_source(programme.bailleur.siren)
        yield at, line("vacancy.declared", id=key, source=source, time=at, data=body)


def _commitments(
    dwellings: Sequence[Mapping[str, object]], holders: tuple[Holder, ...]
) -> list[dict[str, object]]:
    """Each holder's floored share of the dwellings, by financement, in the order the dwellings stand."""
    left = iter(dwellings)
    commitments: list[dict[str, object]] = []
    for holder, count in shared_out(len(dwellings), holders).items():
        kinds = Counter(str(one["financement"]) for _, one in zip(range(count), left, strict=False))
        commitments += [
            {"reservataire": holder.id, "financement": financement, "typologie": None, "count": owed}
            for financement, owed in sorted(kinds.items())
        ]
    return commitments
