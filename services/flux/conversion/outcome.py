"""What a conversion comes to: each réservataire's part of the yearly flux, and the bailleur's remainder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from flux.conversion.etat_des_lieux import Holder
from flux.conversion.state_caps import StateCaps
from flux.conversion.stock_share import Weighting


class Method(StrEnum):
    """The three ways of the seed, theme 4."""

    DROITS_UNIQUES = "droits-uniques"
    """4a: rights drawn over years, a number of dwellings each year."""
    POURCENTAGE = "pourcentage"
    """4b: a share of the flux."""
    BESOINS = "besoins"
    """4c: numbers of dwellings the parties negotiated."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the parties chose to convert by.

    `flux` is the declared forecast in dwellings; None: what the rotation of the état des lieux frees. `years`
    spreads droits uniques; None: each réservataire over its longest right. `needs` are dwellings a year by
    réservataire, and `newcomers` those of them that hold nothing in the état des lieux.
    """

    method: Method
    year: int
    caps: StateCaps
    flux: int | None = None
    years: int | None = None
    weighting: Weighting = field(default_factory=Weighting)
    needs: Mapping[str, int] = field(default_factory=dict)
    newcomers: Mapping[str, Holder] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A réservataire's part.

    `claimed` and `share` are shares of the flux of the first year, 0 to 1, before and under the State's caps.
    `per_year` are dwellings from that year on, whole in counted methods; empty when the flux is unknown.
    `rights` and `undrawn` are droits uniques, None in other methods.
    """

    holder: Holder
    dwellings: int
    claimed: Fraction
    share: Fraction
    per_year: tuple[Fraction, ...]
    rights: Fraction | None = None

    @property
    def is_capped(self) -> bool:
        """Whether a cap took something from it, the first year."""
        return self.share < self.claimed

    @property
    def undrawn(self) -> Fraction | None:
        """Droits uniques the years do not draw: a fraction of a right, or what the caps held back."""
        return None if self.rights is None else self.rights - sum(self.per_year)

    @property
    def objective(self) -> int:
        """Whole dwellings of the first year."""
        return self.per_year[0].__floor__() if self.per_year else 0


@dataclass(frozen=True, slots=True)
class Conversion:
    """Parts in order of réservataire, and the yearly flux they are parts of; None: unknown."""

    terms: Terms
    flux: Fraction | None
    parts: tuple[Part, ...]

    @property
    def bailleur_share(self) -> Fraction:
        """What no réservataire holds, 0 to 1: with the shares it sums to 1."""
        return 1 - sum((part.share for part in self.parts), Fraction(0))

    @property
    def bailleur_dwellings(self) -> Fraction | None:
        """The same in dwellings of the first year; None when the flux is unknown."""
        return None if self.flux is None else self.flux * self.bailleur_share
