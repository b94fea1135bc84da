"""The dossier of a vacancy: where it stands, who holds it, and exactly what it moved in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from flux.decompte import Stage
from flux.units import DWELLING, units_of

SETTLED = frozenset({"leased", "kept_by_bailleur", "no_holder", "outside_flux", "withdrawn"})
"""Statuses nothing is awaited for: the dossier is archived, and comes back if something still mentions it."""

ATTRIBUTED = frozenset({"attributed", "leased"})
"""Statuses after which an amendment or a withdrawal is recorded only."""

_ACCOUNTS = ("credit", "engaged", "carry", "cycle", "mix")


@dataclass(slots=True)
class Dossier:
    """One vacancy of a scope. `moved` sums, per account and party, the units its facts moved so far.

    `first_credit` is what its first round gave each line, on `first_day`: it leaves the restoring window and
    the count of covered dwellings when the vacancy is amended or withdrawn.
    """

    vacancy_id: str
    vacancy: Mapping[str, Any]
    declared_at: str
    year: int
    status: str = "open"
    attempt: int = 0
    decision_id: str | None = None
    line: str | None = None
    convention_id: str | None = None
    reservataire: str | None = None
    proposal_id: str | None = None
    due: str | None = None
    stage: int = Stage.NONE
    designated: int = 0
    declined: int = 0
    ranked: int = 0
    answered: list[str] = field(default_factory=list)
    proposals: dict[str, str] = field(default_factory=dict)
    moved: dict[str, dict[str, int]] = field(default_factory=dict)
    first_credit: dict[str, int] = field(default_factory=dict)
    first_day: str | None = None
    because: list[str] = field(default_factory=list)
    worth: int = 0
    """Units its proposal counted so far: a décompte that changes meanwhile counts the rest, never the same twice."""
    entered: dict[str, str] | None = None
    """How it entered the year's figures (`flux.entering`): what an amendment or a withdrawal takes back."""
    is_apart: bool = False
    """Whether its holder has it "pour un tour": a first letting that the flux does not count."""
    arbitrated: str | None = None
    """Whom the bailleur last named by an override, until the dwelling leaves the flux."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is awaited for it any more."""
        return self.status in SETTLED

    @property
    def dwelling(self) -> Mapping[str, Any]:
        """The freed dwelling, as declared or last amended."""
        dwelling: Mapping[str, Any] = self.vacancy["dwelling"]
        return dwelling

    @property
    def owed(self) -> int:
        """Units the next holder must be credited so that this dossier's credits equal its engagements."""
        return sum(self.account("engaged").values()) + DWELLING - sum(self.account("credit").values())

    @property
    def has_accrued(self) -> bool:
        """Whether its first round was credited."""
        return any(self.account("credit").values())

    def add(self, movement: Mapping[str, Any]) -> None:
        """Add a fact's movement to what this dossier moved."""
        for name in _ACCOUNTS:
            if name in movement:
                self._add(name, movement[name])
        for year, moves in movement.get("counted", {}).items():
            self._add(f"counted {year}", moves)

    def _add(self, name: str, moves: Mapping[str, str]) -> None:
        account = self.moved.setdefault(name, {})
        for party, text in moves.items():
            account[party] = account.get(party, 0) + units_of(text)

    def counted(self, line: str | None = None) -> dict[int, dict[str, int]]:
        """Units it counts, by the year they count in and by party; of one line only when asked."""
        return {
            int(name.removeprefix("counted ")): {p: u for p, u in account.items() if u and line in {None, p}}
            for name, account in self.moved.items()
            if name.startswith("counted ")
        }

    def counts(self, **moves: int) -> dict[str, dict[str, int]]:
        """Legal counters of its holder that move, those of a first letting counted apart under ``apart_*``."""
        assert self.line is not None  # noqa: S101 - a counter belongs to a holder
        return {self.line: {f"apart_{name}" if self.is_apart else name: n for name, n in moves.items()}}

    def account(self, name: str) -> Mapping[str, int]:
        """What it moved in one account, by party, in units."""
        return self.moved.get(name, {})

    def to_json(self) -> dict[str, Any]:
        """The dossier as JSON values, for snapshots and the archive; they share its parts: encode them at once."""
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Dossier":
        """The dossier written by `to_json`."""
        return cls(**values)


_FIELDS = tuple(entry.name for entry in fields(Dossier))
