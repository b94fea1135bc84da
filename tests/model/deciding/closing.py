"""Closing a proposal: what it gives back of its turn."""

from datetime import timedelta
from fractions import Fraction

from tests.model.deciding.moment import Moment
from tests.model.deciding.proposing import count
from tests.model.deciding.scope import Scope
from tests.model.history.dossiers import Dossier, Proposal
from tests.model.history.movements import Account, Movement
from tests.model.rights.amounts import NOTHING, ONE
from tests.model.rights.calendar import instant
from tests.model.stream.predicted import Prediction


def close(
    scope: Scope, dossier: Dossier, moment: Moment, cause: str, prediction: Prediction, counter: str
) -> None:
    """End the present proposal by an act or the silence of its réservataire, of a candidate or of the CALEOL."""
    proposal = _ended(dossier, cause)
    if proposal.reservataire not in dossier.said_no:
        dossier.said_no.append(proposal.reservataire)
    count(scope, dossier, proposal, prediction, counter)
    count(scope, dossier, proposal, prediction, "open", -1)
    if not proposal.is_apart:
        _restore(scope, dossier, proposal, moment, cause, prediction)


def take_back(scope: Scope, dossier: Dossier, cause: str, prediction: Prediction) -> None:
    """End it through no act of its réservataire: its turn comes back whole, with what it counted."""
    proposal = _ended(dossier, cause)
    if proposal.issued_on:
        count(scope, dossier, proposal, prediction, "withdrawn")
        count(scope, dossier, proposal, prediction, "open", -1)
        prediction.tell(
            "proposal.withdrawn", vacancy_id=dossier.id, line=proposal.line, cause_of_closing=cause
        )
    if cause == "override":
        count(scope, dossier, proposal, prediction, "overridden")
    if not proposal.is_apart:
        scope.move(prediction, Movement(dossier.year, "engaged", proposal.line, -ONE, dossier.id))
        _uncount(scope, dossier, proposal, prediction)
        _leave_the_mix(scope, dossier, proposal)


def annul(scope: Scope, dossier: Dossier, cause: str, prediction: Prediction) -> None:
    """End it because the vacancy is corrected or taken back: everything it moved is undone elsewhere."""
    if dossier.current is None:
        return
    proposal = _ended(dossier, cause)
    proposal.is_annulled = True
    if proposal.issued_on:
        count(scope, dossier, proposal, prediction, "withdrawn")
        count(scope, dossier, proposal, prediction, "open", -1)
        prediction.tell(
            "proposal.withdrawn", vacancy_id=dossier.id, line=proposal.line, cause_of_closing=cause
        )


def _ended(dossier: Dossier, cause: str) -> Proposal:
    proposal = dossier.current
    assert proposal is not None
    proposal.end, dossier.current = cause, None
    return proposal


def _restore(
    scope: Scope, dossier: Dossier, proposal: Proposal, moment: Moment, cause: str, prediction: Prediction
) -> None:
    """Give back what was not counted, for the causes the rules name.

    Never so much that the party would be owed more than its first rounds gave it in the last `restore_cap_days`.
    """
    ruled = scope.rotation(dossier, moment, **{"outcome.cause": cause})
    if not (ruled.get("restore") or {}).get(cause):
        return
    days = ruled["restore_cap_days"]
    room = ONE if days is None else _room(scope, dossier, proposal, moment, int(days))
    amount = max(min(ONE - proposal.worth, room), NOTHING)
    scope.move(prediction, Movement(dossier.year, "engaged", proposal.line, -amount, dossier.id))
    if amount == ONE:
        _leave_the_mix(scope, dossier, proposal)


def _room(scope: Scope, dossier: Dossier, proposal: Proposal, moment: Moment, days: int) -> Fraction:
    since = (instant(moment.at) - timedelta(days=days)).date().isoformat()
    credit = scope.movements.sums("credit", dossier.year)[proposal.line]
    balance = credit - scope.movements.sums("engaged", dossier.year)[proposal.line]
    return scope.movements.given_since(proposal.line, since) - balance


def _uncount(scope: Scope, dossier: Dossier, proposal: Proposal, prediction: Prediction) -> None:
    """Take off the units it counted, the latest year first."""
    left, counted = proposal.worth, _on(scope, dossier, proposal, "counted")
    for year in sorted(counted, reverse=True):
        off = min(left, counted[year])
        left -= off
        scope.move(prediction, Movement(dossier.year, "counted", proposal.line, -off, dossier.id, year))


def _leave_the_mix(scope: Scope, dossier: Dossier, proposal: Proposal) -> None:
    """The dwelling is no longer one of those it engaged under its targets."""
    mix = _on(scope, dossier, proposal, "mix")
    scope.movements.add(
        Movement(dossier.year, "mix", proposal.line, -ONE, dossier.id, name)
        for name, have in mix.items()
        if have
    )


def _on(scope: Scope, dossier: Dossier, proposal: Proposal, account: Account) -> dict[str, Fraction]:
    """What the dwelling moved on an account of the proposal's line, by name."""
    found: dict[str, Fraction] = {}
    for each in scope.movements.of_vacancy(dossier.id):
        if each.account == account and each.line == proposal.line:
            found[each.name] = found.get(each.name, NOTHING) + each.amount
    return found
