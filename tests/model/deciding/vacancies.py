"""Vacancies: declared, decided, corrected, taken back, and what waits for a convention or a programme."""

from collections.abc import Mapping
from typing import Any

from tests.model.deciding.closing import annul, close
from tests.model.deciding.first_lettings import in_concertation
from tests.model.deciding.moment import NOBODY, Moment, Wish
from tests.model.deciding.proposing import issue
from tests.model.deciding.rounds import has_begun, play
from tests.model.deciding.scope import Scope
from tests.model.history.dossiers import Dossier, Place
from tests.model.history.movements import Movement
from tests.model.rights.amounts import ONE
from tests.model.rights.conventions import BAILLEUR
from tests.model.rights.law import outside_the_flux
from tests.model.stream.predicted import Prediction


def decide(
    scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction, wish: Wish = NOBODY
) -> None:
    """Assiette and first lettings for a dwelling whose first round was not played; then the rotation."""
    if not has_begun(scope, dossier) and not wish.is_override:
        day = dossier.declared_on
        ruled = scope.rules.first("assiette", day, scope.facts(dossier, day)).get("outside_flux")
        reason = outside_the_flux(dossier.vacancy, day) or ruled
        if reason:
            dossier.place, dossier.arbitrated = Place.OUTSIDE, ""
            dossier.decisions += 1
            prediction.tell(
                "orientation.decided",
                vacancy_id=dossier.id,
                outcome="outside_flux",
                attempt=dossier.decisions,
                line=None,
                reason=reason,
            )
            return
        found = in_concertation(scope, dossier, moment.by_the_rules_of(day), prediction, wish)
        if found is None:
            return
        wish = found
    play(scope, dossier, moment, prediction, wish)


def amend(
    scope: Scope, name: str, vacancy: Mapping[str, Any] | None, moment: Moment, prediction: Prediction
) -> None:
    """Undo exactly what the dwelling moved, and decide it again; the holder keeps the turn if it still may."""
    dossier = scope.dossiers[name]
    if vacancy is None or dossier.is_beyond_correction:
        prediction.tell("vacancy.recorded", vacancy_id=name, change="amended", status="recorded_only")
        return
    holder = dossier.current
    is_kept = dossier.place is Place.KEPT and dossier.arbitrated in (BAILLEUR, scope.bailleur)
    is_arbitrated = is_kept or (holder is not None and dossier.arbitrated == holder.reservataire)
    keeps = BAILLEUR if is_kept else holder.line if holder else ""
    _undo(scope, dossier, "amended", prediction)
    prediction.tell("vacancy.recorded", vacancy_id=name, change="amended", status="applied")
    dossier.vacancy = vacancy
    dossier.said_no.clear()
    wish = Wish(keeps, is_word_of_the_bailleur=is_arbitrated)
    decide(scope, dossier, moment, prediction, wish)


def withdraw(scope: Scope, name: str, prediction: Prediction) -> None:
    """Not free after all: undo what the dwelling moved."""
    dossier = scope.dossiers[name]
    if dossier.is_beyond_correction:
        prediction.tell("vacancy.recorded", vacancy_id=name, change="withdrawn", status="recorded_only")
        return
    _undo(scope, dossier, "withdrawn", prediction)
    dossier.place = Place.WITHDRAWN
    prediction.tell("vacancy.recorded", vacancy_id=name, change="withdrawn", status="applied")


def _undo(scope: Scope, dossier: Dossier, cause: str, prediction: Prediction) -> None:
    is_kept = dossier.place is Place.KEPT
    annul(scope, dossier, cause, prediction)
    undone = [
        Movement(
            each.year,
            each.account,
            each.line,
            -each.amount,
            dossier.id,
            each.name,
            each.is_first_round,
            each.day,
        )
        for each in scope.movements.of_vacancy(dossier.id)
        if each.account != "counts"
    ]
    if is_kept:
        name = "apart_kept" if dossier.kept_apart else "kept"
        undone.append(Movement(dossier.year, "counts", BAILLEUR, -ONE, dossier.id, name))
    scope.move(prediction, *undone)


def wait_ended(scope: Scope, dossier: Dossier, moment: Moment, prediction: Prediction) -> None:
    """A deadline fired: an answer, a confirmation, a convention or a programme was awaited in vain."""
    if dossier.place is Place.PRE_ASSIGNED:
        issue(scope, dossier, moment, prediction)
    elif dossier.place is Place.PROPOSED and dossier.current is not None:
        prediction.tell(
            "proposal.expired",
            vacancy_id=dossier.id,
            line=dossier.current.line,
            cause_of_closing="sans_reponse",
        )
        close(scope, dossier, moment, "sans_reponse", prediction, "expired")
        decide(scope, dossier, moment, prediction)
    else:
        decide(scope, dossier, moment, prediction, Wish(may_wait=False))
