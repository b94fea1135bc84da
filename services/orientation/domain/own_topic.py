"""A réservataire's own topic, ``proposals.<id>``: which events a fact becomes there, and on whose."""

from collections.abc import Mapping
from typing import Any

from contracts.authority import act_of

Data = Mapping[str, Any]

CLOSED = "proposal.closed"
_AS_IT_IS = frozenset({"proposal.issued", "convention.recorded"})
_ENDED = frozenset({"proposal.expired", "proposal.withdrawn"})
_UNTOLD = frozenset({"parked", "rejected"})
"""Statuses of an outcome that changed nothing yet, or never did."""


def events_of(kind: str, data: Data) -> tuple[str, ...]:
    """Short types of the events a fact becomes on the topic, in order; they take as many sequences."""
    if kind in _AS_IT_IS:
        return (kind,)
    if kind in _ENDED:
        return (kind, CLOSED)
    if kind == "outcome.recorded":
        return _of_outcome(data)
    if kind == "programme.recorded" and data.get("on_behalf"):
        return (kind,)
    return ()


def _of_outcome(data: Data) -> tuple[str, ...]:
    if cause_of_end(data) is not None:
        return (CLOSED,)
    if data["status"] in _UNTOLD:
        return ()
    told = act_of(data["outcome"], data).told
    return ("outcome.recorded",) if data.get("on_behalf") or "outcome.recorded" in told else ()


def cause_of_end(data: Data) -> str | None:
    """Why a proposal ends by this fact; None when it does not."""
    found = data.get("cause_of_closing") or data.get("closes") or data.get("stage")
    return None if found is None else str(found)


def addressee(data: Data) -> str:
    """Whose topic a fact that becomes an event there belongs on."""
    name = data["reservataire"]
    return str(name if isinstance(name, str) else name["id"])


def closed(data: Data) -> dict[str, Any]:
    """The body of `proposal.closed`, but for its sequence."""
    shared = ("scope", "year", "bailleur", "departement", "at", "proposal_id", "vacancy_id", "reservataire")
    body = {name: data[name] for name in shared}
    own = {name: data[name] for name in ("convention_id", "reason") if data.get(name) is not None}
    end = {"cause": cause_of_end(data), "on_behalf": data.get("on_behalf", False)}
    if data.get("spoken_by") is not None:
        end["spoken_by"] = data["spoken_by"]
    return {**body, **own, **end}
