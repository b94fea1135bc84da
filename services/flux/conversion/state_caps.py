"""The State's cap and its agents' points inside it, on what several parties claim (CCH art. R.441-5-2).

A claim above a cap is brought down in proportion, all claimants of the cap alike, and floored where dwellings
are whole: the largest remainder would give back the dwelling that breaks the law (17 of 56 is 30.36 %).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flux.convention import STATE_KINDS

AGENTS = frozenset({"etat_agents"})


@dataclass(frozen=True, slots=True)
class StateCaps:
    """Greatest shares of a year's flux, 0 to 1: the State as a whole and, inside it, its agents."""

    state: Fraction
    agents: Fraction

    def shares(self, claims: Mapping[str, Fraction], kinds: Mapping[str, str]) -> dict[str, Fraction]:
        """Shares of the flux held under the caps, exact. `kinds` is the kind of each claimant."""
        agents = _held(claims, kinds, AGENTS, self.agents)
        return _held(agents, kinds, STATE_KINDS, self.state)

    def dwellings(self, claims: Mapping[str, int], kinds: Mapping[str, str], flux: int) -> dict[str, int]:
        """Whole dwellings of a year of `flux` dwellings, held under the caps and floored."""
        agents = _held(claims, kinds, AGENTS, Fraction(self.agents_in(flux)))
        floored = {name: amount.__floor__() for name, amount in agents.items()}
        state = _held(floored, kinds, STATE_KINDS, Fraction(self.state_in(flux)))
        return {name: amount.__floor__() for name, amount in state.items()}

    def state_in(self, flux: int) -> int:
        """Whole dwellings the State may hold in a year of `flux`: 16 of 56 under 30 %."""
        return (self.state * flux).__floor__()

    def agents_in(self, flux: int) -> int:
        """Whole dwellings its agents may hold in a year of `flux`."""
        return (self.agents * flux).__floor__()


def _held(
    claims: Mapping[str, Fraction] | Mapping[str, int],
    kinds: Mapping[str, str],
    capped: frozenset[str],
    limit: Fraction,
) -> dict[str, Fraction]:
    total = sum((Fraction(claim) for name, claim in claims.items() if kinds[name] in capped), Fraction(0))
    factor = Fraction(limit, total) if total > limit else Fraction(1)
    return {
        name: (factor if kinds[name] in capped else Fraction(1)) * claim for name, claim in claims.items()
    }
