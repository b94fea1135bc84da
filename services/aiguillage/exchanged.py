"""What the parties said to each other of a year: contestations by state, reports of delegated managements."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance.domain.exchanges.contesting import State
from compliance.domain.exchanges.reports import DueReport
from compliance.domain.ports import Rules
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection
from compliance.domain.telling import facts_of
from compliance.domain.watch.reporting import reports_due

STATES: tuple[State, ...] = ("open", "answered", "settled")


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Of a year: contestations by where they stand, reports due, and those of them that came."""

    contested: Mapping[State, int] = field(default_factory=dict)
    due: int = 0
    received: int = 0

    @property
    def missing(self) -> int:
        """Reports due that did not come."""
        return self.due - self.received

    def to_json(self) -> dict[str, dict[str, int]]:
        """The exchanges as JSON values."""
        reports = {"due": self.due, "received": self.received, "missing": self.missing}
        return {
            "contestations": {state: self.contested.get(state, 0) for state in STATES},
            "reports": reports,
        }


def exchanged_in(projections: Iterable[Projection], rules: Rules, year: int, on: date) -> Exchanged:
    """What was said of a year in some scopes, as it stands when a day ends."""
    contested, reports = Counter[State](), list[DueReport]()
    for projection in projections:
        made = projection.exchanges.contestations.made
        contested.update(each.state(on) for each in made if each.year == year)
        reports += _reports(projection, rules, year, on)
    return Exchanged(contested, len(reports), sum(each.is_reported for each in reports))


def _reports(projection: Projection, rules: Rules, year: int, on: date) -> Iterator[DueReport]:
    for name in projection.conventions:
        view = view_of(projection, name, year, on)
        due = reports_due(projection, view, rules, facts_of(view)) or ()
        yield from (each for each in due if each.period.first_day.year == year)
