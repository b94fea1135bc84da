"""What is kept one by one beside the counters: exclusions, contestations, delegation reports, overrides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from compliance.domain.exchanges.contesting import Contestations
from compliance.domain.exchanges.delegating import Delegated
from compliance.domain.exchanges.excluded import Excluded, Place
from compliance.domain.exchanges.overriding import Overrides

Data = Mapping[str, Any]
Day = Callable[[str], str]
"""Civil day of an instant's text in the département."""


@dataclass(slots=True)
class Exchanges:
    """Of one scope, folded beside its counters."""

    excluded: Excluded = field(default_factory=Excluded)
    contestations: Contestations = field(default_factory=Contestations)
    delegated: Delegated = field(default_factory=Delegated)
    overrides: Overrides = field(default_factory=Overrides)

    def decided(self, data: Data, day: Day) -> None:
        """An `orientation.decided`."""
        if data["outcome"] == "outside_flux":
            self.excluded.decided(data)
        if self.contestations.made:
            self.contestations.decided(data, day(data["at"]))
        if self.overrides.awaiting:
            self.overrides.decided(data)

    def vacancy(self, data: Data, day: Day) -> None:
        """A `vacancy.recorded`."""
        self.excluded.taken_back(data)
        self.contestations.vacancy(data, day(data["at"]))

    def outcome(self, data: Data, day: Day, held_in: int | None) -> None:
        """An `outcome.recorded`; `held_in` is the flux year of its dwelling when somebody holds it."""
        kind, status = data["outcome"], data["status"]
        if status in {"parked", "rejected"}:
            if status == "parked":
                self.excluded.told(data)
        elif kind == "exclusion.contested":
            self.contestations.contested(data, day(data["at"]), self._place(data["vacancy_id"], held_in))
        elif kind == "contestation.answered":
            self.contestations.answered(data, day(data["at"]))
        elif kind == "delegation.reported":
            self.delegated.reported(data, day(data["at"]))
        elif status == "applied":
            if kind == "decision.overridden":
                self.overrides.overridden(data, day(data["at"]))
            self.delegated.answered(data)

    def _place(self, vacancy: str, held_in: int | None) -> Place | None:
        place = self.excluded.place(vacancy)
        return (held_in, "") if place is None and held_in is not None else place

    @property
    def entries(self) -> int:
        """How much is kept one by one."""
        excluded = (len(names) for reasons in self.excluded.years.values() for names in reasons.values())
        return len(self.contestations.made) + len(self.overrides.made) + sum(excluded)

    def to_json(self) -> dict[str, Any]:
        """The exchanges as JSON values."""
        return {
            "excluded": self.excluded.to_json(),
            "contestations": self.contestations.to_json(),
            "delegated": self.delegated.to_json(),
            "overrides": self.overrides.to_json(),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The exchanges written by `to_json`."""
        return cls(
            Excluded.from_json(values["excluded"]),
            Contestations.from_json(values["contestations"]),
            Delegated.from_json(values["delegated"]),
            Overrides.from_json(values["overrides"]),
        )
