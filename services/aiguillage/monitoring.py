"""What compliance made of a year: where commitments stand and why they are missed, the alerts told, the close."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiguillage.exchanged import Exchanged
from chassis.journal import Journal
from chassis.rulebook import Rulebook
from chassis.rulebook.standing import precedence
from compliance.domain.causes import Causes
from compliance.domain.closing.closing import Closing
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection
from compliance.domain.telling import causes_text
from compliance.domain.views import ProgressView
from compliance.streams import is_of_items
from contracts.canonical import decode
from flux.units import fraction_text


@dataclass(slots=True)
class Promised:
    """A réservataire over all its conventions of a year, in units of a dwelling."""

    reservataire: str
    base: int = 0
    expected: int = 0
    counted: int = 0
    awaited: int = 0
    owed: Causes = field(default_factory=Causes)

    def add(self, view: ProgressView) -> None:
        """Add one convention."""
        self.base += view.base
        self.expected += view.expected
        self.counted += view.units
        self.awaited += view.awaited
        self.owed += view.owed

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values; units as fraction texts."""
        return {
            "reservataire": self.reservataire,
            "base": fraction_text(self.base),
            "expected": fraction_text(self.expected),
            "counted": fraction_text(self.counted),
            "awaited": fraction_text(self.awaited),
            "owed": fraction_text(self.owed.total),
            "causes": causes_text(self.owed),
        }


@dataclass(slots=True)
class Told:
    """Alerts of one kind, titled by the mildest rule that raises it: how often raised and cleared, how many stand."""

    kind: str
    title: str
    raised: int = 0
    cleared: int = 0

    @property
    def standing(self) -> int:
        """Raised and not cleared; one raised again with another severity is one alert."""
        return self.raised - self.cleared


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A year as it was watched."""

    year: int
    promised: Sequence[Promised]
    alerts: Sequence[Told]
    exchanged: Exchanged
    closings: Sequence[Closing]

    def to_json(self) -> dict[str, Any]:
        """The monitoring as JSON values."""
        return {
            "year": self.year,
            "progress": [each.to_json() for each in self.promised],
            "alerts": {each.kind: {"raised": each.raised, "cleared": each.cleared} for each in self.alerts},
            **self.exchanged.to_json(),
            "closings": [_closing(each) for each in self.closings],
        }


def _closing(closing: Closing) -> dict[str, Any]:
    return {
        "convention_id": closing.view.convention.id,
        "settled": closing.is_settled,
        "due": fraction_text(closing.due),
        "carried": fraction_text(closing.carried),
        "refunded": fraction_text(closing.refunded),
        "left": fraction_text(closing.left),
        "remedies": [each.body() for each in closing.remedies],
    }


def promised_in(projections: Iterable[Projection], year: int, on: date) -> list[Promised]:
    """Where each réservataire's commitments of a year stand when a day ends, the largest first."""
    found: dict[str, Promised] = {}
    for projection in projections:
        for name in projection.conventions:
            convention = projection.commitments.terms(name)
            if convention.first_day.year <= year <= convention.last_day.year:
                view = view_of(projection, name, year, on)
                found.setdefault(convention.reservataire, Promised(convention.reservataire)).add(view)
    return sorted(found.values(), key=lambda each: (-each.base, each.reservataire))


async def alerts_in(journal: Journal, rulebook: Rulebook) -> list[Told]:
    """Alerts told so far by kind, in order of name; one told anew with another severity is not raised twice."""
    ours = sorted((rule for rule in rulebook.rules if rule.room.family == "conformite"), key=precedence)
    titles = {rule.then["alert"]["kind"]: rule.title for rule in ours}
    found: dict[str, Told] = {}
    for stream in await journal.scopes():
        if is_of_items(stream):
            continue
        standing = set[str]()
        for row in await journal.rows(stream):
            body: Any = decode(row.data)
            kind = body["kind"]
            told = found.setdefault(kind, Told(kind, titles.get(kind, kind)))
            if row.type == "alert.cleared":
                told.cleared += 1
                standing.discard(body["alert_id"])
            elif body["alert_id"] not in standing:
                told.raised += 1
                standing.add(body["alert_id"])
    return sorted(found.values(), key=lambda each: each.kind)
