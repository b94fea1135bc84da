"""A seed played and proved: the verdict, the faults that struck, what broke, the command that plays it again."""

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.checker import check
from tests.faults.simulated.processes import Parts
from tests.faults.simulated.simulation import simulate

KINDS_SHOWN = 3
"""Violations shown of a seed."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a seed came to. `violations` are told in words; a service or a drain that broke is one of them."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter)
    violations: tuple[str, ...] = ()
    met: Counter[str] = field(default_factory=Counter)
    digest: str = ""

    @property
    def is_sound(self) -> bool:
        """Nothing broke, and nothing was lost, doubled, leaked or told two ways."""
        return not self.violations

    def __str__(self) -> str:
        shown = "".join(f"\n  {violation}" for violation in self.violations[:KINDS_SHOWN])
        return f"seed {self.seed}: {len(self.violations)} violations{shown}\n  again: {again(self.seed)}"


def again(seed: int) -> str:
    """The command that plays a seed again."""
    return f"make faults-simulated SEED={seed}"


def prove(seed: int, parts: Callable[[], Parts] = Parts) -> Proved:
    """Play a seed and check its history; `parts` makes what a mutant is made of."""
    try:
        played = simulate(seed, parts())
    except Exception:  # noqa: BLE001 - whatever breaks a service is what the seed found
        return Proved(seed, violations=(f"broke: {traceback.format_exc(limit=-6)}",))
    verdict = check(played.history)
    return Proved(
        seed,
        Counter(verdict.counts),
        tuple(str(violation) for violation in verdict.violations),
        played.met,
        played.digest,
    )
