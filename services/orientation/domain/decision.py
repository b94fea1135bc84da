"""The decision as it is written: `orientation.decided`, with its reasons, its alternatives, its warnings."""

from typing import Any

from orientation.domain.alternatives import alternatives
from orientation.domain.dossier import Dossier
from orientation.domain.turn import Turn
from orientation.domain.work import Work


def record(
    work: Work,
    dossier: Dossier,
    outcome: str,
    reason: str,
    sentences: list[str],
    *,
    turn: Turn | None = None,
    **extra: Any,  # noqa: ANN401 - the fields of a decision that only some outcomes have
) -> None:
    """Record `orientation.decided`. `turn` gives who is chosen and everybody considered."""
    party = None if turn is None else turn.chosen
    convention = None if party is None else party.convention
    values: dict[str, Any] = {
        "decision_id": work.next_id(),
        "vacancy_id": dossier.vacancy_id,
        "attempt": dossier.attempt + 1,
        "supersedes": dossier.decision_id,
        "decided_at": work.at_text,
        "declared_at": dossier.declared_at,
        "outcome": outcome,
        "reservataire": None if convention is None else convention.reservataire,
        "convention_id": None if convention is None else convention.id,
        "reason": reason,
        "alternatives": [] if turn is None else alternatives(work, dossier, turn),
        "because": [sentence for sentence in sentences if sentence],
        "rules": work.take_used(),
        "rulebook": work.rulebook.rules.digest,
        "vacancy": dossier.vacancy,
        "construction_period": work.vacancy_facts(dossier)["dwelling.construction_period"],
        **extra,
    }
    if turn is not None and turn.is_first_round and turn.credit and "ledger" in extra:
        values["first_round"] = True
    warnings = _warnings(work, dossier, turn)
    if warnings:
        values["warnings"] = warnings
    work.record("orientation.decided", dossier.year, values)


def _warnings(work: Work, dossier: Dossier, turn: Turn | None) -> list[str]:
    """What somebody should look at: shares above 100 %, a dwelling already open under another vacancy."""
    warnings = []
    if turn is not None and turn.table.is_normalised:
        warnings.append("parts_superieures_a_100")
    other = work.state.dwellings.get(dossier.dwelling["dwelling_id"])
    if other is not None and other != dossier.vacancy_id:
        warnings.append(f"logement_deja_ouvert:{other}")
    return warnings
