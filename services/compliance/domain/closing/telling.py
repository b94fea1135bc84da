"""A closing as others read it: its figures as JSON values, its limits in sentences."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from compliance.domain.closing.closing import Closing
from compliance.domain.closing.next_year import NextYear
from compliance.domain.closing.scheduling import Debt
from compliance.domain.telling import causes_text
from flux.units import fraction_text, spoken


def closing_body(closing: Closing, following: NextYear) -> dict[str, Any]:
    """Everything a closing says; units are fractions of a dwelling, `draft` is the event proposed or null.

    `owed` is what is missing, `awaited` included; `due` = carried + refunded + extinguished + left.
    """
    view = closing.view
    return {
        "convention_id": view.convention.id,
        "reservataire": view.convention.reservataire,
        "scope": view.scope,
        "year": closing.year,
        "on": closing.on.isoformat(),
        "settled": closing.is_settled,
        "open": list(closing.open),
        "base": fraction_text(view.base),
        "counted": fraction_text(closing.counted),
        "counted_later": fraction_text(closing.later),
        "owed": fraction_text(view.owed.total),
        "causes": causes_text(view.owed),
        "awaited": fraction_text(view.awaited),
        "carry_over": {"given": fraction_text(view.carried), "not_given": fraction_text(view.uncarried)},
        "remedies": [
            {"cause": each.cause, **each.body(), "left": fraction_text(each.left)}
            for each in closing.remedies
        ],
        "due": fraction_text(closing.due),
        "carried": [
            {
                "year": part.year,
                "units": fraction_text(part.units),
                "from_year": part.from_year,
                "cause": part.cause,
            }
            for part in closing.schedule.parts
        ],
        "refunded": {"units": fraction_text(closing.refunded), "eur": refunded_eur(closing)},
        "extinguished": fraction_text(closing.extinguished),
        "left": fraction_text(closing.left),
        "limits": list(limits_of(closing)),
        "next": following.because,
        "draft": None if following.body is None else {"event": following.kind, "data": following.body},
    }


def refunded_eur(closing: Closing) -> Decimal | None:
    """The sum of the refunds; None when nothing is refunded, or some right has no price yet."""
    sums = [euros for _, euros in closing.refunds]
    known = [euros for euros in sums if euros is not None]
    return sum(known, Decimal(0)) if sums and len(known) == len(sums) else None


def limits_of(closing: Closing) -> Iterator[str]:
    """What the limits did to what is carried, in French."""
    if closing.state_room is not None:
        room = spoken(closing.state_room)
        yield f"le plafond de l'État, base comprise, laisse {room} logement(s) au report de {closing.year + 1}."
    for since, units in _by_age(closing.schedule.extinguished):
        yield f"{spoken(units)} logement(s) dus depuis {since} s'éteignent, faute de place avant leur échéance."
    for since, units in _by_age(closing.schedule.refunded):
        yield f"{spoken(units)} logement(s) dus depuis {since} se remboursent, faute de place sous le plafond."
    planned = {each.debt.first for each in (*closing.earlier, *closing.own) if each.debt.years == 1}
    late = sum(part.units for part in closing.schedule.parts if part.year > closing.year + 1)
    if late > 0 and planned == {closing.year + 1}:
        yield f"{spoken(late)} logement(s) attendent une année suivante, le plafond du report étant atteint."


def _by_age(rows: Iterable[tuple[Debt, int]]) -> Iterator[tuple[int, int]]:
    """Units by the year that left them, in order."""
    sums: dict[int, int] = {}
    for debt, units in rows:
        sums[debt.from_year] = sums.get(debt.from_year, 0) + units
    yield from sorted(sums.items())
