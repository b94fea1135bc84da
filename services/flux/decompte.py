"""What counts, and when: at the proposal (3a), at the attribution or the lease (3b), or by weights (3c)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from flux.units import DWELLING, units_of_decimal


class Stage(IntEnum):
    """How far a proposal came; a dwelling is worth the weight of the furthest stage it reached."""

    NONE = 0
    PROPOSITION = 1
    ATTRIBUTION = 2
    BAIL = 3


_WEIGHTS = {
    "proposition": (0, DWELLING, DWELLING, DWELLING),
    "attribution": (0, 0, DWELLING, DWELLING),
    "bail": (0, 0, 0, DWELLING),
}


@dataclass(frozen=True, slots=True)
class Decompte:
    """Units a proposal is worth at each stage, and the year they are counted in."""

    method: str
    weights: tuple[int, int, int, int]
    year_of: str = "event"

    @classmethod
    def of(cls, method: str, weights: Mapping[str, str] | None = None, year_of: str = "event") -> "Decompte":
        """The décompte of a method; `mixte` reads its weights (decimals between 0 and 1, growing)."""
        if method != "mixte":
            return cls(method, _WEIGHTS[method], year_of)
        stages = weights or {}
        proposed = units_of_decimal(stages.get("proposition", "0"))
        attributed = units_of_decimal(stages.get("attribution", "0"))
        leased = units_of_decimal(stages.get("bail", "1"))
        return cls(
            method, (0, proposed, max(proposed, attributed), max(proposed, attributed, leased)), year_of
        )

    def units(self, stage: Stage) -> int:
        """Units counted for a proposal that reached `stage`."""
        return self.weights[stage]
