"""Outcomes that come before what they speak of: they wait in their scope, as rows, until a limit."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from contracts.rejected import Rejected, RejectionReason
from orientation.domain.instants import instant_text
from orientation.domain.terms import DEFAULT_PARK_DAYS
from orientation.domain.work import Work

_WRITTEN_BY_THE_STREAM = frozenset(
    {
        "scope",
        "sequence",
        "year",
        "bailleur",
        "departement",
        "cause",
        "at",
        "outcome",
        "status",
        "due",
        "occurred_on",
    }
)


def park(work: Work, kind: str, data: Mapping[str, Any], of: str | None) -> None:
    """Let an outcome wait for its vacancy or its proposal; one that waits already (`of`) goes on waiting."""
    if of is not None:
        return
    delais = work.verdict("delais", {"vacancy.bailleur": work.state.scope.bailleur})
    days = int(delais.value("wait_for_proposal_days", DEFAULT_PARK_DAYS))
    fields = {name: value for name, value in data.items() if name not in {"bailleur", "departement"}}
    due = instant_text(work.at + timedelta(days=days))
    values = {**fields, "outcome": kind, "status": "parked", "due": due}
    work.record("outcome.recorded", work.on.year, {**values, "occurred_on": work.happened_on.isoformat()})


def give_up(work: Work, identity: str, why: Rejected) -> None:
    """Refuse an outcome that waited; the service publishes it on the topic of rejected messages."""
    parked = work.state.parked[identity]
    values = {
        **waiting(parked),
        "outcome": parked["outcome"],
        "status": "rejected",
        "of": identity,
        "error": {"reason": str(why.reason), "path": why.path, "message": why.message},
    }
    work.record("outcome.recorded", parked["year"], values)


def never_came(work: Work, identity: str) -> Rejected:
    """The refusal of an outcome whose vacancy or proposal never came."""
    parked = work.state.parked[identity]
    name = parked.get("proposal_id") or f"de la vacance {parked['vacancy_id']}"
    return Rejected(
        RejectionReason.PROPOSITION_INCONNUE,
        "$.data.proposal_id",
        f"Aucune proposition {name} n'est venue dans le délai d'attente : vérifiez l'identifiant reçu.",
    )


def waiting(parked: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome's own fields, as its sender wrote them."""
    return {name: value for name, value in parked.items() if name not in _WRITTEN_BY_THE_STREAM}


def ready(work: Work) -> list[tuple[str, Mapping[str, Any]]]:
    """Parked outcomes whose vacancy now has the proposal they speak of, in order of arrival."""
    found = []
    for identity, parked in work.state.parked.items():
        dossier = work.state.dossiers.get(parked["vacancy_id"])
        if dossier is None:
            continue
        named = parked.get("proposal_id")
        holds = dossier.proposal_id is not None and dossier.reservataire == parked["reservataire"]
        speaks = named in dossier.proposals or (named is None and holds)
        if speaks or parked["outcome"] in {"decision.overridden", "orientation.confirmed"}:
            found.append((identity, parked))
    return found
