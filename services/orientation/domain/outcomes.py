"""What became of proposals: designations, refusals, CALEOL decisions, leases, confirmations, overrides."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.authority import Word
from contracts.rejected import Rejected, RejectionReason
from flux.decompte import Stage
from flux.units import BAILLEUR
from orientation.domain import because
from orientation.domain.candidates import seat
from orientation.domain.concertation import apart, wording
from orientation.domain.deciding import decide
from orientation.domain.delegation import is_unknown, refuse_undelegated, word_in
from orientation.domain.dossier import ATTRIBUTED, Dossier
from orientation.domain.movement import movement
from orientation.domain.parked_outcomes import FREE_OF_PROPOSALS
from orientation.domain.parking import park
from orientation.domain.proposing import closing, issue, reach, returned, withdraw
from orientation.domain.terms import terms_of
from orientation.domain.turn import Wish
from orientation.domain.work import Work

_META = frozenset({"bailleur", "departement"})

Outcome = Mapping[str, Any]


def record_outcome(work: Work, kind: str, data: Outcome, of: str | None = None) -> None:
    """Apply an outcome, with who said it (`delegation.spoken`). `of` is the identity of the input that waited."""
    word = word_in(work, kind, data)
    if kind in FREE_OF_PROPOSALS:
        _record_free(work, kind, data, word, of)
        return
    dossier = work.state.dossiers.get(data["vacancy_id"])
    if dossier is None:
        park(work, kind, data, of)
        return
    if kind == "decision.overridden":
        _override(work, dossier, kind, data, of)
    elif kind == "orientation.confirmed":
        _confirm(work, dossier, kind, data, of)
    elif _is_late(dossier, data):
        refuse_undelegated(work, word, dossier)
        write(work, kind, data, "late", dossier=dossier, of=of)
    elif not _speaks_of_the_open_proposal(dossier, data):
        park(work, kind, data, of)
    else:
        refuse_undelegated(work, word, dossier)
        _APPLY[kind](work, dossier, kind, data, of)


def _record_free(work: Work, kind: str, data: Outcome, word: Word, of: str | None) -> None:
    """An outcome that moves nothing; one said on behalf of a party not known yet waits for its convention."""
    if word.on_behalf and is_unknown(work, word.party):
        park(work, kind, data, of)
        return
    refuse_undelegated(work, word)
    write(work, kind, data, "recorded_only", of=of)


def _is_late(dossier: Dossier, data: Outcome) -> bool:
    """Whether it speaks of a proposal of this dossier that is closed; refuses one that was somebody else's."""
    proposal_id, reservataire = data.get("proposal_id"), data["reservataire"]
    if proposal_id is None:
        return reservataire != dossier.reservataire and reservataire in dossier.proposals.values()
    addressee = dossier.proposals.get(proposal_id)
    if addressee is not None and addressee != reservataire:
        raise Rejected(
            RejectionReason.PROPOSITION_D_AUTRUI,
            "$.data.proposal_id",
            f"La proposition {proposal_id} n'a pas été adressée à {reservataire} : "
            "reprenez l'identifiant reçu sur votre propre flux de propositions.",
        )
    return addressee is not None and proposal_id != dossier.proposal_id


def _speaks_of_the_open_proposal(dossier: Dossier, data: Outcome) -> bool:
    proposal_id = data.get("proposal_id")
    if dossier.proposal_id is None or dossier.reservataire != data["reservataire"]:
        return False
    return proposal_id in {None, dossier.proposal_id}


def _designate(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """Candidates named in time; naming none is the absence of a candidate, unless one was attributed the dwelling."""
    if data["count"] == 0 and dossier.status not in ATTRIBUTED:
        _end(work, dossier, kind, data, "sans_candidat", of)
        return
    counted = _count(dossier, "designated") if data["count"] else {}
    write(work, kind, data, _unless_attributed(dossier), dossier=dossier, of=of, **counted)


def _unless_attributed(dossier: Dossier) -> str:
    return "recorded_only" if dossier.status in ATTRIBUTED else "applied"


def _refuse(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """A refusal by the réservataire ends its proposal; a candidate's does when no ranked candidate is left."""
    cause = _cause_of_refusal(work, data)
    if dossier.status == "leased":
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
    elif cause == "refus_candidat" and _candidates_left(dossier, data):
        write(
            work,
            kind,
            data,
            "applied",
            dossier=dossier,
            of=of,
            **_count(dossier, "refused_by_candidate"),
        )
    else:
        _end(work, dossier, kind, data, cause, of)


def _cause_of_refusal(work: Work, data: Outcome) -> str:
    code, lists = data.get("reason"), work.lists
    if code is not None and lists.is_reasoned(code) is None:
        allowed = ", ".join(lists.refusal_codes())
        raise Rejected(
            RejectionReason.VALEUR_INCONNUE,
            "$.data.reason",
            f"Motif de refus « {code} » inconnu. Valeurs admises : {allowed}.",
        )
    if data.get("by") == "candidat":
        return "refus_candidat"
    if code == "absence_de_candidat":
        return "sans_candidat"
    return "refus_motive" if code is not None and lists.is_reasoned(code) else "refus_sans_motif"


def _candidates_left(dossier: Dossier, data: Outcome) -> bool:
    left = data.get("candidates_left")
    return bool(left) if left is not None else dossier.ranked > 0


def _deliberate(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """A decision of the CALEOL (CCH art. R.441-3): the first attribution counts, at most one per proposal."""
    decision = data["decision"]
    favourable = decision in {"attribution", "attribution_condition", "attribution_rang"}
    first = favourable and (decision != "attribution_rang" or data.get("rank", 1) == 1)
    if dossier.status == "leased":
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
    elif first and dossier.status not in ATTRIBUTED:
        moved = reach(work, dossier, Stage.ATTRIBUTION, {"attributed": 1})
        write(work, kind, data, "applied", dossier=dossier, of=of, stage="attribution", ledger=moved)
    elif favourable or dossier.status in ATTRIBUTED or dossier.declined + 1 < dossier.designated:
        write(work, kind, data, "applied", dossier=dossier, of=of)
    else:
        _end(work, dossier, kind, data, _CAUSE_OF_DECISION[decision], of)


_CAUSE_OF_DECISION = {"non_attribution": "non_attribution", "irrecevabilite": "irrecevabilite"}


def _lease(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """The lease: the furthest stage; a second one is recorded only."""
    if dossier.status == "leased":
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
        return
    counts = {"leased": 1, "open": -1} | ({"attributed": 1} if dossier.stage < Stage.ATTRIBUTION else {})
    moved = reach(work, dossier, Stage.BAIL, counts)
    write(work, kind, data, "applied", dossier=dossier, of=of, stage="bail", ledger=moved)


def _confirm(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """The bailleur confirms the pre-assignment of whom it names: the proposal leaves; said of another it is late."""
    if dossier.status != "pre_assigned" or dossier.reservataire != data["reservataire"]:
        write(work, kind, data, "late", dossier=dossier, of=of)
        return
    write(work, kind, data, "applied", dossier=dossier, of=of)
    propose_pre_assigned(work, dossier)


def propose_pre_assigned(work: Work, dossier: Dossier) -> None:
    """Issue the proposal of a pre-assigned dossier: confirmed, or the bailleur's time to object is over."""
    assert dossier.convention_id is not None  # noqa: S101 - a pre-assigned dossier has a convention
    convention = work.state.conventions[dossier.convention_id]
    terms = terms_of(work, convention, work.vacancy_facts(dossier))
    work.take_used()
    said = because.CONFIRMED if work.cause.type == "orientation.confirmed" else because.NOT_OPPOSED
    issue(work, dossier, terms, [*dossier.because, said])


def _override(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """The bailleur's last word, with a reason: counted as its arbitration."""
    if dossier.status in ATTRIBUTED or dossier.status == "withdrawn":
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
        return
    if dossier.is_apart and dossier.status != "concertation":
        _reassign_apart(work, dossier, kind, data, of)
        return
    target = _target(work, dossier, data["reservataire"])
    if dossier.line is not None and dossier.line == target:
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
        return
    moved = _give_back(dossier)
    write(work, kind, data, "applied", dossier=dossier, of=of, ledger=moved)
    if dossier.proposal_id is not None:
        withdraw(work, dossier, "override")
    decide(work, dossier, Wish(override=target))


def _reassign_apart(work: Work, dossier: Dossier, kind: str, data: Outcome, of: str | None) -> None:
    """The bailleur's last word on a first letting counted apart: it stays apart, in other hands."""
    target = apart.named(work, dossier, data["reservataire"])
    if target == (dossier.reservataire or BAILLEUR):
        write(work, kind, data, "recorded_only", dossier=dossier, of=of)
        return
    kept = dossier.status == "kept_by_bailleur"
    moved = movement(dossier.year, counts=dossier.counts(kept=-1)) if kept else None
    write(work, kind, data, "applied", dossier=dossier, of=of, ledger=moved)
    if dossier.proposal_id is not None:
        withdraw(work, dossier, "override")
    sentences = [wording.reassigned(target)]
    if target == BAILLEUR:
        apart.keep(work, dossier, sentences)
    else:
        apart.give(work, dossier, work.vacancy_facts(dossier), target, sentences, "arbitrage")


def _give_back(dossier: Dossier) -> dict[str, Any] | None:
    """What a holder without a proposal gives back: a pre-assigned line, or the bailleur's own turn."""
    if dossier.status == "pre_assigned" and dossier.line is not None:
        return {**returned(dossier), "counts": {dossier.line: {"overridden": 1, "pre_assigned": -1}}}
    if dossier.status == "kept_by_bailleur":
        units = dossier.account("engaged").get(BAILLEUR, 0)
        return movement(dossier.year, engaged={BAILLEUR: -units}, counts={BAILLEUR: {"kept": -1}})
    return None


def _target(work: Work, dossier: Dossier, reservataire: str) -> str:
    """The line the override names: covering the dwelling, in force on its declaration date."""
    if dossier.status in {"outside_flux", "concertation"}:
        raise Rejected(
            RejectionReason.HORS_FLUX,
            "$.data.vacancy_id",
            f"Le logement est « {dossier.status} » : il ne suit pas la rotation. "
            "Corrigez d'abord la déclaration par vacancy.amended.",
        )
    if reservataire in {BAILLEUR, work.state.scope.bailleur}:
        return BAILLEUR
    facts = work.vacancy_facts(dossier)
    table = seat(work, dossier, facts, work.verdict("rotation", facts))
    for party in table.parties:
        if party.reservataire == reservataire:
            return party.name
    names = sorted({p.reservataire for p in table.parties if p.name != BAILLEUR})
    raise Rejected(
        RejectionReason.SANS_CONVENTION,
        "$.data.reservataire",
        f"{reservataire} n'a pas de convention en vigueur qui couvre ce logement. "
        f"Réservataires possibles : {', '.join(names) or 'aucun'}, ou {BAILLEUR}.",
    )


def _end(work: Work, dossier: Dossier, kind: str, data: Outcome, cause: str, of: str | None) -> None:
    """The proposal closes with its typed cause; the dwelling goes to the next, or back to the bailleur."""
    counter = "refused" if cause.startswith("refus") or cause == "sans_candidat" else "not_attributed"
    moved = closing(work, dossier, cause, dossier.counts(**{counter: 1, "open": -1}))
    write(work, kind, data, "applied", dossier=dossier, of=of, closes=cause, ledger=moved)
    decide(work, dossier)


def _count(dossier: Dossier, counter: str) -> dict[str, Any]:
    return {"ledger": movement(dossier.year, counts=dossier.counts(**{counter: 1}))}


def write(
    work: Work,
    kind: str,
    data: Outcome,
    status: str,
    *,
    dossier: Dossier | None = None,
    of: str | None = None,
    **extra: Any,  # noqa: ANN401 - the fields only some outcomes have
) -> None:
    """Record `outcome.recorded`: the outcome's own fields and what came of it."""
    fields = {name: value for name, value in data.items() if name not in _META}
    values: dict[str, Any] = {**fields, "outcome": kind, "status": status}
    if dossier is not None and dossier.convention_id is not None:
        values.setdefault("convention_id", dossier.convention_id)
        values["line"] = dossier.line
    if dossier is not None and {"closes", "stage"} & extra.keys():
        values.setdefault("proposal_id", dossier.proposal_id)
    if of is not None:
        values["of"] = of
    values.update({name: value for name, value in extra.items() if value is not None})
    work.record("outcome.recorded", dossier.year if dossier else work.on.year, values)


_APPLY: Mapping[str, Callable[[Work, Dossier, str, Outcome, str | None], None]] = {
    "candidates.designated": _designate,
    "proposal.refused": _refuse,
    "caleol.decided": _deliberate,
    "lease.signed": _lease,
}
