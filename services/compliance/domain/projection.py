"""What compliance keeps of a scope: the same ledger as orientation, and its counters by dimension."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flux.ledger import Ledger
from flux.units import BAILLEUR

Data = Mapping[str, Any]
Counts = dict[str, int]

STAGES = ("proposed", "attributed", "leased", "refused")
"""The four legal counters, also kept by dimension (arrêté du 28/11/2011)."""


@dataclass(slots=True)
class Projection:
    """One scope as compliance sees it; `sequence` is the last item applied."""

    scope: str
    sequence: int = 0
    as_of: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    conventions: dict[str, Data] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    outside_flux: dict[str, Counts] = field(default_factory=dict)
    outcomes: dict[str, Counts] = field(default_factory=dict)
    dwellings: dict[str, dict[str, str]] = field(default_factory=dict)
    by: dict[str, dict[str, dict[str, Counts]]] = field(default_factory=dict)
    worst: dict[str, int] = field(default_factory=dict)
    concertations: dict[str, Counts] = field(default_factory=dict)
    """By year: splits concluded and how, dwellings each way, first lettings that joined the flux."""


def apply(projection: Projection, kind: str, data: Data) -> set[str]:
    """Fold one item, the next in sequence; returns the conventions whose progress it moved."""
    projection.sequence, projection.as_of = data["sequence"], data["at"]
    movement = data.get("ledger")
    projection.ledger.apply(movement)
    if kind == "convention.recorded":
        return _convention(projection, data)
    if kind == "orientation.decided":
        _decided(projection, data)
    elif kind in {"concertation.proposed", "concertation.concluded"}:
        _concerted(projection, kind, data)
    elif kind == "proposal.issued":
        projection.dwellings[data["vacancy_id"]] = dimensions(data)
    if movement is None:
        return set()
    _count_by_dimension(projection, data, movement)
    _forget(projection, kind, data)
    return _moved(projection, movement)


def _convention(projection: Projection, data: Data) -> set[str]:
    name = data["convention_id"]
    if data["change"] in {"signed", "adjusted"}:
        projection.conventions[name] = {
            key: data.get(key) for key in ("reservataire", "year", "share_percent")
        }
        for number in range(1, len(data.get("shares") or ()) + 1):
            projection.lines[f"{name}#{number}"] = name
        projection.lines[name] = name
    return {name}


def _decided(projection: Projection, data: Data) -> None:
    year = str(data["year"])
    outcomes = projection.outcomes.setdefault(year, {})
    outcomes[data["outcome"]] = outcomes.get(data["outcome"], 0) + 1
    _deviate(projection, data)
    vacancy = data["vacancy"]
    if data.get("first_round") and vacancy.get("cause") == "neuf" and "programme_id" in vacancy:
        _count_concertation(projection, data, "joined_flux")
    if data["outcome"] == "outside_flux":
        reasons = projection.outside_flux.setdefault(year, {})
        reasons[data["reason"]] = reasons.get(data["reason"], 0) + 1


def _concerted(projection: Projection, kind: str, data: Data) -> None:
    if kind == "concertation.proposed":
        _count_concertation(projection, data, "opened" if data["round"] == 1 else "proposed_again")
        return
    _count_concertation(projection, data, "concluded")
    _count_concertation(projection, data, data["conclusion"])
    given = sum(each["reservataire"] is not None for each in data["split"])
    _count_concertation(projection, data, "dwellings", len(data["split"]))
    _count_concertation(projection, data, "given", given)


def _count_concertation(projection: Projection, data: Data, name: str, number: int = 1) -> None:
    counts = projection.concertations.setdefault(str(data["year"]), {})
    counts[name] = counts.get(name, 0) + number


def _deviate(projection: Projection, data: Data) -> None:
    """Remember the largest distance between credit and engaged that each party has known after a decision."""
    ledger = projection.ledger.year(data["year"])
    for party in ledger.credit:
        projection.worst[party] = max(projection.worst.get(party, 0), abs(ledger.balance(party)))


def dimensions(proposal: Data) -> dict[str, str]:
    """A proposed dwelling's value in each dimension of the bilan (CCH art. R.441-5-1)."""
    dwelling = proposal["dwelling"]
    return {
        "typologie": dwelling["typologie"],
        "financement": dwelling["financement"],
        "qpv": "qpv" if dwelling["qpv"] else "hors_qpv",
        "commune": dwelling["commune"],
        "construction_period": proposal.get("construction_period") or "inconnue",
    }


def _count_by_dimension(projection: Projection, data: Data, movement: Data) -> None:
    found = projection.dwellings.get(data.get("vacancy_id", ""))
    if found is None:
        return
    for line, counters in (movement.get("counts") or {}).items():
        stages = [(stage, counters[stage]) for stage in STAGES if counters.get(stage)]
        for dimension, value in found.items() if stages else ():
            counts = projection.by.setdefault(line, {}).setdefault(dimension, {}).setdefault(value, {})
            for stage, number in stages:
                counts[stage] = counts.get(stage, 0) + number


_ENDED = frozenset({"kept_by_bailleur", "no_holder", "outside_flux"})


def _forget(projection: Projection, kind: str, data: Data) -> None:
    """A dwelling leased, withdrawn or back with the bailleur is spoken of no more, unless it is proposed again."""
    is_leased = kind == "outcome.recorded" and data.get("stage") == "bail"
    is_withdrawn = kind == "vacancy.recorded" and data["change"] == "withdrawn"
    is_ended = kind == "orientation.decided" and data["outcome"] in _ENDED
    if is_leased or is_withdrawn or is_ended:
        projection.dwellings.pop(data["vacancy_id"], None)


def _moved(projection: Projection, movement: Data) -> set[str]:
    parties = set()
    for account in ("credit", "engaged", "counts"):
        parties |= set(movement.get(account) or ())
    for moves in (movement.get("counted") or {}).values():
        parties |= set(moves)
    return {projection.lines[party] for party in parties if party != BAILLEUR and party in projection.lines}
