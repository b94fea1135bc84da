"""The door of the core: one input applied to a scope → the facts it causes, already folded into the state."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from contracts.canonical import encode
from contracts.envelope import identity_of
from contracts.inputs import Input
from contracts.rejected import Rejected
from orientation.domain import conventions, vacancies
from orientation.domain.concertation import dialogue
from orientation.domain.deciding import decide
from orientation.domain.delegation import spoken
from orientation.domain.instants import instant_text
from orientation.domain.outcomes import propose_pre_assigned, record_outcome
from orientation.domain.parking import give_up, never_came, ready, waiting
from orientation.domain.ports import Rulebook
from orientation.domain.proposing import expire
from orientation.domain.state import Deadline, ScopeState
from orientation.domain.turn import Wish
from orientation.domain.work import Fact, Work

DEADLINE_FIRED = "deadline.fired"
"""Type of the input that a wait coming to its end is."""


def route(
    state: ScopeState, cause: Input, at: datetime, rulebook: Rulebook, *, may_park: bool = True
) -> list[Fact]:
    """Apply an input at an instant: its facts, in order of ordinal (1…n), folded into `state`.

    Raises `Rejected` before anything is changed when the input cannot be accepted. `state` must hold the dossier
    of the vacancy the input mentions if there is one (see `ScopeState.restore`). `may_park` tells whether an outcome
    may wait for its proposal, or is refused when it would have to.
    """
    work = Work(state, cause, at, rulebook, may_park=may_park)
    _ROUTES.get(cause.type, _outcome)(work)
    if state.parked:
        _wake(work)
    return work.caused


def due(state: ScopeState, before: datetime) -> Iterator[Input]:
    """Waits that end before an instant, as inputs, earliest first; apply each before taking the next."""
    while (deadline := state.pop_due(before)) is not None:
        yield _fired(state, deadline)


def _fired(state: ScopeState, deadline: Deadline) -> Input:
    scope, at = str(state.scope), instant_text(deadline.due)
    source, name = f"/scopes/{scope}", f"{deadline.kind}:{deadline.subject}:{at}"
    data = {"kind": deadline.kind, "subject": deadline.subject, "due": at}
    body = {"data": data, "id": name, "source": source, "time": at, "type": DEADLINE_FIRED}
    return Input(
        identity=identity_of(source, name),
        type=DEADLINE_FIRED,
        source=source,
        id=name,
        time=deadline.due,
        scope=scope,
        data=data,
        canonical=encode(body),
    )


def _deadline(work: Work) -> None:
    kind, subject = work.cause.data["kind"], work.cause.data["subject"]
    if kind == "park":
        give_up(work, subject, never_came(work, subject))
        return
    if kind == "concertation":
        dialogue.close_round(work, work.state.programmes[subject])
        return
    dossier = work.state.dossiers[subject]
    if kind == "respond":
        expire(work, dossier)
        decide(work, dossier)
    elif kind == "confirm":
        propose_pre_assigned(work, dossier)
    else:
        decide(work, dossier, Wish(may_wait=False))


def _outcome(work: Work) -> None:
    cause = work.cause
    record_outcome(work, cause.type, spoken(cause.type, cause.source, cause.data))


def _wake(work: Work) -> None:
    """Apply outcomes that waited for what this input has made, then those that waited for what they make."""
    seen = 0
    while seen < len(work.caused):
        news, seen = work.caused[seen:], len(work.caused)
        for identity, parked in ready(work, news):
            if identity in work.state.parked and identity != work.cause.identity:
                _apply_parked(work, identity, parked)


def _apply_parked(work: Work, identity: str, parked: Mapping[str, Any]) -> None:
    try:
        with work.as_of(date.fromisoformat(parked["occurred_on"])):
            record_outcome(work, parked["outcome"], waiting(parked), of=identity)
    except Rejected as rejected:
        give_up(work, identity, rejected)


_ROUTES: Mapping[str, Callable[[Work], None]] = {
    "vacancy.declared": vacancies.declare,
    "vacancy.amended": vacancies.amend,
    "vacancy.withdrawn": vacancies.withdraw_vacancy,
    "convention.signed": conventions.sign,
    "convention.adjusted": conventions.adjust,
    "convention.ended": conventions.end,
    "convention.contested": conventions.contest,
    "forecast.declared": conventions.forecast,
    "programme.opened": dialogue.open_programme,
    "concertation.answered": dialogue.answer,
    DEADLINE_FIRED: _deadline,
}
