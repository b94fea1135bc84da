"""The réservataires a bailleur signs with in a département, each with its right and its own territory."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aiguillage.draws import Draws
from aiguillage.sample.bailleurs import Bailleur
from aiguillage.sample.figures import Departement, Group, Place

PARIS = "75056"
"""Commune and département at once: one convention, larger, and no EPT of its own."""
STATE_PERCENT, AGENTS_PERCENT = 25, 5
"""Both contingents of the State: 30 % together, the most the law allows (CCH art. R.441-5-2)."""
REGION_PERCENT = 2
CITIES_AT_MOST, GROUPS_AT_MOST = 4, 2


@dataclass(frozen=True, slots=True)
class Holder:
    """A réservataire and its right: `percent` of its territory's flux, or an `objective` in dwellings."""

    id: str
    kind: str
    name: str
    percent: int
    scale: str = "departement"
    code: str | None = None
    communes: tuple[str, ...] | None = None
    objective: int | None = None

    @property
    def territory(self) -> dict[str, object]:
        """Its territory as a convention writes it."""
        communes = None if self.communes is None else list(self.communes)
        return {"scale": self.scale, "code": self.code, "communes": communes}

    def covers(self, place: Place) -> bool:
        """Whether a dwelling of this place is within its territory."""
        if self.communes is not None:
            return place.city in self.communes
        return self.code is None or (place.group is not None and place.group.code == self.code)


def holders_of(bailleur: Bailleur, departement: Departement, seed: int, flux: int) -> tuple[Holder, ...]:
    """All réservataires of a bailleur there; in every commune their shares leave it something to choose."""
    draws = Draws(seed, departement.code, "holders", bailleur.rank)
    return (
        *_state(departement),
        *_wide(bailleur, departement, draws, flux),
        *_cities(bailleur, departement, draws),
        *_groups(departement, draws),
    )


def _state(departement: Departement) -> Iterator[Holder]:
    prefecture, code = f"Préfecture ({departement.name})", departement.code
    priority, agents = (
        f"{prefecture}, publics prioritaires (fictif)",
        f"{prefecture}, agents de l’État (fictif)",
    )
    yield Holder(f"ETAT-{code}-PRIORITAIRES", "etat_prioritaires", priority, STATE_PERCENT)
    yield Holder(f"ETAT-{code}-AGENTS", "etat_agents", agents, AGENTS_PERCENT)


def _wide(bailleur: Bailleur, departement: Departement, draws: Draws, flux: int) -> Iterator[Holder]:
    code = departement.code
    employers = f"Employeurs du logement, {departement.name} (fictif)"
    yield Holder(f"AL-{code}", "action_logement", employers, draws.between(20, 25))
    if departement.places[0].city != PARIS:
        council = f"Conseil départemental, {departement.name} (fictif)"
        yield Holder(f"CD-{code}", "departement", council, draws.between(2, 5))
    objective = max(1, flux * REGION_PERCENT // 100) if bailleur.trait.region_objective else None
    region = f"Région {departement.region} (fictif)"
    yield Holder(f"REGION-{departement.region}", "region", region, REGION_PERCENT, objective=objective)


def _cities(bailleur: Bailleur, departement: Departement, draws: Draws) -> Iterator[Holder]:
    """The largest cities: all of them with the largest bailleur, about half with each other one."""
    moves: dict[str, int] = defaultdict(int)
    names = {place.city: place.name for place in departement.places}
    for place in departement.places:
        moves[place.city] += place.moves
    largest = sorted(moves, key=lambda city: (-moves[city], city))[:CITIES_AT_MOST]
    for rank, city in enumerate(largest):
        percent = draws.between(20, 28) if city == PARIS else draws.between(10, 20)
        if bailleur.rank == 0 or rank == 0 or draws.happens(50):
            kind = "Ville" if city == PARIS else "Commune"
            name = f"{kind} de {names[city]} (fictif)"
            yield Holder(f"COMMUNE-{city}", "commune", name, percent, "communes", None, (city,))


def _groups(departement: Departement, draws: Draws) -> Iterator[Holder]:
    moves: dict[Group, int] = defaultdict(int)
    for place in departement.places:
        if place.group:
            moves[place.group] += place.moves
    for group in sorted(moves, key=lambda group: (-moves[group], group.code))[:GROUPS_AT_MOST]:
        percent, party = draws.between(3, 8), f"{group.scale.upper()}-{group.code}"
        yield Holder(party, group.scale, f"{group.name} (fictif)", percent, group.scale, group.code)


def shared_out(count: int, holders: tuple[Holder, ...]) -> dict[Holder, int]:
    """How many of `count` dwellings each holder gets for its share, floored: a cap is a cap."""
    return {holder: int(Fraction(count * holder.percent, 100)) for holder in holders}
