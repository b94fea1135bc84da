"""A contradictory exchange played: an exclusion contested, answered or not, the answer accepted or not."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from aiguillage.cloudevents import bailleur_source, line, reservataire_source
from aiguillage.draws import Draws
from aiguillage.parties.manners import BailleurManner, ReservataireManner
from aiguillage.parties.play import Answer, delay

CONTESTED = "Rien ne montre que cette libération sort du flux."
EXPLAINED = "Pièces de l’opération transmises : l’exclusion est maintenue."
SATISFIED = "Pièces reçues : plus rien à redire."


def exchange(
    decision: Mapping[str, Any],
    at: datetime,
    reservataire: ReservataireManner,
    bailleur: BailleurManner,
    draws: Draws,
) -> Iterator[Answer]:
    """What both say of an exclusion the réservataire contests, in order of time."""
    at += delay(draws, reservataire.contest_delay_days)
    yield _said("exclusion.contested", decision, at, reservataire, CONTESTED)
    if draws.happens(bailleur.unanswered_contestation_percent):
        return
    at += delay(draws, bailleur.contestation_delay_days)
    yield _said("contestation.answered", decision, at, reservataire, EXPLAINED, by=bailleur)
    if draws.happens(reservataire.satisfied_percent):
        at += delay(draws, reservataire.satisfied_delay_days)
        yield _said("contestation.answered", decision, at, reservataire, SATISFIED)


def _said(
    kind: str,
    decision: Mapping[str, Any],
    at: datetime,
    reservataire: ReservataireManner,
    reason: str,
    by: BailleurManner | None = None,
) -> Answer:
    speaker = reservataire.party if by is None else by.party
    source = reservataire_source(speaker) if by is None else bailleur_source(speaker)
    data = {
        "proposal_id": None,
        "vacancy_id": decision["vacancy_id"],
        "bailleur": decision["bailleur"],
        "departement": decision["departement"],
        "reservataire": reservataire.party,
        "by": speaker,
        "reason": reason,
    }
    key = f"{decision['decision_id']}-{kind}-{speaker}"
    return at, line(kind, id=key, source=source, time=at, data=data)
