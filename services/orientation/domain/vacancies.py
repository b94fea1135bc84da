"""Vacancies declared, amended, withdrawn."""

from collections.abc import Mapping
from typing import Any

from contracts.rejected import Rejected, RejectionReason
from flux.calendar import flux_year
from flux.units import BAILLEUR
from orientation.domain.deciding import decide
from orientation.domain.dossier import ATTRIBUTED, Dossier
from orientation.domain.instants import instant_text
from orientation.domain.movement import movement
from orientation.domain.proposing import returned, withdraw
from orientation.domain.turn import Wish
from orientation.domain.work import Work


def declare(work: Work) -> None:
    """Decide a newly declared vacancy. Its flux year is that of its declaration, for life."""
    data = work.cause.data
    dossier = Dossier(
        vacancy_id=data["vacancy_id"],
        vacancy=_body(data),
        declared_at=instant_text(work.cause.time),
        year=flux_year(work.cause.time, work.state.scope.departement),
    )
    decide(work, dossier)


def amend(work: Work) -> None:
    """Correct a vacancy: its accruals are undone and it is decided again; its holder keeps the turn if it may.

    Whoever the bailleur named by an override, itself included, keeps it while it is in the flux and covers it.
    After an attribution, or when nothing changes, the amendment is recorded only.
    """
    dossier, vacancy = known(work), _body(work.cause.data)
    if dossier.status in ATTRIBUTED or dossier.status == "withdrawn" or vacancy == dossier.vacancy:
        _record(work, dossier, "amended", "recorded_only")
        return
    is_arbitrated = _is_arbitrated(work, dossier)
    keep = BAILLEUR if is_arbitrated and dossier.status == "kept_by_bailleur" else dossier.line
    _undo(work, dossier, "amended")
    dossier.vacancy = vacancy
    decide(work, dossier, Wish(keep=keep, is_arbitrated=is_arbitrated))


def withdraw_vacancy(work: Work) -> None:
    """Take a vacancy back: everything it moved is undone; after an attribution it is recorded only."""
    dossier = known(work)
    if dossier.status in ATTRIBUTED or dossier.status == "withdrawn":
        _record(work, dossier, "withdrawn", "recorded_only")
        return
    _undo(work, dossier, "withdrawn")


def give_up_turn(work: Work, dossier: Dossier) -> None:
    """Take a pre-assigned dwelling back from a convention that had ended: its turn is returned whole."""
    values = {"vacancy_id": dossier.vacancy_id, "change": "convention_ended", "status": "applied"}
    work.record("vacancy.recorded", dossier.year, {**values, "ledger": returned(dossier)})


def known(work: Work) -> Dossier:
    """The dossier an input speaks of; rejected when the vacancy was never declared here."""
    name = work.cause.data["vacancy_id"]
    dossier = work.state.dossiers.get(name)
    if dossier is None:
        raise Rejected(
            RejectionReason.VACANCE_INCONNUE,
            "$.data.vacancy_id",
            f"Aucune vacance « {name} » n'a été déclarée pour {work.state.scope} : "
            "publiez d'abord vacancy.declared, ou vérifiez l'identifiant.",
        )
    return dossier


def _is_arbitrated(work: Work, dossier: Dossier) -> bool:
    """Whether its holder is whom the bailleur last named."""
    if dossier.status == "kept_by_bailleur":
        return dossier.arbitrated in {BAILLEUR, work.state.scope.bailleur}
    return dossier.reservataire is not None and dossier.arbitrated == dossier.reservataire


def _undo(work: Work, dossier: Dossier, change: str) -> None:
    if dossier.proposal_id is not None:
        withdraw(work, dossier, change)
    _record(work, dossier, change, "applied", undone=True)


def _record(work: Work, dossier: Dossier, change: str, status: str, *, undone: bool = False) -> None:
    values: dict[str, Any] = {"vacancy_id": dossier.vacancy_id, "change": change, "status": status}
    if "reason_sha256" in work.cause.data:
        values["reason_sha256"] = work.cause.data["reason_sha256"]
    if undone:
        values["ledger"] = _opposite(dossier)
        values["undoes"] = dossier.entered
    work.record("vacancy.recorded", dossier.year, values)


def _opposite(dossier: Dossier) -> dict[str, Any]:
    """The movement that undoes exactly everything the dossier moved."""
    return movement(
        dossier.year,
        credit=_turned(dossier.account("credit")),
        engaged=_turned(dossier.account("engaged")),
        counted={year: _turned(units) for year, units in dossier.counted().items()},
        carry=_turned(dossier.account("carry")),
        cycle=_turned(dossier.account("cycle")),
        mix=_turned(dossier.account("mix")),
        counts=_kept_back(dossier),
    )


def _kept_back(dossier: Dossier) -> dict[str, dict[str, int]] | None:
    """The bailleur's own dwelling is counted again by the decision that follows."""
    if dossier.status != "kept_by_bailleur":
        return None
    return {BAILLEUR: {"apart_kept" if dossier.is_apart else "kept": -1}}


def _turned(units: Mapping[str, int]) -> dict[str, int]:
    return {party: -amount for party, amount in units.items()}


def _body(data: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a declaration: everything but the names the fact already carries."""
    return {
        name: value for name, value in data.items() if name not in {"vacancy_id", "bailleur", "departement"}
    }
