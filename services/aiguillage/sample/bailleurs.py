"""The fictional bailleurs of a département: unequal sizes, each with a trait a demonstration must show."""

from dataclasses import dataclass

from aiguillage.draws import Draws, Table
from aiguillage.sample.figures import Departement, Place, departements

FEWEST = 4
"""Bailleurs of the smallest département: enough to show every trait but the rarest."""
STOCK_A_BAILLEUR = 30_000
"""Social dwellings of a département that call for one bailleur more (in practice 2 000 to 60 000 each)."""
NATIONAL = 2
"""Rank of the bailleur that is the same company in every département."""
_RANKS_A_DEPARTEMENT = 20


@dataclass(frozen=True, slots=True)
class Trait:
    """What sets a bailleur of this rank apart: its name, its weight in the flux, how its conventions read."""

    name: str
    weight: int
    method: str = "proposition"
    correction: str = "report"
    targets_qpv: bool = False
    confirms: bool = False
    delegated: bool = False
    region_objective: bool = False


TRAITS = (
    Trait("Régie des Deux Rives", 34, targets_qpv=True),
    Trait("Habitat du Canal", 18, "attribution", confirms=True),
    Trait("Foyers de la République", 13, "mixte", correction="etalement", delegated=True),
    Trait("La Maison Ouvrière", 12, region_objective=True),
    Trait("Coopérative des Lilas", 9),
    Trait("Logis de la Plaine", 6, "bail", correction="report_part"),
    Trait("Société du Vieux Pont", 5),
    Trait("Toits et Jardins", 3),
)
"""By rank, largest first. Most of the flux is counted when proposed, the default décompte."""


@dataclass(frozen=True, slots=True)
class Bailleur:
    """A fictional bailleur in one département: where its dwellings are freed, as a table to pick from."""

    siren: str
    rank: int
    trait: Trait
    places: Table[Place]

    @property
    def name(self) -> str:
        """Its name, marked as fictional."""
        return f"{self.trait.name} (fictif)"


def bailleurs_of(departement: Departement, seed: int) -> tuple[Bailleur, ...]:
    """The bailleurs of a département, largest first: 4 to 8 of them, more where more dwellings stand."""
    count = min(len(TRAITS), FEWEST + departement.stock // STOCK_A_BAILLEUR)
    return tuple(
        Bailleur(_siren_of(departement, rank), rank, TRAITS[rank], _places(departement, rank, seed))
        for rank in range(count)
    )


def siren(number: int) -> str:
    """A SIREN of the fictional range 999, with its Luhn check digit, from a number of five digits."""
    digits = f"999{number:05d}"
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(digits))
    return f"{digits}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _siren_of(departement: Departement, rank: int) -> str:
    if rank == NATIONAL:
        return siren(NATIONAL)
    position = list(departements()).index(departement.code)
    return siren(10_000 + position * _RANKS_A_DEPARTEMENT + rank)


def _places(departement: Departement, rank: int, seed: int) -> Table[Place]:
    """The largest bailleur is everywhere in proportion to moves; the others stronger here, absent there."""
    draws = Draws(seed, departement.code, "places", rank)
    strengths = [1 if rank == 0 else draws.below(4) for _ in departement.places]
    if not any(strengths):
        strengths[0] = 1
    return Table(
        (place, max(1, place.moves) * strength)
        for place, strength in zip(departement.places, strengths, strict=True)
    )
