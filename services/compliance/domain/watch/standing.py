"""The alerts that stand in a scope: a fold of what was raised and cleared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.values import instant
from flux.calendar import legal_date
from flux.scope import Scope

Data = Mapping[str, Any]
Key = tuple[str, str, int]
"""What an alert is about: its kind, its convention (``""``: the scope), the flux year or `PRESENT`."""
PRESENT = 0
"""In place of a flux year: what is so today, in whatever year it began."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert that stands, as it was last raised."""

    body: Data

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.body["kind"], self.body.get("convention_id") or "", self.body.get("year") or PRESENT

    @property
    def rule(self) -> str:
        """The rule that raised it."""
        return str(self.body["rule"])

    @property
    def severity(self) -> str:
        """How urgent it is."""
        return str(self.body["severity"])

    @property
    def concerned(self) -> tuple[str, ...]:
        """What it was about when last told."""
        return tuple(self.body.get("concerned") or ())

    def days_on(self, day: date) -> int:
        """Days it has stood by the end of `day`."""
        since = legal_date(instant(self.body["since"]), Scope.parse(self.body["scope"]).departement)
        return (day - since).days


@dataclass(slots=True)
class Standing:
    """The alerts of one scope that stand, by what they are about; `sequence` is that of the last told."""

    sequence: int = 0
    watched_on: date | None = None
    """The day of the last change."""
    alerts: dict[Key, Alert] = field(default_factory=dict)

    def apply(self, kind: str, body: Data) -> None:
        """Take in an `alert.raised` or `alert.cleared`, the next in sequence."""
        self.sequence, alert = body["sequence"], Alert(body)
        self.watched_on = date.fromisoformat(body["watched_on"])
        if kind == "alert.raised":
            self.alerts[alert.key] = alert
        else:
            self.alerts.pop(alert.key, None)

    def of(self, convention_id: str, year: int) -> dict[str, Alert]:
        """The alerts about one subject, by kind."""
        return {
            kind: alert
            for (kind, about, of_year), alert in self.alerts.items()
            if (about, of_year) == (convention_id, year)
        }
