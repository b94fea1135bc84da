"""The fold of a concertation's facts: what each changes in the programmes of a scope. It reads no rule."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from contracts.canonical import encode_own
from flux.calendar import legal_date
from flux.programme_split import Commitment, Home
from orientation.domain.concertation.programme import Answer, Lot, Programme
from orientation.domain.instants import instant
from orientation.domain.state import ScopeState

Data = Mapping[str, Any]


def content_of(data: Data) -> str:
    """Digest of what opens a programme: by it a repeat is told from a contradiction."""
    return sha256(encode_own([data["dwellings"], data["commitments"], data["answer_by"]])).hexdigest()


def recorded(state: ScopeState, data: Data) -> None:
    """A programme opened, or an answer: those that change nothing are recorded only."""
    if data.get("status") != "applied":
        return
    name = data["programme_id"]
    if data["change"] == "opened":
        state.programmes[name] = Programme(name, content_of(data))
        return
    programme = state.programmes[name]
    before = programme.answer_of(data["reservataire"])
    if before is not None:
        programme.answers.remove(before)
    programme.answers.append(
        Answer(
            data["reservataire"],
            data["round"],
            data["answer"],
            tuple(data["objected"]),
            data.get("reason_sha256"),
        )
    )


def proposed(state: ScopeState, data: Data) -> None:
    """A split is proposed: it replaces the one before, and a new wait begins."""
    programme = state.programmes[data["programme_id"]]
    barred = {
        name: frozenset({objection["reservataire"]})
        for objection in data.get("objections", ())
        for name in objection["objected"]
    }
    departement = state.scope.departement
    ends_on = legal_date(instant(data["respond_by"]) - timedelta(seconds=1), departement)
    programme.days = (ends_on - legal_date(instant(data["at"]), departement)).days
    programme.commitments = [
        Commitment(each["reservataire"], each.get("financement"), each.get("typologie"), each["count"])
        for each in data["commitments"]
    ]
    programme.round, programme.due, programme.asked = data["round"], data["respond_by"], list(data["asked"])
    programme.lots = {
        each["dwelling_id"]: _lot(each, barred.get(each["dwelling_id"], frozenset()))
        for each in data["split"]
    }
    state.concertation_sequence = data["concertation_sequence"]
    state.await_until("concertation", programme.programme_id, data["respond_by"])


def concluded(state: ScopeState, data: Data) -> None:
    """The split is settled: only who has which dwelling, and why, is kept."""
    programme = state.programmes[data["programme_id"]]
    programme.conclusion, programme.due = data["conclusion"], None
    programme.lots = {
        each["dwelling_id"]: Lot(each["reservataire"], None, each["because"]) for each in data["split"]
    }
    programme.answers, programme.asked = [], []
    state.concertation_sequence = data["concertation_sequence"]


def _lot(each: Data, barred: frozenset[str]) -> Lot:
    home = Home(each["dwelling_id"], each["financement"], each["typologie"], barred)
    place = each.get("commitment")
    return Lot(each["reservataire"], None if place is None else place - 1, each["because"], home)
