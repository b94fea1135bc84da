"""Outcomes that come before what they speak of: they wait in their scope, as rows, until a limit."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from contracts.rejected import Rejected, RejectionReason
from orientation.domain.instants import instant_text
from orientation.domain.parked_outcomes import Awaited, awaited_by
from orientation.domain.work import Fact, Work

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
        "reservataire_sequence",
    }
)


def park(work: Work, kind: str, data: Mapping[str, Any], of: str | None) -> None:
    """Let an outcome wait for its vacancy or its proposal; one that waits already (`of`) goes on waiting."""
    if of is not None:
        return
    if not work.may_park:
        raise _too_many(work, data)
    delais = work.verdict("delais", {"vacancy.bailleur": work.state.scope.bailleur})
    days = int(work.answer(delais, "wait_for_proposal_days"))
    fields = {name: value for name, value in data.items() if name not in {"bailleur", "departement"}}
    due = instant_text(work.at + timedelta(days=days))
    values = {**fields, "outcome": kind, "status": "parked", "due": due}
    work.record("outcome.recorded", work.on.year, {**values, "occurred_on": work.happened_on.isoformat()})


def _too_many(work: Work, data: Mapping[str, Any]) -> Rejected:
    speaker = data["spoken_by"]
    return Rejected(
        RejectionReason.TROP_EN_ATTENTE,
        "$.data",
        f"{speaker} a déjà {work.state.parked.number_of(speaker)} messages en attente de leur proposition dans "
        f"{work.state.scope}, et celui-ci n'a pas la sienne non plus : vérifiez les identifiants reçus. Le message est "
        "gardé ; il pourra être remis en file (aiguillage rejected requeue).",
    )


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
    """The refusal of an outcome whose vacancy, proposal or convention never came."""
    parked = work.state.parked[identity]
    kind, name = awaited_by(parked)
    if kind == "party":
        return Rejected(
            RejectionReason.SANS_DELEGATION,
            "$.data.by",
            f"Aucune convention de {name} n'est venue dans le délai d'attente : rien ne délègue sa parole.",
        )
    name = parked.get("proposal_id") or f"de la vacance {name}"
    return Rejected(
        RejectionReason.PROPOSITION_INCONNUE,
        "$.data.proposal_id",
        f"Aucune proposition {name} n'est venue dans le délai d'attente : vérifiez l'identifiant reçu.",
    )


def waiting(parked: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome's own fields, as its sender wrote them."""
    return {name: value for name, value in parked.items() if name not in _WRITTEN_BY_THE_STREAM}


def ready(work: Work, facts: Iterable[Fact]) -> list[tuple[str, Mapping[str, Any]]]:
    """Parked outcomes that need wait no more once these facts are written, in order of arrival."""
    parked = work.state.parked
    changed = dict.fromkeys(filter(None, (_brought_by(kind, data) for kind, data in facts)))
    found = [
        (identity, data)
        for awaited in changed
        for identity, data in parked.awaiting(awaited)
        if awaited[0] == "party" or _has_come(work, data)
    ]
    return sorted(found, key=lambda each: each[1]["sequence"])


def _brought_by(kind: str, data: Mapping[str, Any]) -> Awaited | None:
    """What a fact may bring that outcomes wait for."""
    if kind in {"orientation.decided", "proposal.issued"}:
        return "vacancy", data["vacancy_id"]
    if kind == "convention.recorded":
        return "party", data["reservataire"]["id"]
    return None


def _has_come(work: Work, parked: Mapping[str, Any]) -> bool:
    """Whether the vacancy now has the proposal a parked outcome speaks of, or has had it and gone on to another."""
    dossier = work.state.dossiers.get(parked["vacancy_id"])
    if dossier is None:
        return False
    named = parked.get("proposal_id")
    holds = dossier.proposal_id is not None and dossier.reservataire == parked["reservataire"]
    had = (
        dossier.reservataire != parked["reservataire"]
        and parked["reservataire"] in dossier.proposals.values()
    )
    speaks = named in dossier.proposals or (named is None and (holds or had))
    return speaks or parked["outcome"] in {"decision.overridden", "orientation.confirmed"}
