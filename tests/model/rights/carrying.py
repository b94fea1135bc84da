"""Carry-overs (theme 9a): what earlier years left owed to a line, given on top of its base, never mixed into it.

What is left of it is spread over the dwellings still to come, as an objective is; a negative one takes from the base,
never below zero. Where lines of the State meet on a dwelling, their carry-overs are brought down to its cap.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor

from tests.model.rights.amounts import GRID, NOTHING, ONE, deal
from tests.model.rights.conventions import Convention, Line


def due(line: Line, year: int) -> Fraction:
    """Dwellings a line is due in a year by its convention's carry-over."""
    whole = _due(line.convention, year)
    if not whole:
        return NOTHING
    lines = line.convention.lines
    objectives = {f"{place:04}": each.objective or NOTHING for place, each in enumerate(lines)}
    shares = {f"{place:04}": each.percent or NOTHING for place, each in enumerate(lines)}
    weights = objectives if any(objectives.values()) else shares
    if not any(weights.values()):
        weights = dict.fromkeys(weights, ONE)
    parts = deal(abs(whole), {name: weight for name, weight in weights.items() if weight})
    place = next(number for number, each in enumerate(lines) if each.id == line.id)
    return parts.get(f"{place:04}", NOTHING) * (1 if whole > 0 else -1)


def _due(convention: Convention, year: int) -> Fraction:
    """The first year's `units`, and the `parts` of the others in their own."""
    told = convention.told.get("carry_over")
    if not told:
        return NOTHING
    first = max(int(convention.told["year"]), int(told["from_year"]) + 1)
    found = Fraction(str(told["units"])) if year == first else NOTHING
    for part in told.get("parts") or ():
        if int(part["year"]) == year != first:
            found += Fraction(str(part["units"]))
    return found


def carry_of(left: Fraction, base: Fraction, to_come: int) -> Fraction:
    """What is added to a base share of one dwelling, or taken from it; cut to the grid."""
    if left < 0:
        return -min(cut(-left / to_come), base)
    return min(cut(left / to_come), ONE - base)


def brought_down(
    carries: Mapping[str, Fraction],
    bases: Mapping[str, Fraction],
    caps: Iterable[tuple[Fraction, frozenset[str]]],
) -> dict[str, Fraction]:
    """Carry-overs under each cap, a part of one dwelling, agents first."""
    found = dict(carries)
    for cap, lines in caps:
        capped = [name for name in bases if name in lines]
        added = {name: found[name] for name in capped if found.get(name, NOTHING) > 0}
        held = sum((bases[name] + min(found.get(name, NOTHING), NOTHING) for name in capped), NOTHING)
        room, total = max(cap - held, NOTHING), sum(added.values(), NOTHING)
        if total > room:
            found |= {name: cut(amount * room / total) for name, amount in added.items()}
    return {name: amount for name, amount in found.items() if amount}


def cut(amount: Fraction) -> Fraction:
    """An amount cut to the grid."""
    return Fraction(floor(amount * GRID), GRID)
