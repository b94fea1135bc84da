"""How a freed dwelling enters the year's figures: in the flux, or outside it and why (CCH art. R.441-5)."""

from collections.abc import Mapping
from typing import Any

Entry = dict[str, str]
"""JSON values: `into` (``flux`` or ``outside_flux``), the civil day `on` of the declaration, the dwelling's value in
each of `DIMENSIONS`, the `reason` when it is outside, the `programme_id` of a first letting that joined the flux."""

DIMENSIONS = ("typologie", "financement", "qpv", "commune", "construction_period")
"""What the bilan is broken down by (CCH art. R.441-5-1)."""
UNKNOWN = "inconnue"
"""The construction period of a dwelling whose year of construction nobody gave."""


def dimensions(dwelling: Mapping[str, Any], construction_period: str | None) -> dict[str, str]:
    """A dwelling's value in each of `DIMENSIONS`; the period is a segment of the referential, resolved before."""
    return {
        "typologie": dwelling["typologie"],
        "financement": dwelling["financement"],
        "qpv": "qpv" if dwelling["qpv"] else "hors_qpv",
        "commune": dwelling["commune"],
        "construction_period": construction_period or UNKNOWN,
    }


def entry_of(decided: Mapping[str, Any], declared_on: str) -> Entry | None:
    """How the dwelling of an `orientation.decided` enters, declared on that civil day; None when it does not yet.

    A dwelling is in the flux from the decision in which shares accrue for the first time.
    """
    if decided["outcome"] == "outside_flux":
        return {"into": "outside_flux", "reason": decided["reason"], **_described(decided, declared_on)}
    if not decided.get("first_round"):
        return None
    vacancy = decided["vacancy"]
    programme = {"programme_id": vacancy["programme_id"]} if _is_first_letting(vacancy) else {}
    return {"into": "flux", **programme, **_described(decided, declared_on)}


def _described(decided: Mapping[str, Any], declared_on: str) -> dict[str, str]:
    period = decided.get("construction_period")
    return {"on": declared_on, **dimensions(decided["vacancy"]["dwelling"], period)}


def _is_first_letting(vacancy: Mapping[str, Any]) -> bool:
    return vacancy.get("cause") == "neuf" and vacancy.get("programme_id") is not None
