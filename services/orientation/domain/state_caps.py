"""The State's caps around one dwelling: credit ends where they do, and so do proposals and carry-overs."""

from collections.abc import Iterator, Mapping, Sequence

from flux.caps import cap_in_dwellings, would_pass
from flux.convention import STATE_KINDS
from flux.units import DWELLING, share_of_percent
from orientation.domain.parties import Party
from orientation.domain.ports import Verdict
from orientation.domain.work import Work

_AGENTS = frozenset({"etat_agents"})


def apply_caps(work: Work, parties: Sequence[Party], year: int, rotation: Verdict) -> None:
    """Stop the State at its cap of the declared forecast."""
    forecast = work.state.forecasts.get(year)
    if forecast is None:
        return
    flux, ledger = int(forecast["flux"]), work.state.ledger.year(year)
    for kinds, cap, label in caps_of(rotation):
        whole = cap_in_dwellings(cap, flux)
        capped = [p for p in parties if p.convention is not None and p.convention.kind in kinds]
        if _held_by(work, ledger.credit, kinds) >= whole * DWELLING:
            for party in capped:
                party.has_room = False
        if would_pass(_held_by(work, ledger.engaged, kinds), cap, flux):
            for party in capped:
                if party.is_eligible:
                    work.use(rotation, "caps")
                    party.obstacle = f"plafond {label} atteint ({whole} logements pour un flux de {flux})"


def caps_of(rotation: Verdict) -> Iterator[tuple[frozenset[str], int, str]]:
    """Kinds of réservataire that a cap holds together, the cap in units of each dwelling, its name in French."""
    caps = rotation.value("caps") or {}
    if caps.get("etat"):
        yield STATE_KINDS, share_of_percent(caps["etat"]), "de l'État"
    if caps.get("etat_agents"):
        yield _AGENTS, share_of_percent(caps["etat_agents"]), "des agents de l'État"


def _held_by(work: Work, account: Mapping[str, int], kinds: frozenset[str]) -> int:
    """Units of an account held by all conventions of some kinds."""
    return sum(
        account.get(line.party, 0)
        for convention in work.state.conventions.values()
        if convention.kind in kinds
        for line in convention.lines
    )
