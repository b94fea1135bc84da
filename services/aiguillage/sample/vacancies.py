"""The dwellings freed in the year, as they are declared, with what is amended or withdrawn later."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from aiguillage.cloudevents import bailleur_source, line
from aiguillage.draws import Draws
from aiguillage.sample.bailleurs import Bailleur
from aiguillage.sample.conventions import Timed
from aiguillage.sample.dwellings import dwelling
from aiguillage.sample.figures import Departement
from aiguillage.sample.purposes import CAUSES, PURPOSES, RESERVATIONS
from aiguillage.season import moment

AMENDED_PERCENT, WITHDRAWN_PERCENT = 2, 1
CHANGES_WITHIN_DAYS = 10
"""An amendment or a withdrawal follows its declaration by 1 to this many days."""
NOTICE_DAYS = (15, 90)
"""Days from the declaration to the day the dwelling is available."""
WITHDRAWALS = (
    "Congé annulé par le locataire.",
    "Travaux plus longs que prévu : remise en location reportée.",
    "Erreur de saisie : logement toujours occupé.",
)
DWELLING_NUMBERS = 10_000_000
"""Dwellings a département can name: seven digits."""
_STRIDE = 7_368_787
"""Odd and not a multiple of 5: consecutive vacancies get scattered dwelling numbers, never the same twice."""


@dataclass(frozen=True, slots=True)
class Freed:
    """A dwelling to declare: when, by whom and under which number."""

    at: datetime
    bailleur: Bailleur
    number: int


def freed_in(
    departement: Departement, bailleurs: Sequence[Bailleur], counts: Sequence[int], seed: int, year: int
) -> list[Freed]:
    """Every dwelling the bailleurs free in the year, `counts` each, in order of time and numbered so."""
    moments = sorted(
        (
            moment(Draws(seed, departement.code, year, "moment", bailleur.rank, index), year),
            bailleur.rank,
            index,
        )
        for bailleur, count in zip(bailleurs, counts, strict=True)
        for index in range(count)
    )
    return [Freed(at, bailleurs[rank], number) for number, (at, rank, _) in enumerate(moments, start=1)]


def told(freed: Iterable[Freed], departement: Departement, seed: int, year: int) -> Iterator[Timed]:
    """Declarations in order of time, with amendments and withdrawals at their own time among them."""
    later: list[tuple[datetime, int, bytes]] = []
    for one in freed:
        while later and later[0][0] <= one.at:
            at, _, change = heappop(later)
            yield at, change
        draws = Draws(seed, departement.code, year, "vacancy", one.number)
        body = _body(one, departement, draws, year)
        yield one.at, _line("vacancy.declared", "declared", one.bailleur, one.at, body)
        changed = _changed(one, departement, body, draws)
        if changed:
            heappush(later, (changed[0], one.number, changed[1]))
    while later:
        at, _, change = heappop(later)
        yield at, change


def dwelling_number(position: int) -> int:
    """The number of the dwelling at this position in the year: scattered, never the same twice."""
    return position * _STRIDE % DWELLING_NUMBERS


def _body(one: Freed, departement: Departement, draws: Draws, year: int) -> dict[str, object]:
    purpose = PURPOSES.pick(draws)
    place = one.bailleur.places.pick(draws)
    return {
        "vacancy_id": f"V-{year}-{departement.code}-{one.number:06d}",
        "bailleur": one.bailleur.siren,
        "available_on": _day(one.at, draws.between(*NOTICE_DAYS)),
        "cause": CAUSES.pick(draws),
        "purpose": purpose,
        "stock_reservation": RESERVATIONS.pick(draws) if purpose == "relocation" else None,
        "programme_id": None,
        "dwelling": dwelling(draws, place, departement.code, dwelling_number(one.number)),
    }


def _changed(one: Freed, departement: Departement, body: dict[str, object], draws: Draws) -> Timed | None:
    fate = draws.below(100)
    if fate >= AMENDED_PERCENT + WITHDRAWN_PERCENT:
        return None
    at = one.at + timedelta(days=draws.between(1, CHANGES_WITHIN_DAYS), seconds=1)
    if fate < AMENDED_PERCENT:
        amended = {**body, "available_on": _day(one.at, NOTICE_DAYS[1] + draws.between(1, 60))}
        return at, _line("vacancy.amended", "amended", one.bailleur, at, amended)
    withdrawn = {
        "vacancy_id": body["vacancy_id"],
        "bailleur": one.bailleur.siren,
        "departement": departement.code,
        "reason": WITHDRAWALS[draws.below(len(WITHDRAWALS))],
    }
    return at, _line("vacancy.withdrawn", "withdrawn", one.bailleur, at, withdrawn)


def _day(at: datetime, days: int) -> str:
    return (at + timedelta(days=days)).date().isoformat()


def _line(kind: str, suffix: str, bailleur: Bailleur, at: datetime, body: dict[str, object]) -> bytes:
    key = f"{body['vacancy_id']}-{suffix}"
    return line(kind, id=key, source=bailleur_source(bailleur.siren), time=at, data=body)
