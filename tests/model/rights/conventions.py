"""Conventions and their lines: each line has a territory, a share or an objective, and a place in the rotation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

BAILLEUR = "BAILLEUR"
"""The bailleur's own line: what is not reserved."""
STATE = ("etat_prioritaires", "etat_agents")
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a convention, as signed."""

    id: str
    convention: "Convention"
    territory: Mapping[str, Any]
    percent: Fraction | None
    objective: Fraction | None
    carry_over: Mapping[str, Any] | None = None

    @property
    def reservataire(self) -> str:
        """Whose line it is."""
        return self.convention.reservataire

    @property
    def is_of_the_state(self) -> bool:
        """Whether the State's cap binds it."""
        return self.convention.kind in STATE


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention as its last full statement says."""

    id: str
    reservataire: str
    kind: str
    first_day: date
    last_day: date
    told: Mapping[str, Any]
    ended_on: date | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its only line bears its own name; several are numbered from 1."""
        shares = self.told.get("shares")
        if not shares:
            return (_line(self.id, self, self.told),)
        return tuple(_line(f"{self.id}#{number}", self, one) for number, one in enumerate(shares, start=1))

    def is_in_force(self, day: date) -> bool:
        """Whether it binds on that day."""
        return self.first_day <= day <= self.last_day and (self.ended_on is None or day <= self.ended_on)


def _line(name: str, convention: Convention, told: Mapping[str, Any]) -> Line:
    percent, objective = told.get("share_percent"), told.get("objective")
    return Line(
        name,
        convention,
        told.get("territory") or {},
        None if percent is None else Fraction(str(percent)) / HUNDRED,
        None if objective is None else Fraction(str(objective)),
        told.get("carry_over"),
    )


def signed(told: Mapping[str, Any]) -> Convention:
    """The convention a full statement makes."""
    who, days = told["reservataire"], told["effective"]
    until = days.get("until")
    return Convention(
        told["convention_id"],
        who["id"],
        who["kind"],
        date.fromisoformat(str(days["from"])),
        date.fromisoformat(str(until)) if until else date.max,
        told,
    )
