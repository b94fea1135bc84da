"""The fold: what each item of the ordered stream changes in what compliance keeps. It reads no rule and no clock."""

from collections.abc import Callable, Mapping
from typing import Any

from compliance.domain import holding
from compliance.domain.state import Projection
from compliance.domain.tallies import Counts
from compliance.domain.watch.seeing import see
from flux.entering import entry_of
from flux.units import BAILLEUR

__all__ = ["Projection", "apply"]

Data = Mapping[str, Any]


def apply(projection: Projection, kind: str, data: Data) -> set[str]:
    """Fold one item, the next in sequence; returns the conventions whose progress it moved."""
    projection.sequence, projection.as_of = data["sequence"], data["at"]
    movement = data.get("ledger")
    projection.ledger.apply(movement)
    if movement is not None and "counted" in movement:
        projection.accounts_of(movement["year"]).count(movement["counted"])
    fold = _FOLDS.get(kind)
    if fold is not None:
        fold(projection, data)
    see(projection, kind, data)
    if kind == "convention.recorded":
        return {data["convention_id"]}
    if movement is None:
        return set()
    _bound(projection, movement)
    return _moved(projection, movement)


def _bound(projection: Projection, movement: Data) -> None:
    """What refusals and overrides are owed follows the balances that moved."""
    accounts = projection.accounts.get(str(movement["year"]))
    if accounts is not None:
        ledger = projection.ledger.year(movement["year"])
        for name in ("credit", "engaged"):
            accounts.bound(movement.get(name) or (), ledger)


def _decided(projection: Projection, data: Data) -> None:
    _count(projection.outcomes, data["year"], data["outcome"])
    _deviate(projection, data)
    entry = entry_of(data, projection.day(data["declared_at"]))
    if entry is not None:
        _enter(projection, data["year"], entry, 1)
    holding.decided(projection, data)
    projection.exchanges.decided(data, projection.day)


def _enter(projection: Projection, year: int, entry: Mapping[str, str], number: int) -> None:
    projection.tally_of(year).enter(entry, number)
    if "programme_id" in entry:
        _count(projection.concertations, year, "joined_flux", number)


def _vacancy(projection: Projection, data: Data) -> None:
    if data.get("undoes"):
        _enter(projection, data["year"], data["undoes"], -1)
    holding.taken_back(projection, data)
    projection.exchanges.vacancy(data, projection.day)


def _outcome(projection: Projection, data: Data) -> None:
    _count(projection.said, data["year"], data["status"])
    held = projection.held.get(data.get("vacancy_id", ""))
    projection.exchanges.outcome(data, projection.day, None if held is None else held.year)
    holding.answered(projection, data)


def _issued(projection: Projection, data: Data) -> None:
    holding.issued(projection, data)
    projection.exchanges.delegated.issued(data)


def _closed(projection: Projection, data: Data) -> None:
    holding.closed(projection, data)
    projection.exchanges.delegated.closed(data)


def _convention(projection: Projection, data: Data) -> None:
    projection.commitments.record(data)
    terms = projection.commitments.terms(data["convention_id"])
    in_force = (terms.first_day.year, terms.last_day.year)
    projection.exchanges.contestations.convention(data, projection.day(data["at"]), in_force)


def _proposed_split(projection: Projection, data: Data) -> None:
    name = "opened" if data["round"] == 1 else "proposed_again"
    _count(projection.concertations, data["year"], name)


def _concluded_split(projection: Projection, data: Data) -> None:
    given = sum(each["reservataire"] is not None for each in data["split"])
    for name, number in (
        ("concluded", 1),
        (data["conclusion"], 1),
        ("dwellings", len(data["split"])),
        ("given", given),
    ):
        _count(projection.concertations, data["year"], name, number)


def _count(table: dict[str, Counts], year: int, name: str, number: int = 1) -> None:
    counts = table.setdefault(str(year), {})
    counts[name] = counts.get(name, 0) + number


def _deviate(projection: Projection, data: Data) -> None:
    ledger = projection.ledger.year(data["year"])
    for party in ledger.credit:
        distance = abs(ledger.balance(party))
        if distance > projection.worst.get(party, 0):
            projection.worst[party] = distance


def _moved(projection: Projection, movement: Data) -> set[str]:
    parties = set()
    for account in ("credit", "engaged", "carry", "counts"):
        parties |= set(movement.get(account) or ())
    for moves in (movement.get("counted") or {}).values():
        parties |= set(moves)
    lines = projection.lines
    return {lines[party] for party in parties if party != BAILLEUR and party in lines}


_FOLDS: Mapping[str, Callable[[Projection, Data], None]] = {
    "convention.recorded": _convention,
    "forecast.recorded": lambda projection, data: projection.commitments.forecast(data),
    "orientation.decided": _decided,
    "proposal.issued": _issued,
    "proposal.expired": _closed,
    "proposal.withdrawn": _closed,
    "outcome.recorded": _outcome,
    "vacancy.recorded": _vacancy,
    "concertation.proposed": _proposed_split,
    "concertation.concluded": _concluded_split,
}
