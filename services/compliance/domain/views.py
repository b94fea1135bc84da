"""A convention's progress in one flux year, as rules, reports and pages read it. Amounts in units of a dwelling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce

from compliance.domain.causes import Causes
from compliance.domain.forecast.outlook import Outlook
from compliance.domain.tallies import Counts, Tally
from flux.convention import Convention
from flux.units import DWELLING


@dataclass(frozen=True, slots=True)
class LineView:
    """One line in one flux year; amounts in units of a dwelling."""

    line: str
    counts: Mapping[str, int]
    units: int
    expected: int
    engaged: int
    awaited: int
    causes: Causes
    carried: int = 0
    """Part of `expected` that a carry-over gave so far."""
    base: int = 0
    """What it is owed of the year itself, carry-over apart: its objective, or what its share gave so far."""
    owed: Causes = field(default_factory=Causes)
    """What is to be made up for: the gap of a share, what an objective lacks; with `uncarried`."""
    uncarried: int = 0
    """What its carry-over should have given so far and has not; it stands in `owed.flux`."""

    @property
    def gap(self) -> int:
        """What is owed: expected minus units."""
        return self.expected - self.units


@dataclass(frozen=True, slots=True)
class Commitment:
    """Against the year as announced, in units: of the whole year, to date, and what is missing by cause."""

    year: int
    to_date: int
    causes: Causes

    @property
    def missing(self) -> int:
        """`to_date` minus units."""
        return self.causes.total


@dataclass(frozen=True, slots=True)
class ProgressView:
    """A convention in one flux year: everything that is told of it. Amounts in units of a dwelling."""

    scope: str
    sequence: int
    as_of: str
    day: date
    """Civil day it is told for: by default that of `as_of` in the département."""
    year: int
    convention: Convention
    lines: tuple[LineView, ...]
    tally: Tally
    apart: Tally
    units_by_year: Mapping[int, int]
    """What was counted for it, by the year it counts in; all flux years together."""
    commitment: Commitment | None
    forecast: Outlook | None
    flux: int
    """Dwellings of the scope's flux so far."""
    outside_flux: Counts

    @property
    def units(self) -> int:
        """Units counted by its décompte for dwellings of the flux year."""
        return sum(line.units for line in self.lines)

    @property
    def expected(self) -> int:
        """What its shares gave so far, by the same credits as orientation."""
        return sum(line.expected for line in self.lines)

    @property
    def gap(self) -> int:
        """What is owed: expected minus units."""
        return self.expected - self.units

    @property
    def carried(self) -> int:
        """Part of `expected` that a carry-over gave so far."""
        return sum(line.carried for line in self.lines)

    @property
    def uncarried(self) -> int:
        """What its carry-over should have given so far and has not."""
        return sum(line.uncarried for line in self.lines)

    @property
    def base(self) -> int:
        """What it is owed of the year itself, carry-over apart."""
        return sum(line.base for line in self.lines)

    @property
    def owed(self) -> Causes:
        """What is to be made up for, by cause, for the days elapsed; proposals still open are in `flux`."""
        return reduce(Causes.__add__, (line.owed for line in self.lines), Causes())

    @property
    def awaited(self) -> int:
        """What proposals still open would count, were they all to come to a lease."""
        return sum(line.awaited for line in self.lines)

    @property
    def causes(self) -> Causes:
        """The gap by cause."""
        return reduce(Causes.__add__, (line.causes for line in self.lines), Causes())

    def count(self, name: str) -> int:
        """One of `tallies.COUNTERS`."""
        return self.tally.counts.get(name, 0)

    @property
    def gap_percent(self) -> int:
        """The gap in hundredths of a percent of what is expected; 0 when nothing is."""
        return self.gap * 10_000 // self.expected if self.expected else 0

    @property
    def flux_percent(self) -> int:
        """Units in hundredths of a percent of the scope's flux so far; 0 before the first dwelling."""
        return self.units * 10_000 // (self.flux * DWELLING) if self.flux else 0
