"""Proposals: issued to the réservataire whose turn it is, expired when nobody answers, withdrawn."""

from datetime import timedelta
from typing import Any

from flux.convention import Convention
from flux.decompte import Decompte, Stage
from flux.restoring import restored
from flux.unanswered import UnansweredError
from flux.units import DWELLING
from orientation.domain import because
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant_text
from orientation.domain.movement import movement
from orientation.domain.terms import Terms, decompte_of
from orientation.domain.work import Work


def issue(work: Work, dossier: Dossier, terms: Terms, sentences: list[str]) -> None:
    """Issue the proposal of a decided dossier to its holder."""
    respond_by = work.at + timedelta(days=terms.respond_within_days)
    departement = work.state.scope.departement
    line, reservataire = _holder(dossier)
    moved = movement(
        dossier.year,
        counted=_counted(work, dossier, terms.decompte, terms.decompte.units(Stage.PROPOSITION)),
        counts=dossier.counts(proposed=1, open=1),
    )
    work.record(
        "proposal.issued",
        dossier.year,
        {
            "proposal_id": work.next_id(),
            "vacancy_id": dossier.vacancy_id,
            "reservataire": reservataire,
            "convention_id": dossier.convention_id,
            "line": line,
            "dwelling": dossier.dwelling,
            "construction_period": work.vacancy_facts(dossier)["dwelling.construction_period"],
            "management": terms.management,
            "respond_by": instant_text(respond_by),
            "attempt": dossier.attempt,
            **_of_first_letting(dossier),
            "because": [*sentences, because.answer_by(respond_by, departement)],
            "ledger": moved,
        },
    )


def expire(work: Work, dossier: Dossier) -> None:
    """Close a proposal nobody answered in time; the réservataire is told (arrêté du 10/03/2011)."""
    moved = closing(work, dossier, "sans_reponse", dossier.counts(expired=1, open=-1))
    _close(work, dossier, "proposal.expired", "sans_reponse", moved)


def withdraw(work: Work, dossier: Dossier, cause: str) -> None:
    """Close an open proposal that is not the réservataire's doing; its turn comes back whole.

    `cause` is override, amended, withdrawn or convention_ended. For an amendment or a withdrawal of the vacancy
    the dossier's whole movement is undone elsewhere: here only the legal counters move.
    """
    counts = dossier.counts(withdrawn=1, open=-1, **({"overridden": 1} if cause == "override" else {}))
    moved = movement(dossier.year, counts=counts)
    if cause in {"override", "convention_ended"} and not dossier.is_apart:
        moved = {**returned(dossier), "counts": counts}
    _close(work, dossier, "proposal.withdrawn", cause, moved, spoken_by=work.state.scope.bailleur)


def returned(dossier: Dossier) -> dict[str, Any]:
    """The movement that gives the holder its turn back whole: engagement, counted units and criteria mix.

    What an earlier proposal of the same dwelling left counted stays: only the open one's worth goes, latest year
    first.
    """
    line, _ = _holder(dossier)
    counted, owed = dict[int, dict[str, int]](), dossier.worth
    for year, units in sorted(dossier.counted(line).items(), reverse=True):
        back = min(owed, units.get(line, 0))
        if back:
            counted[year], owed = {line: -back}, owed - back
    return movement(dossier.year, engaged={line: -DWELLING}, counted=counted, mix=_mix_back(dossier, line))


def _mix_back(dossier: Dossier, line: str) -> dict[str, int]:
    mix = dossier.account("mix")
    return {key: -min(units, DWELLING) for key, units in mix.items() if key.startswith(f"{line}|")}


def closing(work: Work, dossier: Dossier, cause: str, counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    """The movement of a proposal that ends uncounted: what `rotation.restore` gives back for this cause.

    A first letting counted apart took nothing from the flux: nothing is given back.
    """
    if dossier.is_apart:
        return movement(dossier.year, counts=counts)
    facts = work.vacancy_facts(dossier)
    line, _ = _holder(dossier)
    rotation = work.verdict("rotation", facts, {"outcome.cause": cause})
    back = 0
    said = rotation.part("restore", cause)
    if said is None:
        raise UnansweredError(f"restore.{cause}", work.asked_on, work.state.scope)
    rule, is_restored = said
    if is_restored:
        work.cite(rule)
        days = work.answer(rotation, "restore_cap_days")
        back = DWELLING - dossier.worth
        if days is not None:
            balance = work.state.ledger.year(dossier.year).balance(line)
            back = restored(back, balance, _accrued_since(work, line, int(days)))
    mix = _mix_back(dossier, line) if back == DWELLING else None
    return movement(dossier.year, engaged={line: -back}, mix=mix, counts=counts)


def reach(work: Work, dossier: Dossier, stage: Stage, counts: dict[str, int]) -> dict[str, Any]:
    """The movement of a proposal that reaches a further stage."""
    if dossier.is_apart:
        return movement(dossier.year, counts=dossier.counts(**counts))
    decompte = decompte_of(work, _convention(work, dossier), work.vacancy_facts(dossier))
    gained = max(decompte.units(stage) - dossier.worth, 0)
    return movement(
        dossier.year,
        counted=_counted(work, dossier, decompte, gained),
        counts=dossier.counts(**counts),
    )


def _of_first_letting(dossier: Dossier) -> dict[str, Any]:
    """What a proposal says of a first letting of a programme: whether the flux counts it."""
    vacancy = dossier.vacancy
    if vacancy.get("cause") != "neuf" or "programme_id" not in vacancy:
        return {}
    return {"programme_id": vacancy["programme_id"], "counted": "apart" if dossier.is_apart else "flux"}


def _counted(work: Work, dossier: Dossier, decompte: Decompte, units: int) -> dict[int, dict[str, int]]:
    """Units counted for the holder: in the year of its proposal, or of the event that makes them count."""
    line, _ = _holder(dossier)
    of_event = max(work.happened_on, work.declared_on(dossier)).year
    return {dossier.year if decompte.year_of == "proposal" else of_event: {line: units}}


def _close(work: Work, dossier: Dossier, kind: str, cause: str, moved: dict[str, Any], **spoken: str) -> None:
    line, reservataire = _holder(dossier)
    work.record(
        kind,
        dossier.year,
        {
            "proposal_id": dossier.proposal_id,
            "vacancy_id": dossier.vacancy_id,
            "reservataire": reservataire,
            "convention_id": dossier.convention_id,
            "line": line,
            "cause_of_closing": cause,
            **spoken,
            "ledger": moved,
        },
    )


def _accrued_since(work: Work, line: str, days: int) -> int:
    """What shares gave a line over the last days, in units."""
    since = (work.at - timedelta(days=days)).date().isoformat()
    return sum(units for day, units in work.state.accrued.get(line, {}).items() if day >= since)


def _convention(work: Work, dossier: Dossier) -> Convention:
    assert dossier.convention_id is not None  # noqa: S101 - an open proposal has a convention
    return work.state.conventions[dossier.convention_id]


def _holder(dossier: Dossier) -> tuple[str, str]:
    assert dossier.line is not None  # noqa: S101 - an open proposal has a holder
    assert dossier.reservataire is not None  # noqa: S101 - an open proposal has a holder
    return dossier.line, dossier.reservataire
