"""What earlier years left owed to a convention: units by the flux year they are due in, split over its lines."""

from collections.abc import Mapping, Sequence

from flux.apportionment import apportion
from flux.units import units_of_decimal

Dues = tuple[tuple[int, int], ...]
"""Flux years in order, each with the units due in it; negative: received in excess."""


def first_year(year: int, from_year: int) -> int:
    """The flux year in which the `units` of a carry-over are due: the one after the year that left them.

    A convention signed for a later year gives them in its own.
    """
    return max(year, from_year + 1)


def dues_of(body: Mapping[str, object]) -> Dues:
    """The dues of a `convention.signed` body: `units` in the first year, the `parts` of the others in their own."""
    said = body.get("carry_over")
    if not isinstance(said, Mapping):
        return ()
    first = first_year(int(str(body["year"])), int(str(said["from_year"])))
    dues = {first: units_of_decimal(str(said["units"]))}
    for part in said.get("parts") or ():
        due = int(str(part["year"]))
        if due != first:
            dues[due] = dues.get(due, 0) + units_of_decimal(str(part["units"]))
    return tuple((year, units) for year, units in sorted(dues.items()) if units)


def split(dues: Dues, shares: Sequence[int | None], objectives: Sequence[int | None]) -> list[Dues]:
    """The dues of each line: in proportion to their shares, by largest remainder, so that they sum exactly.

    Objectives are numbers as dues are: where lines hold some, those lines alone take the dues, in proportion to them.
    """
    weights = [value or 0 for value in (objectives if any(objectives) else shares)]
    if not any(weights):
        weights = [1] * len(weights)
    lines: list[list[tuple[int, int]]] = [[] for _ in weights]
    for year, units in dues:
        for place, part in enumerate(_parts(units, weights)):
            if part:
                lines[place].append((year, part))
    return [tuple(line) for line in lines]


def _parts(units: int, weights: Sequence[int]) -> list[int]:
    named = {f"{place:04}": weight for place, weight in enumerate(weights) if weight}
    parts = apportion(abs(units), named)
    sign = -1 if units < 0 else 1
    return [sign * parts.get(f"{place:04}", 0) for place in range(len(weights))]
