"""Outcomes: what parties say of a proposal, whether it is heard, and what it moves."""

from collections.abc import Container, Mapping
from typing import Any

from tests.model.deciding.closing import close
from tests.model.deciding.delegation import may_be_said
from tests.model.deciding.moment import Moment
from tests.model.deciding.overriding import OVERRIDDEN, override
from tests.model.deciding.proposing import count, issue, reach
from tests.model.deciding.scope import Scope
from tests.model.deciding.vacancies import decide
from tests.model.history.dossiers import Dossier, Place, Proposal, Stage
from tests.model.stream.predicted import Prediction

ATTRIBUTIONS = ("attribution", "attribution_rang", "attribution_condition")
ABOUT_NO_PROPOSAL = ("delegation.reported", "exclusion.contested", "contestation.answered")
CONFIRMED = "orientation.confirmed"

Told = Mapping[str, Any]


def hear(scope: Scope, told: Told, prediction: Prediction, *, has_waited: bool = False) -> bool:
    """Take one outcome in; False where it goes on waiting."""
    kind, moment = told["outcome"], scope.moment(told["at"], told.get("occurred_on") or "")
    if kind in ABOUT_NO_PROPOSAL:
        _tell(prediction, told, "recorded_only")
        return True
    dossier = scope.dossiers.get(told["vacancy_id"])
    proposal = meant(dossier, told) if dossier is not None else None
    if dossier is None or (proposal is None and kind not in (OVERRIDDEN, CONFIRMED)):
        return _park(scope, told, prediction, has_waited=has_waited)
    if kind == OVERRIDDEN:
        _tell(prediction, told, override(scope, dossier, moment, told["reservataire"], prediction))
    elif kind == CONFIRMED:
        _confirm(scope, dossier, told, moment, prediction)
    elif (
        proposal is None
        or _is_void(scope, proposal, told, moment)
        or not may_be_said(scope, dossier, proposal, told, moment)
    ):
        _tell(prediction, told, "rejected")
    elif proposal.end:
        _tell(prediction, told, "late")
    else:
        _SAYING[kind](scope, dossier, proposal, told, moment, prediction)
    return True


def hear_parked(
    scope: Scope, at: str, prediction: Prediction, but: str, unheard: Container[str] = ()
) -> None:
    """Whatever waited and can be heard now is heard, in the order it came, then what that made possible.

    `unheard` had no right to say it.
    """
    before = len(scope.parked) + 1
    while len(scope.parked) < before:
        before = len(scope.parked)
        for told in list(scope.parked):
            if told["cause"] in unheard:
                _tell(prediction, told, "rejected")
                scope.parked.remove(told)
            elif told["cause"] != but and hear(scope, {**told, "at": at}, prediction, has_waited=True):
                scope.parked.remove(told)


def _park(scope: Scope, told: Told, prediction: Prediction, *, has_waited: bool) -> bool:
    if not has_waited:
        scope.parked.append(told)
        _tell(prediction, told, "parked")
    return False


def meant(dossier: Dossier, told: Told) -> Proposal | None:
    """The issued proposal an outcome is about: by its id, or the réservataire's own."""
    issued = [each for each in dossier.proposals if each.issued_on]
    if told.get("proposal_id"):
        return next((each for each in issued if each.id == told["proposal_id"]), None)
    current = dossier.current
    if current is not None and current.reservataire == told["reservataire"]:
        return current if current.issued_on else None
    mine = [each for each in issued if each.reservataire == told["reservataire"]]
    return mine[-1] if mine else None


def _is_void(scope: Scope, proposal: Proposal, told: Told, moment: Moment) -> bool:
    """Whether, having waited, it turns out to be refused: another's proposal, or a reason nobody knows."""
    if proposal.reservataire != told["reservataire"]:
        return True
    reason = told.get("reason") if told["outcome"] == "proposal.refused" else None
    return bool(reason and not proposal.end and not scope.lists(moment.rules_of).is_known(reason))


def _confirm(scope: Scope, dossier: Dossier, told: Told, moment: Moment, prediction: Prediction) -> None:
    current = dossier.current
    is_meant = current is not None and current.reservataire == told["reservataire"]
    if dossier.place is Place.PRE_ASSIGNED and is_meant:
        _tell(prediction, told, "applied")
        issue(scope, dossier, moment, prediction)
    else:
        _tell(prediction, told, "late")


def _designated(
    scope: Scope, dossier: Dossier, proposal: Proposal, told: Told, moment: Moment, prediction: Prediction
) -> None:
    number = int(told["count"])
    if proposal.is_attributed:
        _tell(prediction, told, "recorded_only")
    elif number == 0:
        _end(scope, dossier, told, moment, "sans_candidat", prediction)
    else:
        proposal.designated = number
        _tell(prediction, told, "applied")


def _refused(
    scope: Scope, dossier: Dossier, proposal: Proposal, told: Told, moment: Moment, prediction: Prediction
) -> None:
    left = told.get("candidates_left")
    are_left = proposal.ranked > 0 if left is None else int(left) > 0
    if proposal.is_leased:
        _tell(prediction, told, "recorded_only")
    elif told["by"] == "candidat" and are_left:
        proposal.ranked, proposal.declined = max(proposal.ranked - 1, 0), proposal.declined + 1
        _tell(prediction, told, "applied")
    else:
        _end(scope, dossier, told, moment, _cause(scope, told, moment), prediction)


def _cause(scope: Scope, told: Told, moment: Moment) -> str:
    if told["by"] == "candidat":
        return "refus_candidat"
    if told.get("reason") == "absence_de_candidat":
        return "sans_candidat"
    reason = told.get("reason")
    return (
        "refus_motive" if reason and scope.lists(moment.rules_of).is_reasoned(reason) else "refus_sans_motif"
    )


def _decided(
    scope: Scope, dossier: Dossier, proposal: Proposal, told: Told, moment: Moment, prediction: Prediction
) -> None:
    """The CALEOL: the first attribution counts; without one, it is over once every candidate named was turned down."""
    decision = told["decision"]
    is_favourable = decision in ATTRIBUTIONS
    is_first = is_favourable and (decision != "attribution_rang" or int(told.get("rank") or 1) == 1)
    if proposal.is_leased:
        _tell(prediction, told, "recorded_only")
    elif is_first and not proposal.is_attributed:
        _tell(prediction, told, "applied", stage="attribution")
        proposal.is_attributed = True
        count(scope, dossier, proposal, prediction, "attributed")
        reach(scope, dossier, proposal, Stage.ATTRIBUTED, moment, prediction)
    elif is_favourable or proposal.is_attributed or proposal.declined + 1 < proposal.designated:
        proposal.ranked += is_favourable
        proposal.declined += not is_favourable
        _tell(prediction, told, "applied")
    else:
        _end(scope, dossier, told, moment, decision, prediction)


def _leased(
    scope: Scope, dossier: Dossier, proposal: Proposal, told: Told, moment: Moment, prediction: Prediction
) -> None:
    if proposal.is_leased:
        _tell(prediction, told, "recorded_only")
        return
    _tell(prediction, told, "applied", stage="bail")
    if not proposal.is_attributed:
        proposal.is_attributed = True
        count(scope, dossier, proposal, prediction, "attributed")
    count(scope, dossier, proposal, prediction, "leased")
    count(scope, dossier, proposal, prediction, "open", -1)
    reach(scope, dossier, proposal, Stage.LEASED, moment, prediction)


def _end(
    scope: Scope, dossier: Dossier, told: Told, moment: Moment, cause: str, prediction: Prediction
) -> None:
    """The proposal closes with its cause; the dwelling goes to the next, or back to the bailleur."""
    _tell(prediction, told, "applied", closes=cause)
    counter = "not_attributed" if told["outcome"] == "caleol.decided" else "refused"
    close(scope, dossier, moment, cause, prediction, counter)
    decide(scope, dossier, moment, prediction)


_SAYING = {
    "candidates.designated": _designated,
    "proposal.refused": _refused,
    "caleol.decided": _decided,
    "lease.signed": _leased,
}


def _tell(prediction: Prediction, said: Told, status: str, **told: Any) -> None:  # noqa: ANN401 - fields of an item
    told = {"closes": None, "stage": None, **told}
    prediction.tell(
        "outcome.recorded", vacancy_id=said.get("vacancy_id"), outcome=said["outcome"], status=status, **told
    )
