"""The figures counted straight over the items of the stream, apart from every projection: what checks are made with.

It reads what each item says happened. Of the movements it looks at two things only: whether a first letting is counted
apart, and whether a lease makes an attribution that nobody told.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.canonical import decode

Data = Mapping[str, Any]
Counted = Counter[str]

FLUX, OUTSIDE, APART = "flux", "outside", "apart_"
CHECKED = (
    "proposed",
    "annulled",
    "attributed",
    "leased",
    "refused",
    "expired",
    "not_attributed",
    "withdrawn",
)
"""Counters of the réservataires that are counted twice."""
_ANNULLED = frozenset({"amended", "withdrawn"})


_MARKS: Mapping[str, tuple[bytes, ...]] = {
    "orientation.decided": (b'"outcome":"outside_flux"',),
    "outcome.recorded": (b'"closes":', b'"stage":'),
}
"""One of them is in the canonical bytes of every item of the kind that still moves a figure."""


@dataclass(slots=True)
class StreamCount:
    """One scope's items, counted by flux year."""

    years: dict[int, Counted] = field(default_factory=dict)

    def take(self, kind: str, data: Data) -> None:
        """Count an item."""
        count = _COUNTS.get(kind)
        if count is not None:
            count(self.of(data["year"]), data)

    def take_canonical(self, kind: str, data: bytes) -> None:
        """Count an item by its canonical bytes; most are told at a glance, the others are decoded."""
        if kind == "orientation.decided" and b'"first_round":true' in data:
            self.of(_year(data))[FLUX] += 1
        elif kind == "proposal.issued" and b'"apart_' not in data:
            self.of(_year(data))["proposed"] += 1
        elif kind in _COUNTS and (kind not in _MARKS or any(mark in data for mark in _MARKS[kind])):
            self.take(kind, _decoded(data))

    def of(self, year: int) -> Counted:
        """The figures of a flux year."""
        found = self.years.get(year)
        if found is None:
            found = self.years[year] = Counter()
        return found


def by_reason(reason: str) -> str:
    """The figure of the dwellings outside the flux for one reason."""
    return f"{OUTSIDE}:{reason}"


def _year(data: bytes) -> int:
    """The flux year of an item: the last of its keys, as long as nobody adds one after it."""
    return int(data[-5:-1]) if data[-12:-5] == b'"year":' else int(_decoded(data)["year"])


def _decoded(data: bytes) -> Data:
    found: Any = decode(data)
    return found  # type: ignore[no-any-return]  # an item is an object


def _decided(counted: Counted, data: Data) -> None:
    if data["outcome"] == "outside_flux":
        _outside(counted, data["reason"], 1)
    elif data.get("first_round"):
        counted[FLUX] += 1


def _vacancy(counted: Counted, data: Data) -> None:
    undone = data.get("undoes")
    if undone is None:
        return
    if undone["into"] == "flux":
        counted[FLUX] -= 1
    else:
        _outside(counted, undone["reason"], -1)


def _outside(counted: Counted, reason: str, number: int) -> None:
    counted[OUTSIDE] += number
    counted[by_reason(reason)] += number


def _issued(counted: Counted, data: Data) -> None:
    counted[f"{_where(data)}proposed"] += 1


def _expired(counted: Counted, data: Data) -> None:
    counted[f"{_where(data)}expired"] += 1


def _withdrawn(counted: Counted, data: Data) -> None:
    if data["cause_of_closing"] in _ANNULLED:
        counted[f"{_where(data)}annulled"] += 1
        counted[f"{_where(data)}proposed"] -= 1
    else:
        counted[f"{_where(data)}withdrawn"] += 1


def _outcome(counted: Counted, data: Data) -> None:
    if data["status"] != "applied" or "ledger" not in data:
        return
    stage, cause = data.get("stage"), data.get("closes")
    if stage == "bail":
        counted[f"{_where(data)}leased"] += 1
    if stage == "attribution" or (stage == "bail" and _moves(data, "attributed")):
        counted[f"{_where(data)}attributed"] += 1
    if cause is not None:
        is_refusal = cause.startswith("refus") or cause == "sans_candidat"
        counted[f"{_where(data)}{'refused' if is_refusal else 'not_attributed'}"] += 1


def _where(data: Data) -> str:
    return APART if any(name.startswith(APART) for name in _counters(data)) else ""


def _moves(data: Data, counter: str) -> bool:
    return any(name.removeprefix(APART) == counter for name in _counters(data))


def _counters(data: Data) -> set[str]:
    counts = data["ledger"].get("counts") or {}
    return {name for counters in counts.values() for name in counters}


_COUNTS: Mapping[str, Callable[[Counted, Data], None]] = {
    "orientation.decided": _decided,
    "vacancy.recorded": _vacancy,
    "proposal.issued": _issued,
    "proposal.expired": _expired,
    "proposal.withdrawn": _withdrawn,
    "outcome.recorded": _outcome,
}
