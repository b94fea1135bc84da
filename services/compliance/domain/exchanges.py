"""What the parties told each other beside the counters: contestations, delegation reports, overrides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from compliance.domain.contesting import Contestations
from compliance.domain.delegating import Delegated
from compliance.domain.overriding import Overrides

Data = Mapping[str, Any]
Day = Callable[[str], str]
"""Civil day of an instant's text in the département."""


@dataclass(slots=True)
class Exchanges:
    """Of one scope, folded beside its counters."""

    contestations: Contestations = field(default_factory=Contestations)
    delegated: Delegated = field(default_factory=Delegated)
    overrides: Overrides = field(default_factory=Overrides)

    def decided(self, data: Data, day: Day) -> None:
        """An `orientation.decided`."""
        self.contestations.decided(data, day(data["at"]) if self.contestations.made else "")
        if self.overrides.awaiting:
            self.overrides.decided(data)

    def outcome(self, data: Data, day: Day, held_in: int | None) -> None:
        """An `outcome.recorded`; `held_in` is the flux year of its dwelling when somebody holds it."""
        kind = data["outcome"]
        if kind == "exclusion.contested":
            self.contestations.contested(data, day(data["at"]), held_in)
        elif kind == "contestation.answered":
            self.contestations.answered(data, day(data["at"]))
        elif kind == "delegation.reported":
            self.delegated.reported(data, day(data["at"]))
        elif data["status"] == "applied":
            if kind == "decision.overridden":
                self.overrides.overridden(data, day(data["at"]))
            self.delegated.answered(data)

    def to_json(self) -> dict[str, Any]:
        """The exchanges as JSON values."""
        return {
            "contestations": self.contestations.to_json(),
            "delegated": self.delegated.to_json(),
            "overrides": self.overrides.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The exchanges written by `to_json`."""
        return cls(
            Contestations.from_json(values["contestations"]),
            Delegated.from_json(values["delegated"]),
            Overrides.from_json(values["overrides"]),
        )
