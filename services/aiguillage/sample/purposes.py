"""What a freed dwelling is meant for: how often it stays out of the flux, and why."""

from collections.abc import Mapping

from aiguillage.draws import Table
from flux.law import LAW

PER_THOUSAND: Mapping[str, int] = {
    "mutation_interne": 90,
    "relogement_renouvellement_urbain": 30,
    "vente": 8,
    "relogement_habitat_indigne": 4,
    "relogement_copropriete_degradee": 2,
    "rehabilitation_lourde": 5,
    "relogement_hors_renouvellement_urbain": 4,
    "mutation_inter_bailleurs": 3,
}
"""Dwellings per thousand freed for each purpose but a new tenant (our estimate); the last three leave the
flux only by local agreement, the others by law (CCH art. R.441-5)."""
OPERATIONS = tuple(purpose for purpose in PER_THOUSAND if purpose in LAW.purposes())
"""The five legal exclusions."""
STOCK_PER_THOUSAND: Mapping[str, int] = {"defense": 4, "securite_interieure": 4, "etablissement_sante": 2}
"""Dwellings per thousand that stay reserved in stock (CCH art. R.441-5)."""

PURPOSES = Table([*PER_THOUSAND.items(), ("relocation", 1000 - sum(PER_THOUSAND.values()))])
RESERVATIONS: Table[str | None] = Table(
    [*STOCK_PER_THOUSAND.items(), (None, 1000 - sum(STOCK_PER_THOUSAND.values()))]
)
CAUSES = Table(
    [("conge", 68), ("mutation", 14), ("deces", 8), ("fin_travaux", 4), ("expulsion", 3), ("autre", 3)]
)
"""Why the tenant left, per hundred (our estimate)."""


def flux_of(vacancies: int) -> int:
    """The dwellings that enter the flux among so many freed, rounded down: exclusions and stock taken off."""
    outside = sum(PER_THOUSAND[purpose] for purpose in OPERATIONS) + sum(STOCK_PER_THOUSAND.values())
    return vacancies * (1000 - outside) // 1000
