"""The State's caps around one dwelling: credit ends where they do, and so do proposals and carry-overs."""

from collections.abc import Mapping, Sequence

from flux.caps import by_kinds, cap_in_dwellings, would_pass
from flux.units import DWELLING
from orientation.domain.parties import Party
from orientation.domain.ports import Verdict
from orientation.domain.work import Work


def apply_caps(work: Work, parties: Sequence[Party], year: int, rotation: Verdict) -> None:
    """Stop the State at its cap of the declared forecast."""
    forecast = work.state.forecasts.get(year)
    if forecast is None:
        return
    flux, ledger = int(forecast["flux"]), work.state.ledger.year(year)
    for kinds, bound, label in by_kinds(work.caps(rotation)):
        whole = cap_in_dwellings(bound.units, flux)
        capped = [p for p in parties if p.convention is not None and p.convention.kind in kinds]
        if _held_by(work, ledger.credit, kinds) >= whole * DWELLING:
            for party in capped:
                party.has_room = False
        if would_pass(_held_by(work, ledger.engaged, kinds), bound.units, flux):
            for party in capped:
                if party.is_eligible:
                    work.cite_bound(bound)
                    party.obstacle = f"plafond {label} atteint ({whole} logements pour un flux de {flux})"


def _held_by(work: Work, account: Mapping[str, int], kinds: frozenset[str]) -> int:
    """Units of an account held by all conventions of some kinds."""
    return sum(
        account.get(line.party, 0)
        for convention in work.state.conventions.values()
        if convention.kind in kinds
        for line in convention.lines
    )
