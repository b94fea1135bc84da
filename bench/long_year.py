"""A year of any number of vacancies, made one by one so that no memory grows with it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from aiguillage.draws import Draws, Table
from aiguillage.sample import conventions, manners
from aiguillage.sample.bailleurs import bailleurs_of
from aiguillage.sample.figures import departement_of
from aiguillage.sample.holders import holders_of
from aiguillage.sample.purposes import flux_of
from aiguillage.sample.vacancies import Freed, told
from aiguillage.sample.year import shared_by_weight
from bench.material import DEPARTEMENT, SEED, VACANCY

YEAR = 2026
START, END = datetime(YEAR, 1, 2, tzinfo=UTC), datetime(YEAR, 12, 30, tzinfo=UTC)
AT_ONCE = (
    "delay_days",
    "caleol_delay_days",
    "candidate_delay_days",
    "lease_delay_days",
    "delegated_delay_days",
    "confirmation_hours",
)
NEVER = ("silence_percent", "non_attribution_percent", "inadmissible_percent")
"""What would leave a dossier open: silence ends weeks later; a commission that turns one candidate of several
down says nothing of the others."""


class LongYear:
    """The sample's bailleurs, conventions and dwellings; its parties answer at once and to the end."""

    def __init__(self, vacancies: int) -> None:
        self._vacancies = vacancies
        self._place = departement_of(DEPARTEMENT)
        self._bailleurs = bailleurs_of(self._place, SEED)
        weights = [bailleur.trait.weight for bailleur in self._bailleurs]
        self._counts = shared_by_weight(vacancies, weights)
        self._holders = [
            holders_of(bailleur, self._place, SEED, flux_of(count))
            for bailleur, count in zip(self._bailleurs, self._counts, strict=True)
        ]

    def before(self) -> Iterator[bytes]:
        """Conventions and forecasts."""
        for bailleur, count, holders in zip(self._bailleurs, self._counts, self._holders, strict=True):
            for _, line in conventions.signed(bailleur, self._place, holders, SEED, YEAR):
                yield line
            yield conventions.forecast(bailleur, self._place, count, YEAR)[1]

    def vacancies(self) -> Iterator[bytes]:
        """Declarations at equal intervals, in order of time."""
        freed = told(self._freed(), self._place, SEED, YEAR)
        return (line for _, line in freed if VACANCY in line)

    def _freed(self) -> Iterator[Freed]:
        turns = Table(zip(self._bailleurs, self._counts, strict=True))
        for number in range(1, self._vacancies + 1):
            at = (START + (END - START) * number / (self._vacancies + 1)).replace(microsecond=0)
            yield Freed(at, turns.pick(Draws(SEED, "turn", number)), number)

    def parties(self) -> Iterator[bytes]:
        """How the parties answer."""
        everybody = {b.siren: holders for b, holders in zip(self._bailleurs, self._holders, strict=True)}
        for _, line in manners.reservataires(everybody, self._place.code, SEED, START):
            yield _prompt(line)
        for _, line in manners.bailleurs(self._bailleurs, SEED, START):
            yield _prompt(line)


def _prompt(line: bytes) -> bytes:
    event = json.loads(line)
    data = event["data"]
    data.update({name: [0, 0] for name in AT_ONCE if name in data})
    data.update({name: 0 for name in NEVER if name in data})
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
