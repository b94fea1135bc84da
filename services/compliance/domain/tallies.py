"""Counters kept apart, and broken down as the bilan wants them (CCH art. R.441-5-1; arrêté du 28/11/2011).

What each counter means, amendments included:

- ``proposed``: proposals issued and not annulled. One whose vacancy is then corrected or taken back was not put at
  disposal: it leaves ``proposed``, in the month and the dimensions where it stood, and joins ``annulled``.
- ``attributed``, ``leased``: a stage reached stays reached, whatever the candidate does next (docs/decisions/0005).
- ``refused``, ``expired``, ``not_attributed``, ``withdrawn``, ``leased``: how a proposal ended; ``open``: not yet.
  They add up to ``proposed``. ``withdrawn`` is by override, or by the end of the convention.
- ``overridden``: dwellings the bailleur gave to another, pre-assigned ones included (those were never proposed).
- ``delegated``: designations the bailleur made on the réservataire's behalf; ``refused_on_behalf``: of those refused,
  the refusals it said on its behalf.

An act counts in the month it happened in; ``proposed``, ``open`` and ``annulled`` in that of the proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from flux.entering import DIMENSIONS

Counts = dict[str, int]
Dimensions = Mapping[str, str]
"""A dwelling's value in each dimension of `flux.entering.DIMENSIONS`."""

COUNTERS = (
    "proposed",
    "attributed",
    "leased",
    "refused",
    "expired",
    "withdrawn",
    "overridden",
    "open",
    "not_attributed",
    "annulled",
    "delegated",
    "refused_on_behalf",
)
"""The counters of a line that are also kept by dimension and month."""
OF_THE_PROPOSAL = frozenset({"proposed", "open", "annulled"})
"""Those that stand in the month the proposal was issued."""
DWELLINGS = "dwellings"
"""The only counter of the flux and of what is outside it."""


@dataclass(slots=True)
class Tally:
    """Counters in all, and the same by dimension, then value (``by["month"]["2026-03"]``)."""

    counts: Counts = field(default_factory=dict)
    by: dict[str, dict[str, Counts]] = field(default_factory=dict)

    def add(self, name: str, number: int, dimensions: Dimensions | None, month: str) -> None:
        """Move a counter; by dimension too when the dwelling is known."""
        self.counts[name] = self.counts.get(name, 0) + number
        if dimensions is None:
            return
        for dimension, value in dimensions.items():
            self._cell(dimension, value, name, number)
        self._cell("month", month, name, number)

    def _cell(self, dimension: str, value: str, name: str, number: int) -> None:
        values = self.by.get(dimension)
        if values is None:
            values = self.by[dimension] = {}
        counts = values.get(value)
        if counts is None:
            counts = values[value] = {}
        counts[name] = counts.get(name, 0) + number

    def merge(self, other: "Tally") -> None:
        """Add another tally to this one."""
        for name, number in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + number
        for dimension, values in other.by.items():
            for value, counts in values.items():
                for name, number in counts.items():
                    self._cell(dimension, value, name, number)

    def shown(self) -> dict[str, dict[str, Counts]]:
        """`by` without what is zero."""
        shown: dict[str, dict[str, Counts]] = {}
        for dimension, values in self.by.items():
            for value, counts in values.items():
                kept = {name: number for name, number in counts.items() if number}
                if kept:
                    shown.setdefault(dimension, {})[value] = kept
        return shown

    def to_json(self) -> dict[str, Any]:
        """The tally as JSON values."""
        return {"counts": self.counts, "by": self.by}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The tally written by `to_json`."""
        return cls(**values)


@dataclass(slots=True)
class YearTally:
    """One flux year of a scope. `apart` holds what concertations gave, counted in nothing else."""

    lines: dict[str, Tally] = field(default_factory=dict)
    apart: dict[str, Tally] = field(default_factory=dict)
    flux: Tally = field(default_factory=Tally)
    outside: dict[str, Tally] = field(default_factory=dict)
    """Dwellings left outside the flux, by reason."""
    days: Counts = field(default_factory=dict)
    """Dwellings that entered the flux, by civil day of their declaration."""

    def line(self, name: str, *, is_apart: bool = False) -> Tally:
        """The tally of a line, made when it is first asked for."""
        tallies = self.apart if is_apart else self.lines
        tally = tallies.get(name)
        if tally is None:
            tally = tallies[name] = Tally()
        return tally

    def enter(self, entry: Mapping[str, str], number: int) -> None:
        """A dwelling enters the year (1), or its entry is taken back (-1): an entry of `flux.entering`."""
        day = entry["on"]
        is_flux = entry["into"] == "flux"
        tally = self.flux if is_flux else self.outside.setdefault(entry["reason"], Tally())
        tally.add(DWELLINGS, number, {name: entry[name] for name in DIMENSIONS}, day[:7])
        if is_flux:
            self.days[day] = self.days.get(day, 0) + number

    def to_json(self) -> dict[str, Any]:
        """The year as JSON values."""
        return {
            "lines": {name: tally.to_json() for name, tally in self.lines.items()},
            "apart": {name: tally.to_json() for name, tally in self.apart.items()},
            "flux": self.flux.to_json(),
            "outside": {name: tally.to_json() for name, tally in self.outside.items()},
            "days": self.days,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The year written by `to_json`."""
        return cls(
            lines={name: Tally.from_json(tally) for name, tally in values["lines"].items()},
            apart={name: Tally.from_json(tally) for name, tally in values["apart"].items()},
            flux=Tally.from_json(values["flux"]),
            outside={name: Tally.from_json(tally) for name, tally in values["outside"].items()},
            days=values["days"],
        )
