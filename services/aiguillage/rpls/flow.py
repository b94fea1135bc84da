"""Draws a year of vacancies from a register: exactly as many as the rotation rate says."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from aiguillage.cloudevents import bailleur_source, envelope
from aiguillage.draws import Draws
from aiguillage.rpls.register import RegisteredDwelling
from aiguillage.sample.purposes import CAUSES, PURPOSES
from aiguillage.season import moment

NOTICE_DAYS = (15, 90)
"""Days from the declaration to the day the dwelling is available."""
_ORDER_BITS = 2**32


def vacancies_of(
    dwellings: Iterable[RegisteredDwelling], bailleur: str, year: int, rotation_percent: str, seed: int
) -> Iterator[dict[str, object]]:
    """`vacancy.declared` CloudEvents of `bailleur` (SIREN) in order of time, each dwelling at most once.

    They are the declarable dwellings × `rotation_percent` (a decimal text, 0 to 100), halves rounded up.
    The same arguments give the same events; they are marked as synthetic: only the dwellings are real.
    """
    rate = Fraction(rotation_percent) / 100
    if not 0 <= rate <= 1:
        raise ValueError(f"Un taux de rotation va de 0 à 100 %, pas {rotation_percent}.")
    register = [dwelling for dwelling in dwellings if dwelling.is_declarable]
    register.sort(key=lambda dwelling: (_rank(dwelling, seed, year), dwelling.dwelling_id))
    freed = register[: int(len(register) * rate + Fraction(1, 2))]
    drawn = [(Draws(seed, year, "freed", dwelling.dwelling_id), dwelling) for dwelling in freed]
    timed = [(moment(draws, year), dwelling.dwelling_id, dwelling, draws) for draws, dwelling in drawn]
    for at, _, dwelling, draws in sorted(timed, key=lambda one: one[:2]):
        yield _declared(dwelling, bailleur, at, draws)


def _rank(dwelling: RegisteredDwelling, seed: int, year: int) -> int:
    return Draws(seed, year, "rank", dwelling.dwelling_id).below(_ORDER_BITS)


def _declared(dwelling: RegisteredDwelling, bailleur: str, at: datetime, draws: Draws) -> dict[str, object]:
    vacancy_id = f"V-{at.year}-{dwelling.dwelling_id}"
    data = {
        "vacancy_id": vacancy_id,
        "bailleur": bailleur,
        "available_on": (at + timedelta(days=draws.between(*NOTICE_DAYS))).date().isoformat(),
        "cause": CAUSES.pick(draws),
        "purpose": PURPOSES.pick(draws),
        "stock_reservation": None,
        "programme_id": None,
        "dwelling": dwelling.to_body(),
    }
    key = f"{vacancy_id}-declared"
    return envelope("vacancy.declared", id=key, source=bailleur_source(bailleur), time=at, data=data)
