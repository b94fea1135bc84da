"""The state of one scope: what the fold of its facts leaves in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from heapq import heappop, heappush
from typing import Any

from flux.convention import Convention
from flux.ledger import Ledger
from flux.scope import Scope
from orientation.domain.concertation.programme import Programme
from orientation.domain.dossier import Dossier
from orientation.domain.instants import instant
from orientation.domain.parked_outcomes import ParkedOutcomes

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
DAYS_REMEMBERED = 400
"""Days of which the conventions in force are kept."""


@dataclass(frozen=True, slots=True, order=True)
class Deadline:
    """A wait that ends at `due`: of a proposal, a confirmation, a held vacancy, a parked outcome, a concertation."""

    due: datetime
    kind: str
    subject: str


@dataclass(slots=True)
class ScopeState:
    """A scope in memory. Settled dossiers leave it through `pop_settled` and return through `restore`."""

    scope: Scope
    sequence: int = 0
    clock: datetime = BEGINNING
    conventions: dict[str, Convention] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    forecasts: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    dwellings: dict[str, str] = field(default_factory=dict)
    parked: ParkedOutcomes = field(default_factory=ParkedOutcomes)
    reservataire_sequences: dict[str, int] = field(default_factory=dict)
    accrued: dict[str, dict[str, int]] = field(default_factory=dict)
    covered: dict[str, int] = field(default_factory=dict)
    programmes: dict[str, Programme] = field(default_factory=dict)
    concertation_sequence: int = 0
    deadlines: list[Deadline] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    _in_force: dict[date, tuple[Convention, ...]] = field(default_factory=dict, repr=False, compare=False)
    """Conventions in force by day, as long as none changes: those that are over cost a decision nothing."""

    @property
    def has_vacancies(self) -> bool:
        """Whether a vacancy was ever declared here, those that left memory included."""
        return bool(self.dossiers or self.ledger.years)

    @property
    def entries(self) -> int:
        """How much it holds, in dossiers, parked outcomes and dwellings of programmes: what a snapshot costs."""
        lots = sum(len(programme.lots) for programme in self.programmes.values())
        return len(self.dossiers) + len(self.parked) + lots

    def pop_settled(self) -> list[Dossier]:
        """Dossiers that nothing is awaited for any more, taken out of memory."""
        names, self.settled = self.settled, []
        gone = []
        for name in names:
            dossier = self.dossiers.get(name)
            if dossier is not None and dossier.is_settled:
                del self.dossiers[name]
                gone.append(dossier)
        return gone

    def restore(self, dossier: Dossier) -> None:
        """Bring an archived dossier back, because an input mentions it."""
        self.dossiers.setdefault(dossier.vacancy_id, dossier)
        self.settled.append(dossier.vacancy_id)

    def await_until(self, kind: str, subject: str, due: str) -> None:
        """Remember a deadline; one that no longer holds when it comes is passed over."""
        heappush(self.deadlines, Deadline(instant(due), kind, subject))

    def rebuild_deadlines(self) -> None:
        """Find again every wait that holds, after a snapshot was read."""
        kinds = {status: kind for kind, status in _STATUS_OF_DEADLINE.items()}
        for dossier in self.dossiers.values():
            if dossier.due is not None and dossier.status in kinds:
                self.await_until(kinds[dossier.status], dossier.vacancy_id, dossier.due)
        for parked in self.parked.values():
            self.await_until("park", parked["cause"], parked["due"])
        for programme in self.programmes.values():
            if programme.due is not None:
                self.await_until("concertation", programme.programme_id, programme.due)

    @property
    def next_due(self) -> datetime:
        """When the scope may next have something to do by itself; the end of time when nothing is awaited."""
        while self.deadlines and not self.still_holds(self.deadlines[0]):
            heappop(self.deadlines)
        return self.deadlines[0].due if self.deadlines else END

    def pop_due(self, before: datetime) -> Deadline | None:
        """The earliest deadline strictly before an instant that still holds, if any."""
        while self.deadlines and self.deadlines[0].due < before:
            deadline = heappop(self.deadlines)
            if self.still_holds(deadline):
                return deadline
        return None

    def still_holds(self, deadline: Deadline) -> bool:
        """Whether what the deadline waits for has not come."""
        if deadline.kind == "park":
            return deadline.subject in self.parked
        if deadline.kind == "concertation":
            due = self.programmes[deadline.subject].due
            return due is not None and instant(due) == deadline.due
        dossier = self.dossiers.get(deadline.subject)
        if dossier is None or dossier.due is None or instant(dossier.due) != deadline.due:
            return False
        return dossier.status == _STATUS_OF_DEADLINE[deadline.kind]

    def in_force(self, on: date) -> Iterator[Convention]:
        """Conventions in force on a date and not ended before it, in order of id."""
        found = self._in_force.get(on)
        if found is None:
            if len(self._in_force) >= DAYS_REMEMBERED:
                self._in_force.clear()
            found = self._in_force[on] = tuple(self._found_in_force(on))
        return iter(found)

    def _found_in_force(self, on: date) -> Iterator[Convention]:
        for name in sorted(self.conventions):
            convention = self.conventions[name]
            if convention.is_in_force(on) and on <= self.ended.get(name, date.max):
                yield convention

    def forget_in_force(self) -> None:
        """A convention was signed, changed or ended: look again at who is in force."""
        self._in_force.clear()


_STATUS_OF_DEADLINE = {
    "respond": "proposed",
    "confirm": "pre_assigned",
    "hold": "held",
    "programme": "concertation",
}
"""What a dossier waits for while it has a due date; a concertation's own wait is its programme's."""
