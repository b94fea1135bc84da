"""Who holds a dwelling and how that ends: counters and causes of every hold, from the decision to the lease."""

from collections.abc import Iterator, Mapping
from typing import Any

from compliance.domain.held import Held, counted_by, engaged_by
from compliance.domain.state import Projection
from compliance.domain.tallies import COUNTERS, OF_THE_PROPOSAL, Counts
from flux.entering import dimensions
from flux.units import BAILLEUR

Data = Mapping[str, Any]

_ANNULLED = frozenset({"amended", "withdrawn"})
_NOT_ITS_DOING = frozenset({"override", "convention_ended", "bail"})
"""Ends of a hold that are no refusal, silence or lack of a candidate."""
_APART = "apart_"
_ON_BEHALF = {"designated": "delegated", "refused": "refused_on_behalf"}
"""What is counted apart when the bailleur says it on the réservataire's behalf."""
_DIMENSIONED = frozenset(COUNTERS)


def decided(projection: Projection, data: Data) -> None:
    """A decision: a line holds the dwelling, or nobody's does any more."""
    movement, line = data.get("ledger") or {}, data.get("line")
    if movement.get("counts"):
        _tally(projection, data, None)
    if data["outcome"] not in {"proposed", "pre_assigned"} or line is None:
        projection.held.pop(data["vacancy_id"], None)
        return
    dwelling, period = data["vacancy"]["dwelling"], data.get("construction_period")
    held = Held(line, data["year"], dimensions(dwelling, period), engaged=engaged_by(movement, line))
    projection.held[data["vacancy_id"]] = held
    if data["reason"] == "arbitrage":
        projection.accounts_of(held.year).opened(line).owed_arbitration -= held.engaged


def issued(projection: Projection, data: Data) -> None:
    """A proposal leaves."""
    held = projection.held.get(data["vacancy_id"])
    if held is not None:
        held.month = projection.day(data["at"])[:7]
        held.counted += counted_by(data["ledger"], held.line)
    _tally(projection, data, held)


def closed(projection: Projection, data: Data) -> None:
    """A proposal expires or is withdrawn; one that is annulled was not put at disposal."""
    held, cause = projection.held.get(data["vacancy_id"]), data["cause_of_closing"]
    _tally(projection, data, held, is_annulled=cause in _ANNULLED)
    if cause not in _ANNULLED:
        _end(projection, data, held, cause)


def answered(projection: Projection, data: Data) -> None:
    """An outcome: a stage reached, or the end of the hold."""
    movement = data.get("ledger")
    if movement is None:
        return
    held = projection.held.get(data.get("vacancy_id", ""))
    _tally(projection, data, held)
    if data["outcome"] == "decision.overridden":
        _end(projection, data, held, "override")
    elif data.get("closes") or data.get("stage") == "bail":
        _end(projection, data, held, data.get("closes") or "bail")
    elif held is not None:
        held.counted += counted_by(movement, held.line)


def taken_back(projection: Projection, data: Data) -> None:
    """A vacancy corrected, not free after all, or whose convention had ended: its hold is over."""
    held = projection.held.get(data["vacancy_id"])
    if data["status"] != "applied":
        return
    if data["change"] == "convention_ended":
        _end(projection, data, held, "convention_ended")
        return
    projection.held.pop(data["vacancy_id"], None)
    movement = data.get("ledger") or {}
    for line in _lines(movement):
        left = counted_by(movement, line) - engaged_by(movement, line)
        account = projection.accounts_of(movement["year"]).opened(line)
        if held is not None and held.line == line:
            left -= held.uncounted
        account.lost -= left


def _end(projection: Projection, data: Data, held: Held | None, cause: str) -> None:
    """The hold ends: what it engaged and did not count is lost to its cause, what is given back is owed."""
    if held is None:
        return
    del projection.held[data["vacancy_id"]]
    movement = data.get("ledger") or {}
    back = engaged_by(movement, held.line)
    held.engaged += back
    held.counted += counted_by(movement, held.line)
    account = projection.accounts_of(held.year).opened(held.line)
    if cause in _NOT_ITS_DOING:
        account.settled += held.uncounted
        account.owed_arbitration -= back if cause == "override" else 0
    else:
        account.lost += held.uncounted
        account.owed_refusals -= back


def _lines(movement: Data) -> Iterator[str]:
    """The conventions' lines a movement engages or counts for, each once."""
    found = dict.fromkeys(movement.get("engaged") or {})
    for moves in (movement.get("counted") or {}).values():
        found |= dict.fromkeys(moves)
    return (line for line in found if line != BAILLEUR)


def _tally(projection: Projection, data: Data, held: Held | None, *, is_annulled: bool = False) -> None:
    """Move the counters an item moves, by dimension when the dwelling is known."""
    month = projection.day(data["at"])[:7]
    year = projection.tally_of(data["ledger"]["year"])
    for line, counters in (data["ledger"].get("counts") or {}).items():
        own = held if held is not None and held.line == line else None
        tally = year.line(line, is_apart=any(name.startswith(_APART) for name in counters))
        for name, number in _moves(data, counters, is_annulled=is_annulled):
            known = own.dimensions if own is not None and name in _DIMENSIONED else None
            stands_in = own.month if own is not None and name in OF_THE_PROPOSAL else month
            tally.add(name, number, known, stands_in)


def _moves(data: Data, counters: Counts, *, is_annulled: bool) -> Iterator[tuple[str, int]]:
    """The counters as they are meant here: see `compliance.domain.tallies`."""
    for name, number in counters.items():
        plain = name.removeprefix(_APART)
        if plain == "withdrawn" and is_annulled:
            yield "annulled", number
            yield "proposed", -number
        else:
            yield plain, number
        if plain in _ON_BEHALF and data.get("on_behalf"):
            yield _ON_BEHALF[plain], number
