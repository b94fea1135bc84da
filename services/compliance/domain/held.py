"""The dwellings somebody holds: pre-assigned or proposed, until a lease, a withdrawal or the bailleur's turn."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from flux.units import units_of


@dataclass(slots=True)
class Held:
    """A vacancy whose dwelling a line holds.

    `engaged` and `counted` are what this hold moved for the line, in units; `month` that of its proposal, "" before it.
    """

    line: str
    year: int
    dimensions: dict[str, str]
    month: str = ""
    engaged: int = 0
    counted: int = 0

    @property
    def uncounted(self) -> int:
        """Units engaged and not counted so far."""
        return self.engaged - self.counted

    def to_json(self) -> list[Any]:
        """The hold as JSON values."""
        return [getattr(self, entry.name) for entry in fields(self)]

    @classmethod
    def from_json(cls, values: list[Any]) -> Self:
        """The hold written by `to_json`."""
        return cls(*values)


def engaged_by(movement: Mapping[str, Any], line: str) -> int:
    """Units a movement engages for a line; negative when it gives some back."""
    text = (movement.get("engaged") or {}).get(line)
    return units_of(text) if text else 0


def counted_by(movement: Mapping[str, Any], line: str) -> int:
    """Units a movement counts for a line, whatever the year they count in."""
    years = movement.get("counted") or {}
    return sum(units_of(moves[line]) for moves in years.values() if line in moves)
