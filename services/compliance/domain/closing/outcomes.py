"""What becomes of everything a closing has to make up for, row by row: given, refunded, extinguished or left."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compliance.domain.closing.closing import Closing
from compliance.domain.closing.correcting import Remedy, owed_by_cause, refund_of

Fate = Literal["carried", "refunded", "extinguished", "left"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Units of a dwelling, by the year and the cause that left them; negative: received in excess."""

    fate: Fate
    units: int
    from_year: int
    cause: str
    remedy: Remedy | None
    """None: nothing is said of the cause."""
    year: int | None = None
    """The flux year in which they are given; None: in none."""
    refund_eur: Decimal | None = None
    """What they are refunded; None: they are not, or nobody said how much."""


def outcomes_of(closing: Closing) -> Iterator[Outcome]:
    """Every part of what is due, none of them empty: they sum, fate by fate, to the figures of the closing."""
    remedies = {
        (each.debt.from_year, each.debt.cause): each.remedy for each in (*closing.earlier, *closing.own)
    }
    for part in closing.schedule.parts:
        remedy = remedies[part.from_year, part.cause]
        yield Outcome("carried", part.units, part.from_year, part.cause, remedy, part.year)
    yield from _refunded(closing)
    for debt, units in closing.schedule.extinguished:
        remedy = remedies[debt.from_year, debt.cause]
        yield Outcome("extinguished", units, debt.from_year, debt.cause, remedy)
    yield from _left(closing)


def _refunded(closing: Closing) -> Iterator[Outcome]:
    """What the convention or a rule refunds at once, then what found no room under a cap."""
    for each in closing.remedies:
        if each.action == "remboursement" and each.units:
            euros = each.refund_eur
            yield Outcome("refunded", each.units, closing.year, each.cause, each, refund_eur=euros)
    remedies = {each.debt: each.remedy for each in (*closing.earlier, *closing.own)}
    for debt, units in closing.schedule.refunded:
        remedy = remedies[debt]
        euros = None if remedy is None else refund_of(units, remedy.refund_each)
        yield Outcome("refunded", units, debt.from_year, debt.cause, remedy, refund_eur=euros)


def _left(closing: Closing) -> Iterator[Outcome]:
    """What a remedy leaves of its cause, and causes of which nothing is said."""
    remedies = {each.cause: each for each in closing.remedies}
    for cause, owed in owed_by_cause(closing.view).items():
        remedy = remedies.get(cause)
        units = owed if remedy is None else remedy.left
        if units:
            yield Outcome("left", units, closing.year, cause, remedy)
