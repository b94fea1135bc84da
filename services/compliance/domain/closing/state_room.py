"""How much of the next year's carry-overs the State's caps have room for (CCH art. R.441-5-2), floored."""

from collections.abc import Mapping
from datetime import date

from compliance.domain.closing.successors import flux_foreseen, last_day, successor_of
from compliance.domain.ports import Rules
from compliance.domain.state import Projection
from compliance.domain.watch.of_scope import caps_in_force
from flux.caps import base_claimed, by_kinds, cap_in_dwellings
from flux.convention import Convention
from flux.scope import Scope
from flux.units import DWELLING


def state_room(projection: Projection, wanted: Mapping[str, int], rules: Rules, year: int) -> dict[str, int]:
    """Units that each of the State's conventions may carry to a year, of those that want more.

    `wanted` is what they would carry, by convention of the year before. Conventions under one cap are brought down in
    proportion; base and carry-overs together stay under the whole dwellings it allows.
    """
    scope, flux = Scope.parse(projection.scope), flux_foreseen(projection, year)
    caps, given = caps_in_force(rules, date(year, 1, 1), scope), dict(wanted)
    bases = _bases(projection, year)
    for kinds, bound, _ in reversed(list(by_kinds(caps))):  # agents first: their cap lies inside the State's
        held = sum(base_claimed(each, flux) for each in bases.values() if each.kind in kinds)
        whole = cap_in_dwellings(bound.units, flux) * DWELLING
        ours = [each for each in given if projection.commitments.terms(each).kind in kinds]
        total, room = sum(given[each] for each in ours), max(whole - held, 0)
        if total > room:
            given |= {each: given[each] * room // total for each in ours}
    return {each: units for each, units in given.items() if units < wanted[each]}


def _bases(projection: Projection, year: int) -> dict[str, Convention]:
    """The State's conventions that a year will have, by réservataire: those signed for it, else those before."""
    found: dict[str, Convention] = {}
    for name in sorted(projection.conventions):
        convention = projection.commitments.terms(name)
        runs = convention.first_day.year <= year and last_day(projection, convention).year >= year - 1
        if convention.is_state and runs:
            found[convention.reservataire] = successor_of(projection, convention, year) or convention
    return found
