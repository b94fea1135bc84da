"""What the watch keeps of the stream beside the counters: it reads no rule, and forgets what no window looks at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from compliance.domain.tallies import Counts

REMEMBERED_DAYS = 190
"""Answers are kept by day for a little longer than the longest window that looks at them."""


@dataclass(slots=True)
class Waiting:
    """A dwelling that is free and not let: since when (civil day), who holds it, how far it has come.

    `step` is the outcome of its decision (held, concertation, pre_assigned, no_holder), then proposed, designated,
    attributed. `due` is when its proposal lapses, "" before. `fits` tells whether it lies in the segments its
    holder aims at, `programme` that of a first letting.
    """

    since: str
    dwelling_id: str
    line: str | None = None
    step: str = "held"
    due: str = ""
    fits: bool = True
    programme: str | None = None

    def to_json(self) -> list[Any]:
        """The wait as JSON values."""
        return [self.since, self.dwelling_id, self.line, self.step, self.due, self.fits, self.programme]


@dataclass(slots=True)
class Seen:
    """Of one scope. Tables by year have the year as text, as JSON wants it."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    """By vacancy."""
    answers: dict[str, dict[str, Counts]] = field(default_factory=dict)
    """By line and civil day: proposals issued, ends by cause, and those of dwellings that fit its criteria."""
    publics: dict[str, dict[str, Counts]] = field(default_factory=dict)
    """By year and line: attributions by ``<qpv|hors_qpv>:<codes joined by +>``."""
    kept: dict[str, int] = field(default_factory=dict)
    """Vacancies the bailleur keeps, with their year; the last two years only."""
    credits: dict[str, list[Any]] = field(default_factory=dict)
    """Vacancies of the bailleur's own that a report gives to a public: convention, period, year, codes."""
    programmes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Concertations not concluded: `answer_by`, and the réservataires promised dwellings."""

    def answered(self, line: str, day: str, *names: str) -> None:
        """Count something a line did on a day; what is too old for any window is forgotten."""
        days = self.answers.setdefault(line, {})
        counts = days.get(day)
        if counts is None:
            counts = days[day] = {}
            limit = (date.fromisoformat(day) - timedelta(days=REMEMBERED_DAYS)).isoformat()
            while (oldest := next(iter(days))) < limit:
                del days[oldest]
        for name in names:
            counts[name] = counts.get(name, 0) + 1

    def since(self, line: str, day: date, window_days: int) -> dict[str, Counts]:
        """A line's answers of the days of a window that ends with `day`."""
        first, last = (day - timedelta(days=window_days - 1)).isoformat(), day.isoformat()
        return {on: counts for on, counts in self.answers.get(line, {}).items() if first <= on <= last}

    def to_json(self) -> dict[str, Any]:
        """What was seen, as JSON values."""
        return {
            "waiting": {name: waiting.to_json() for name, waiting in self.waiting.items()},
            "answers": self.answers,
            "publics": self.publics,
            "kept": self.kept,
            "credits": self.credits,
            "programmes": self.programmes,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        waiting = {name: Waiting(*each) for name, each in values["waiting"].items()}
        return cls(**{**values, "waiting": waiting})
