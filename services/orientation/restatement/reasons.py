"""Reasons: what this semantics decides otherwise than the one before, on purpose; anything else is unexplained.

Whoever changes what is decided adds the change here, with the issue or the law that wants it: the test on the stored
journals (`tests/integration/stored_journals/test_restating.py`) admits no difference without a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orientation.restatement.comparing import Difference


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is decided otherwise: a short name, and a sentence in French."""

    name: str
    sentence: str


UNEXPLAINED = Reason("inexplique", "Aucun changement voulu ne l'explique : prévenez-nous.")
CONSEQUENCE = Reason("suite", "Suite d'une décision antérieure du même périmètre, décidée autrement.")
REFUSED = Reason("refus", "L'entrée est refusée aujourd'hui.")

WHO_SPOKE = Reason(
    "qui-a-parle",
    "Chaque acte dit qui a parlé et, s'il l'a fait pour un autre, pour qui (autorité par acte).",
)
HEARD_BY_ITS_OWNER = Reason(
    "entendu-par-qui-cela-regarde",
    "Le réservataire entend sur son sujet ce qui ferme ses propositions : les numéros y avancent d'autant.",
)

FIELDS: Mapping[str, Reason] = {
    "spoken_by": WHO_SPOKE,
    "on_behalf": WHO_SPOKE,
    "reservataire_sequence": HEARD_BY_ITS_OWNER,
}
"""A field of facts that is written otherwise, or only since → why."""


def reasons_of(difference: Difference, *, is_after_another: bool) -> tuple[Reason, ...]:
    """Why something came out otherwise; `is_after_another`: an earlier decision of its scope did."""
    if difference.kind == "refused":
        return (REFUSED,)
    names = [field.rpartition(".")[2] for field in difference.fields]
    if names and all(name in FIELDS for name in names):
        return tuple(dict.fromkeys(FIELDS[name] for name in names))
    return (CONSEQUENCE if is_after_another else UNEXPLAINED,)
