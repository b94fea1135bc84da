"""What compliance keeps of a scope: the same ledger as orientation, its conventions, its counters, its causes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from compliance.domain.causes import YearAccounts
from compliance.domain.commitments import Commitments
from compliance.domain.exchanges.exchanges import Exchanges
from compliance.domain.held import Held
from compliance.domain.tallies import DWELLINGS, Counts, YearTally
from compliance.domain.watch.seen import Seen
from flux.calendar import legal_date
from flux.ledger import Ledger

Data = Mapping[str, Any]


@dataclass(slots=True)
class Projection:
    """One scope as compliance sees it; `sequence` is the last item applied, `as_of` its event time.

    Tables by year have the year as text, as JSON wants it.
    """

    scope: str
    sequence: int = 0
    as_of: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    commitments: Commitments = field(default_factory=Commitments)
    tallies: dict[str, YearTally] = field(default_factory=dict)
    accounts: dict[str, YearAccounts] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    """Vacancies whose dwelling a line holds."""
    outcomes: dict[str, Counts] = field(default_factory=dict)
    """Decisions by year and outcome, each as often as it was taken."""
    said: dict[str, Counts] = field(default_factory=dict)
    """By year, what became of the outcomes heard: applied, late, recorded_only, parked, rejected."""
    worst: dict[str, int] = field(default_factory=dict)
    """Per party the largest distance between credit and engaged after a decision, in units."""
    concertations: dict[str, Counts] = field(default_factory=dict)
    """By year: splits concluded and how, dwellings each way, first lettings that joined the flux."""
    exchanges: Exchanges = field(default_factory=Exchanges)

    seen: Seen = field(default_factory=Seen)
    """What the watch looks at beside the counters."""

    @property
    def entries(self) -> int:
        """How much it keeps one by one: what a snapshot costs."""
        return len(self.held) + len(self.seen.waiting) + len(self.seen.kept) + self.exchanges.entries

    @property
    def conventions(self) -> Mapping[str, Data]:
        """The conventions' bodies by id."""
        return self.commitments.bodies

    @property
    def lines(self) -> Mapping[str, str]:
        """The convention of each line."""
        return self.commitments.lines

    def outside_flux(self, year: int) -> Counts:
        """Dwellings left outside the flux of a year, by reason."""
        tallies = self.year(year).outside
        counts = {reason: tally.counts[DWELLINGS] for reason, tally in tallies.items()}
        return {reason: number for reason, number in counts.items() if number}

    def year(self, year: int) -> YearTally:
        """The tallies of a flux year; asking leaves no trace."""
        return self.tallies.get(str(year)) or YearTally()

    def tally_of(self, year: int) -> YearTally:
        """The tallies of a flux year, kept from now on."""
        found = self.tallies.get(str(year))
        if found is None:
            found = self.tallies[str(year)] = YearTally()
        return found

    def accounts_of(self, year: int) -> YearAccounts:
        """The accounts of a flux year, kept from now on."""
        found = self.accounts.get(str(year))
        if found is None:
            found = self.accounts[str(year)] = YearAccounts()
        return found

    def day(self, at: str) -> str:
        """Civil day of an instant's text, in the département's legal time."""
        return legal_date(datetime.fromisoformat(at), self.scope.partition(":")[2]).isoformat()
