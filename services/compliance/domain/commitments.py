"""What was promised: conventions with their lines, as recorded, and the flux the bailleur announced."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flux.convention import Convention

Data = Mapping[str, Any]

_OF_THE_STREAM = frozenset(
    {"scope", "sequence", "cause", "at", "ledger", "change", "on", "by", "reason_sha256"}
    | {"reservataire_sequence", "spoken_by", "on_behalf"}
)


@dataclass(slots=True)
class Commitments:
    """Of one scope. `bodies` are those of `convention.signed`, by id; `lines` gives each line its convention."""

    bodies: dict[str, Data] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    """Last day in force of those that were ended."""
    contested: dict[str, list[str]] = field(default_factory=dict)
    """Who contests each convention."""
    lines: dict[str, str] = field(default_factory=dict)
    forecasts: dict[str, Data] = field(default_factory=dict)
    """By year, the latest forecast: `flux`, `by_operation`…"""
    _terms: dict[str, Convention] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Conventions read from their bodies."""

    def record(self, data: Data) -> None:
        """Take in a `convention.recorded`."""
        name, change = data["convention_id"], data["change"]
        if change in {"signed", "adjusted"}:
            body = {key: value for key, value in data.items() if key not in _OF_THE_STREAM}
            self.bodies[name] = body
            self._terms[name] = Convention.from_body(body)
            for line in self._terms[name].lines:
                self.lines[line.party] = name
        elif change == "ended":
            self.ended[name] = data["on"]
        elif data["by"] not in self.contested.setdefault(name, []):
            self.contested[name].append(data["by"])

    def forecast(self, data: Data) -> None:
        """Take in a `forecast.recorded`."""
        self.forecasts[str(data["year"])] = {
            key: data.get(key) for key in ("flux", "by_operation", "taux_rotation_percent", "status")
        }

    def lines_of(self, convention_id: str) -> list[str]:
        """Every line a convention ever had, in order of name."""
        return sorted(line for line, name in self.lines.items() if name == convention_id)

    def terms(self, convention_id: str) -> Convention:
        """The convention as it stands."""
        found = self._terms.get(convention_id)
        if found is None:
            found = self._terms[convention_id] = Convention.from_body(self.bodies[convention_id])
        return found
