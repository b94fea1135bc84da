"""What stands for the year that follows: the flux foreseen, and the convention that continues each one."""

from datetime import date

from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS
from flux.convention import Convention, Line


def flux_foreseen(projection: Projection, year: int) -> int:
    """Dwellings foreseen in a year: the forecast declared, else that of the year before, or what came if it is more."""
    forecasts = projection.commitments.forecasts
    declared = forecasts.get(str(year), {}).get("flux")
    if declared is not None:
        return int(declared)
    came = projection.year(year - 1).flux.counts.get(DWELLINGS, 0)
    return max(came, int(forecasts.get(str(year - 1), {}).get("flux") or 0))


def successor_of(projection: Projection, convention: Convention, year: int) -> Convention | None:
    """The convention of the same réservataire in a later year: itself when it runs on, or the one signed for it."""
    if last_day(projection, convention).year >= year:
        return convention
    for name in sorted(projection.conventions):
        other = projection.commitments.terms(name)
        runs = other.first_day.year <= year <= last_day(projection, other).year
        if name != convention.id and other.reservataire == convention.reservataire and runs:
            return other
    return None


def last_day(projection: Projection, convention: Convention) -> date:
    """Its last day in force, by its term or by its end."""
    ended = projection.commitments.ended.get(convention.id)
    return convention.last_day if ended is None else min(convention.last_day, date.fromisoformat(ended))


def base_of(line: Line, gave: int, flux: int) -> int:
    """What a line should give in a year of so many dwellings, its carry-over apart.

    On a territory smaller than the département nobody says how many are freed: what it `gave` is taken.
    """
    if line.objective is not None:
        return line.objective
    is_whole = line.territory.scale in {None, "departement"} and line.territory.communes is None
    return (line.share or 0) * flux if is_whole else gave
