"""The dwellings left outside the flux, one by one: why, and what was told of the household rehoused in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

Data = Mapping[str, Any]
Place = tuple[int, str]
"""Flux year, and reason."""

_NOTHING_TOLD, _ATTRIBUTION, _LEASE = "", "attribution", "bail"
_FAVOURABLE = frozenset({"attribution", "attribution_condition", "attribution_rang"})


@dataclass(slots=True)
class Excluded:
    """Of one scope: by year, then reason, then vacancy, the stage told of it ("" for none).

    No proposal is made of such a dwelling: its CALEOL decision and its lease, when told, are outcomes that wait for a
    proposal in vain. They count here and nowhere else (CCH art. R.441-5-1).
    """

    years: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def decided(self, data: Data) -> None:
        """A decision that leaves the dwelling outside."""
        vacancies = self.years.setdefault(str(data["year"]), {}).setdefault(data["reason"], {})
        vacancies[data["vacancy_id"]] = _NOTHING_TOLD

    def taken_back(self, data: Data) -> None:
        """A vacancy corrected or taken back that had been outside."""
        undone = data.get("undoes") or {}
        if undone.get("into") == "outside_flux":
            self.years[str(data["year"])][undone["reason"]].pop(data["vacancy_id"], None)

    def told(self, data: Data) -> None:
        """An outcome without a proposal: when it is of an excluded dwelling, the stage it reached."""
        kind, place = data["outcome"], self.place(data.get("vacancy_id", ""))
        if place is None:
            return
        vacancies, vacancy = self.years[str(place[0])][place[1]], data["vacancy_id"]
        if kind == "lease.signed":
            vacancies[vacancy] = _LEASE
        elif kind == "caleol.decided" and data["decision"] in _FAVOURABLE and not vacancies[vacancy]:
            vacancies[vacancy] = _ATTRIBUTION

    def place(self, vacancy: str) -> Place | None:
        """Where a vacancy stands outside the flux; None when it does not."""
        for year, reasons in self.years.items():
            for reason, vacancies in reasons.items():
                if vacancy in vacancies:
                    return int(year), reason
        return None

    def attributions(self, year: int) -> dict[str, tuple[int, int]]:
        """By reason, the dwellings of a year told to be attributed, and of these those let."""
        reasons = self.years.get(str(year), {})
        stages = {reason: list(vacancies.values()) for reason, vacancies in reasons.items()}
        return {
            reason: (len(told) - told.count(_NOTHING_TOLD), told.count(_LEASE))
            for reason, told in stages.items()
        }

    def to_json(self) -> dict[str, Any]:
        """The dwellings as JSON values."""
        return self.years

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The dwellings written by `to_json`."""
        return cls(dict(values))
