"""Delegated management: what the bailleur reported on each convention, beside what the stream says of it.

A reported line *agrees* when its stage lies between what the stream said when the report came and what it says today:
a report sent ahead of the lease agrees once the lease arrives. It *differs* when it does not, and is *unknown* when the
dwelling was never proposed under delegated management of that convention.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Data = Mapping[str, Any]
Match = Literal["agreeing", "differing", "unknown"]

_RANK = {"proposition": 0, "attribution": 1, "bail": 2}
REFUSED = "refus"
_REACHED = {stage: stage for stage in _RANK}
_ENDED = {stage: f"{stage} {REFUSED}" for stage in _RANK}
"""One text for each, however many dwellings."""
_NOBODYS_ANSWER = frozenset({"override", "convention_ended"})
_ANNULLED = frozenset({"amended", "withdrawn"})


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """A dwelling of a report beside the stream: the stage reported, and the one the stream knows ("" for none)."""

    convention: str
    period: str
    vacancy: str
    reported: str
    known: str
    match: Match


@dataclass(slots=True)
class Delegated:
    """Of one scope. `known` tells, by year, convention and vacancy, the stages reached: ``attribution refus``."""

    known: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    reports: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    """By convention, then period: the civil day, and per vacancy the stage reported and what was known then."""

    def issued(self, data: Data) -> None:
        """A proposal leaves; only those the bailleur answers itself are kept."""
        convention = data.get("convention_id")
        if data.get("management") == "deleguee" and convention is not None:
            year = self.known.setdefault(str(data["year"]), {})
            year.setdefault(convention, {})[data["vacancy_id"]] = "proposition"

    def answered(self, data: Data) -> None:
        """An outcome: a further stage, or a proposal that ended without one."""
        stage = data.get("stage") or (REFUSED if data.get("closes") else None)
        if stage is not None:
            self._reach(data, stage)

    def closed(self, data: Data) -> None:
        """A proposal expires or is taken back; one that is annulled was not made."""
        cause = data["cause_of_closing"]
        if cause in _ANNULLED:
            self._of(data).pop(data["vacancy_id"], None)
        elif cause not in _NOBODYS_ANSWER:
            self._reach(data, REFUSED)

    def reported(self, data: Data, day: str) -> None:
        """A report arrives; one for the same period replaces it."""
        convention = data["convention_id"]
        lines = {
            line["vacancy_id"]: [line["stage"], self._stages(convention, line["vacancy_id"])]
            for line in data["lines"]
        }
        self.reports.setdefault(convention, {})[data["period"]] = [day, lines]

    def periods(self, convention: str) -> dict[str, str]:
        """The periods reported on, and the civil day each came."""
        return {period: day for period, (day, _) in self.reports.get(convention, {}).items()}

    def lines(self, convention: str, year: int) -> Iterator[ReportedLine]:
        """Every line reported on a year, in order of period, beside what the stream says today."""
        for period, (_, lines) in sorted(self.reports.get(convention, {}).items()):
            if int(period[:4]) != year:
                continue
            for vacancy, (stage, then) in sorted(lines.items()):
                now = self._stages(convention, vacancy)
                yield ReportedLine(convention, period, vacancy, stage, _last(now), _match(stage, then, now))

    def unreported(self, convention: str, year: int) -> list[str]:
        """Dwellings of a flux year proposed under delegated management that no report names."""
        told = {vacancy for _, lines in self.reports.get(convention, {}).values() for vacancy in lines}
        return sorted(set(self.known.get(str(year), {}).get(convention, {})) - told)

    def _reach(self, data: Data, stage: str) -> None:
        vacancies, vacancy = self._of(data), data["vacancy_id"]
        if vacancy in vacancies:
            furthest = vacancies[vacancy].partition(" ")[0]
            vacancies[vacancy] = _ENDED[furthest] if stage == REFUSED else _REACHED[stage]

    def _of(self, data: Data) -> dict[str, str]:
        return self.known.get(str(data["year"]), {}).get(data.get("convention_id") or "", {})

    def _stages(self, convention: str, vacancy: str) -> str:
        found = (conventions.get(convention, {}).get(vacancy) for conventions in self.known.values())
        return next((stages for stages in found if stages is not None), "")

    def to_json(self) -> dict[str, Any]:
        """What is kept as JSON values."""
        return {"known": self.known, "reports": self.reports}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(**values)


def _match(reported: str, then: str, now: str) -> Match:
    if not now:
        return "unknown"
    if reported == REFUSED:
        return "agreeing" if now.endswith(REFUSED) else "differing"
    was, furthest = then.partition(" ")[0], now.partition(" ")[0]
    is_over = then.endswith(REFUSED) or (now.endswith(REFUSED) and reported == "bail")
    is_between = _RANK.get(was, 0) <= _RANK[reported] <= _RANK[furthest]
    return "agreeing" if is_between and not is_over else "differing"


def _last(stages: str) -> str:
    return stages.rpartition(" ")[2]
