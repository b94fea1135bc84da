"""What a rule's `then` says, in French: one line a key, one line a difference."""

from collections.abc import Iterator, Mapping
from typing import Any

LABELS: Mapping[str, str] = {
    "outside_flux": "hors du flux, motif",
    "stock": "gardé en stock, réservation",
    "in_flux": "dans le flux",
    "covers": "la convention couvre le logement",
    "scale": "échelle du territoire",
    "code": "territoire",
    "first_letting": "première mise en location",
    "counted": "décompté",
    "exclude": "écarté de la convention",
    "target": "part visée",
    "target.dimension": "part visée, critère",
    "target.segment": "part visée, segment",
    "target.percent": "part visée, %",
    "method": "méthode",
    "restore": "tour rendu",
    "restore_cap_days": "tour rendu, plafond en jours de la part",
    "criteria_window": "fenêtre des critères, en logements",
    "caps": "plafonds, en % du flux",
    "caps.etat": "plafond de l'État, en % du flux",
    "caps.etat_agents": "plafond des agents de l'État, en % du flux",
    "weights": "poids",
    "weights.proposition": "poids d'une proposition",
    "weights.attribution": "poids d'une attribution",
    "weights.bail": "poids d'un bail",
    "year_of": "année retenue",
    "respond_within_days": "délai de réponse, en jours",
    "respond_at_most_days": "délai de réponse au plus, en jours",
    "attempts": "propositions au plus",
    "hold_days": "attente d'une convention, en jours",
    "wait_for_proposal_days": "attente d'une proposition, en jours",
    "management": "gestion",
    "confirmation": "confirmation par",
    "within_hours": "confirmation, en heures",
    "report_within_days": "compte rendu, en jours",
    "report_every": "compte rendu par",
    "alert": "alerte",
    "alert.kind": "alerte",
    "alert.severity": "gravité de l'alerte",
    "raise_at": "alerte levée à",
    "clear_at": "alerte éteinte à",
    "raise_below": "alerte levée sous",
    "clear_above": "alerte éteinte à partir de",
    "figure": "valeur suivie",
    "every": "regardée à la fin de chaque",
    "keep_days": "alerte tenue au moins, en jours",
    "window_days": "réponses comptées sur, en jours",
    "remedy": "avec l'action corrective",
    "action": "action corrective",
    "years": "sur combien d'années",
    "part_percent": "part rattrapée, en %",
    "cap_percent": "plafond du report d'une année, en % de la base",
    "beyond_cap": "au-delà du plafond",
    "extinction_years": "report éteint après, en années",
    "refund_eur": "remboursement par droit, en euros",
    "advice": "conseil",
}
"""French names of the keys of `then`; a key of a key follows a point."""


def label_of(key: str) -> str:
    """The French name of a key; a key without one goes by its own name."""
    above, _, own = key.rpartition(".")
    return LABELS.get(key) or (f"{label_of(above)}, {own}" if above else own)


def effects_of(then: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a `then` by key, a key of a key following a point; values as a clerk reads them."""
    for name, value in then.items():
        key = f"{above}.{name}" if above else name
        if isinstance(value, Mapping):
            yield from effects_of(value, key)
        else:
            yield key, effect_value(value)


def effect_value(value: object) -> str:
    """One value of a `then` read aloud."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {effect_value(part)}" for name, part in value.items())
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)
