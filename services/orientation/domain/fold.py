"""The fold: what each fact of the stream changes in a scope's state. It reads no rule and no clock."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flux.calendar import legal_date
from flux.convention import Convention
from flux.decompte import Stage
from flux.entering import entry_of
from flux.units import BAILLEUR, units_of
from orientation.domain import own_topic
from orientation.domain.concertation import folding as concertation
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant
from orientation.domain.state import ScopeState

Data = Mapping[str, Any]


def apply(state: ScopeState, kind: str, data: Data) -> None:
    """Apply one fact (short type, data as JSON values) to the state of its scope."""
    state.sequence = data["sequence"]
    state.clock = max(state.clock, instant(data["at"]))
    movement = data.get("ledger")
    state.ledger.apply(movement)
    _FOLDS[kind](state, data)
    if "reservataire_sequence" in data:
        _number(state, kind, data)
    if movement is not None and "vacancy_id" in data:
        state.dossiers[data["vacancy_id"]].add(movement)


def _decided(state: ScopeState, data: Data) -> None:
    vacancy = data["vacancy"]
    dossier = state.dossiers.get(data["vacancy_id"])
    if dossier is None:
        dossier = Dossier(data["vacancy_id"], vacancy, data["declared_at"], data["year"])
        state.dossiers[dossier.vacancy_id] = dossier
    dossier.vacancy = vacancy
    dossier.status, dossier.attempt = data["outcome"], data["attempt"]
    dossier.decision_id, dossier.reservataire = data["decision_id"], data["reservataire"]
    dossier.line, dossier.convention_id = data.get("line"), data["convention_id"]
    dossier.due, dossier.stage = data.get("due"), Stage.NONE
    if dossier.status == "outside_flux":
        dossier.arbitrated = None
    dossier.because = list(data["because"])
    dossier.is_apart = data.get("counted_apart") is True
    dossier.designated = dossier.declined = dossier.ranked = 0
    declared_on = legal_date(instant(dossier.declared_at), state.scope.departement)
    dossier.entered = entry_of(data, declared_on.isoformat()) or dossier.entered
    _await(state, dossier)
    _occupy(state, dossier)
    if data.get("first_round"):
        _accrue(state, dossier, data)


def _await(state: ScopeState, dossier: Dossier) -> None:
    if dossier.due is not None:
        kind = _AWAITED[dossier.status]
        state.await_until(kind, dossier.vacancy_id, dossier.due)


_AWAITED = {
    "held": "hold",
    "pre_assigned": "confirm",
    "proposed": "respond",
    "concertation": "programme",
}


def _occupy(state: ScopeState, dossier: Dossier) -> None:
    """Keep track of which open vacancy a dwelling belongs to."""
    name = dossier.dwelling["dwelling_id"]
    if dossier.is_settled:
        state.settled.append(dossier.vacancy_id)
        if state.dwellings.get(name) == dossier.vacancy_id:
            del state.dwellings[name]
    else:
        state.dwellings.setdefault(name, dossier.vacancy_id)


def _accrue(state: ScopeState, dossier: Dossier, data: Data) -> None:
    """Remember what each line was credited on this day and how many dwellings it covered this year.

    A line whose share a carry-over took whole covered the dwelling too.
    """
    moved = data["ledger"]
    credit = dict.fromkeys(moved.get("carry") or (), 0)
    credit |= {party: units_of(text) for party, text in moved["credit"].items() if party != BAILLEUR}
    dossier.first_day, dossier.first_credit = data["at"][:10], credit
    _cover(state, dossier, 1)


def _cover(state: ScopeState, dossier: Dossier, sign: int) -> None:
    """Add (1) or take away (-1) a dossier's first round."""
    for party, units in dossier.first_credit.items():
        days = state.accrued.setdefault(party, {})
        days[str(dossier.first_day)] = days.get(str(dossier.first_day), 0) + sign * units
        key = f"{dossier.year}|{party}"
        state.covered[key] = state.covered.get(key, 0) + sign
    if sign < 0:
        dossier.first_day, dossier.first_credit = None, {}


def _issued(state: ScopeState, data: Data) -> None:
    dossier = state.dossiers[data["vacancy_id"]]
    dossier.status, dossier.proposal_id = "proposed", data["proposal_id"]
    dossier.stage, dossier.due = Stage.PROPOSITION, data["respond_by"]
    dossier.proposals[data["proposal_id"]] = data["reservataire"]
    dossier.worth = counted_units(data)
    _await(state, dossier)


def _closed(state: ScopeState, data: Data) -> None:
    dossier = state.dossiers[data["vacancy_id"]]
    _release(dossier, answered=data["cause_of_closing"] == "sans_reponse")


def _release(dossier: Dossier, *, answered: bool) -> None:
    if answered and dossier.reservataire is not None and dossier.reservataire not in dossier.answered:
        dossier.answered.append(dossier.reservataire)
    dossier.status, dossier.due = "open", None
    dossier.proposal_id = dossier.line = dossier.convention_id = dossier.reservataire = None


def _outcome(state: ScopeState, data: Data) -> None:
    if data["status"] == "parked":
        state.parked.add(data)
        state.await_until("park", data["cause"], data["due"])
    if data.get("of"):
        state.parked.pop(data["of"])
    if data["status"] == "applied":
        dossier = state.dossiers[data["vacancy_id"]]
        if data["outcome"] == "decision.overridden":
            dossier.arbitrated = data["reservataire"]
        _progress(state, dossier, data)


def _progress(state: ScopeState, dossier: Dossier, data: Data) -> None:
    kind = data["outcome"]
    dossier.worth += counted_units(data)
    if data.get("closes"):
        _release(dossier, answered=True)
    elif kind == "candidates.designated":
        dossier.status, dossier.designated, dossier.due = "designated", data["count"], None
    elif kind == "caleol.decided":
        _deliberate(dossier, data)
    elif kind == "proposal.refused":
        dossier.ranked, dossier.declined = max(dossier.ranked - 1, 0), dossier.declined + 1
    elif kind == "lease.signed":
        dossier.status, dossier.stage, dossier.due = "leased", Stage.BAIL, None
        _occupy(state, dossier)


def _deliberate(dossier: Dossier, data: Data) -> None:
    """A decision of the CALEOL: a first attribution, a rank behind it, or a candidate turned down."""
    if data.get("stage") == "attribution":
        dossier.status, dossier.stage, dossier.due = "attributed", Stage.ATTRIBUTION, None
    elif data["decision"] in {"attribution", "attribution_rang", "attribution_condition"}:
        dossier.ranked += 1
    else:
        dossier.declined += 1


def _vacancy(state: ScopeState, data: Data) -> None:
    if data["status"] != "applied":
        return
    dossier = state.dossiers[data["vacancy_id"]]
    if data["change"] == "convention_ended":
        _release(dossier, answered=False)
        return
    _cover(state, dossier, -1)
    dossier.entered = None
    if data["change"] == "withdrawn":
        dossier.status, dossier.due = "withdrawn", None
        _occupy(state, dossier)
    else:
        if state.dwellings.get(dossier.dwelling["dwelling_id"]) == dossier.vacancy_id:
            del state.dwellings[dossier.dwelling["dwelling_id"]]
        dossier.answered.clear()
        _release(dossier, answered=False)


def _convention(state: ScopeState, data: Data) -> None:
    name, change = data["convention_id"], data["change"]
    if change in {"signed", "adjusted"}:
        state.conventions[name] = Convention.from_body(data)
    elif change == "ended":
        state.ended[name] = date.fromisoformat(data["on"])
    state.forget_in_force()


def _forecast(state: ScopeState, data: Data) -> None:
    state.forecasts[data["year"]] = data


def counted_units(data: Data) -> int:
    """Units of the décompte that a fact moves, whatever the year they count in."""
    counted = (data.get("ledger") or {}).get("counted") or {}
    return sum(units_of(text) for moves in counted.values() for text in moves.values())


def _number(state: ScopeState, kind: str, data: Data) -> None:
    """Keep the sequence of what was written for a réservataire on its own topic."""
    last = data["reservataire_sequence"] + len(own_topic.events_of(kind, data)) - 1
    state.reservataire_sequences[own_topic.addressee(data)] = last


_FOLDS: Mapping[str, Callable[[ScopeState, Data], None]] = {
    "orientation.decided": _decided,
    "proposal.issued": _issued,
    "proposal.expired": _closed,
    "proposal.withdrawn": _closed,
    "outcome.recorded": _outcome,
    "vacancy.recorded": _vacancy,
    "convention.recorded": _convention,
    "forecast.recorded": _forecast,
    "programme.recorded": concertation.recorded,
    "concertation.proposed": concertation.proposed,
    "concertation.concluded": concertation.concluded,
}
