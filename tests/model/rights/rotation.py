"""Rotation: whose turn it is, by progress (5a, Tijdeman's earliest deadline) or in a fixed order (5b).

Entitled: credit less engaged is at least 1/(2n - 2), n counting everybody who has a share of the dwelling, able to
take it or not, the bailleur's remainder too; everybody where nobody is. Of them the earliest deadline, the least
(1 - 1/(2n - 2) - balance) / share, has the turn. Ties go to who lacks this dwelling's segment most, then by line, the
bailleur last. Within the criteria window of the earliest deadline, who lacks the segment most goes before the others.
"""

from dataclasses import dataclass
from fractions import Fraction

from tests.model.rights.amounts import NOTHING, ONE
from tests.model.rights.conventions import BAILLEUR


@dataclass(frozen=True, slots=True)
class Contender:
    """One who may have the dwelling."""

    line: str
    share: Fraction
    balance: Fraction
    """Credit less engaged, once the round's credit is given."""
    lacks: Fraction = NOTHING
    """How far behind its targets this dwelling finds it."""


def whose_turn(contenders: list[Contender], number: int, window: Fraction = NOTHING) -> str:
    """The line whose turn it is, among `number` who have a share."""
    threshold = Fraction(1, max(2 * number - 2, 1))
    entitled = [one for one in contenders if one.balance >= threshold] or contenders
    order = sorted(entitled, key=lambda one: (_deadline(one, threshold), -one.lacks, *_name(one)))
    earliest = _deadline(order[0], threshold)
    if window:
        near = [one for one in order if _deadline(one, threshold) <= earliest + window]
        order = sorted(near, key=lambda one: -one.lacks)
    return order[0].line


def _deadline(one: Contender, threshold: Fraction) -> Fraction:
    return (ONE - threshold - one.balance) / one.share


def _name(one: Contender) -> tuple[bool, str]:
    return one.line == BAILLEUR, one.line
