"""The law's floor, which no rule lifts: what is outside the flux (CCH R.441-5), since the decree's first day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

SINCE = date(2021, 11, 24)
STOCK = ("defense", "securite_interieure", "etablissement_sante")
EXCLUSIONS = (
    "mutation_interne",
    "relogement_renouvellement_urbain",
    "relogement_copropriete_degradee",
    "relogement_habitat_indigne",
    "vente",
)


def outside_the_flux(vacancy: Mapping[str, Any], day: date) -> str | None:
    """Why a dwelling is outside the flux by law: kept in stock first, then one of the five exclusions."""
    if day < SINCE:
        return None
    reservation, purpose = vacancy.get("stock_reservation"), vacancy["purpose"]
    if reservation in STOCK:
        return str(reservation)
    return str(purpose) if purpose in EXCLUSIONS else None
