"""Cores broken on purpose, each in one place of the rights: what the comparison must find, if it is to be believed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flux import apportionment, caps, rotation
from flux.decompte import Decompte, Stage
from flux.units import BAILLEUR, DWELLING
from orientation.domain import candidates, deciding, proposing, state_caps, turn

Broken = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is replaced where, and the setting whose year shows it."""

    place: Any
    name: str
    instead: Broken
    setting: str


def _last_name_first(party: str) -> tuple[bool, tuple[int, ...]]:
    return party == BAILLEUR, tuple(-ord(letter) for letter in party)


def _largest_deficit(candidate: rotation.Candidate, slots: int, scale: int) -> int:
    return -candidate.balance * slots * scale


def _one_party_more(order: Any, parties: int, window: int = 0) -> Any:  # noqa: ANN401 - the rotation's own types
    return rotation.rank(order, parties + 1, window)


def _one_dwelling_above(engaged: int, cap: int, flux: int) -> bool:
    return engaged > caps.cap_in_dwellings(cap, flux) * DWELLING


def _rounded_up(cap: int, flux: int) -> int:
    return -(-cap * flux // DWELLING)


def _without_a_cap(uncounted: int, _balance: int, _accrued: int) -> int:
    return uncounted


def _whatever_was_counted(_uncounted: int, balance: int, accrued: int) -> int:
    return max(0, min(DWELLING, accrued - balance))


_units = Decompte.units


def _at_the_next_stage(decompte: Decompte, stage: Stage) -> int:
    return _units(decompte, Stage(min(stage + 1, Stage.BAIL)))


def _nothing_more(_dossier: object, _eligible: object) -> dict[str, int]:
    return {}


def _equal_parts(dossier: Any, eligible: Any) -> dict[str, int]:  # noqa: ANN401 - the core's own types
    return (
        apportionment.apportion(dossier.owed, {party.name: 1 for party in eligible}) if dossier.owed else {}
    )


def _never(*_: object) -> bool:
    return False


def _over_the_whole_year(line: Any, flow: Any) -> int:  # noqa: ANN401 - the core's own types
    return (
        int(line.share)
        if line.share is not None
        else int((line.objective or 0) // max(flow.expected or 100, 1))
    )


def _none_behind(*_: object) -> int:
    return 0


MUTANTS: Mapping[str, Mutant] = {
    "ties go to the last name": Mutant(rotation, "_name", _last_name_first, "as delivered"),
    "the largest deficit instead of the earliest deadline": Mutant(
        rotation, "_deadline", _largest_deficit, "as delivered"
    ),
    "n counts one party more": Mutant(turn, "rank", _one_party_more, "as delivered"),
    "a cap is passed by one dwelling": Mutant(
        state_caps, "would_pass", _one_dwelling_above, "caps that bind"
    ),
    "a cap is rounded up": Mutant(state_caps, "cap_in_dwellings", _rounded_up, "caps that bind"),
    "restored without a cap": Mutant(proposing, "restored", _without_a_cap, "little may be restored"),
    "restored though it was counted": Mutant(
        proposing, "restored", _whatever_was_counted, "weights of its own"
    ),
    "counted one stage too early": Mutant(Decompte, "units", _at_the_next_stage, "counted at the lease"),
    "further rounds credit nobody": Mutant(turn, "_further_credit", _nothing_more, "as delivered"),
    "further rounds credit in equal parts": Mutant(turn, "_further_credit", _equal_parts, "as delivered"),
    "a dwelling is never handed back": Mutant(deciding, "_attempts_are_spent", _never, "as delivered"),
    "a number is never estimated again": Mutant(
        candidates, "share_of", _over_the_whole_year, "numbers instead of shares"
    ),
    "criteria break no tie": Mutant(candidates, "lateness", _none_behind, "criteria in a window"),
}
"""By what they do wrong."""
