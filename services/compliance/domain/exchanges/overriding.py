"""The bailleur's own choices, each kept one by one: the bilan shows them with who had the dwelling before."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Self

from flux.units import BAILLEUR

Data = Mapping[str, Any]


@dataclass(slots=True)
class Override:
    """A dwelling re-assigned; lines are a convention's or ``BAILLEUR``, the reason is a digest."""

    vacancy: str
    year: int
    on: str
    from_line: str
    to_line: str
    reason_sha256: str


@dataclass(slots=True)
class Overrides:
    """Of one scope, in order."""

    made: list[Override] = field(default_factory=list)
    awaiting: str = ""
    """The vacancy whose new holder the next decision names; "" when there is none."""

    def overridden(self, data: Data, day: str) -> None:
        """An override that was applied."""
        vacancy, before = data["vacancy_id"], data.get("line") or BAILLEUR
        digest = data.get("reason_sha256", "")
        self.made.append(Override(vacancy, data["year"], day, before, data["reservataire"], digest))
        self.awaiting = vacancy

    def decided(self, data: Data) -> None:
        """The decision that follows it names the line."""
        if data["vacancy_id"] == self.awaiting:
            self.made[-1].to_line = data.get("line") or data.get("reservataire") or BAILLEUR
            self.awaiting = ""

    def to_json(self) -> dict[str, Any]:
        """The overrides as JSON values."""
        return {"made": [list(astuple(each)) for each in self.made], "awaiting": self.awaiting}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The overrides written by `to_json`."""
        return cls([Override(*each) for each in values["made"]], values["awaiting"])
