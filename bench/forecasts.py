"""How honest the forecast is: sample years played to their end, forecasts made on the way held against it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import Any

from aiguillage.lines import SAMPLE, event_time, topic_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from bench.material import VACANCY, book
from bench.report import Row, Section
from bench.sizes import Sizes
from compliance.domain.forecast.outlook import Outlook
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection, apply
from contracts.rejected import Rejected
from flux.units import DWELLING
from orientation.domain.instants import instant

YEAR = 2026
MONTHS = range(4, 12)
"""Forecasts are made when these months end, to be held against the units of 31 December."""
LEAST, MOST = 70.0, 95.0
SHOCK, SEEN = datetime(YEAR, 7, 1, tzinfo=UTC), 8
"""When the flux changes, and the end of the month from which its latest pace shows it."""


@dataclass(frozen=True, slots=True)
class Regime:
    """A kind of year: what becomes of its vacancies, and whether the year before is known."""

    name: str
    keeps_before: int = 100
    keeps_after: int = 100
    knows_a_season: bool = False

    @property
    def has_a_shock(self) -> bool:
        """Whether the flux changes at `SHOCK`: no forecast made before can know."""
        return self.keeps_before != self.keeps_after

    def lines(self, departement: str, vacancies: int, seed: int) -> list[bytes]:
        """The sample lines of such a year, some vacancies left out before or after the shock."""
        before = list(make_sample(departement, vacancies, seed, YEAR - 1)) if self.knows_a_season else []
        lines = make_sample(departement, vacancies, seed, YEAR)
        return before + [line for number, line in enumerate(lines) if self._keeps(line, number)]

    def _keeps(self, line: bytes, number: int) -> bool:
        percent = self.keeps_before if event_time(line) < SHOCK else self.keeps_after
        return VACANCY not in line or number * 37 % 100 < percent


REGIMES = (
    Regime("ordinary"),
    Regime("season known", knows_a_season=True),
    Regime("halved from July", keeps_after=50),
    Regime("doubled from July", keeps_before=50),
)
TRIED = ("59", 21), ("34", 22), ("92", 23), ("974", 24)
"""Départements and seeds nothing was tuned on: that was done on 48, 75, 13, 31, 93 and 69 with other seeds."""


@dataclass(slots=True)
class Watch:
    """Follows a year: the forecasts made when months end, and what each convention came to."""

    projections: dict[str, Projection] = field(default_factory=dict)
    made: list[tuple[str, int, Outlook]] = field(default_factory=list)
    came: dict[str, int] = field(default_factory=dict)
    _month: dict[str, int] = field(default_factory=dict)

    def follow(self, kind: str, data: dict[str, Any]) -> None:
        """Take in a fact; forecast first when it is the first of a month."""
        scope = data["scope"]
        projection = self.projections.setdefault(scope, Projection(scope))
        if projection.sequence:
            self._turn(projection, instant(data["at"]))
        apply(projection, kind, data)

    def _turn(self, projection: Projection, at: datetime) -> None:
        day, month = date.fromisoformat(projection.day(projection.as_of)), 12 * (at.year - YEAR) + at.month
        if month == self._month.get(projection.scope):
            return
        self._month[projection.scope] = month
        if day.year != YEAR:
            return
        for name in projection.conventions:
            view = view_of(projection, name)
            if view.year != YEAR:
                continue
            if month > 12:
                self.came[name] = view.units
            elif month - 1 in MONTHS and view.forecast is not None:
                self.made.append((name, month - 1, view.forecast))


def played(lines: list[bytes]) -> Watch:
    """A year with its parties' answers, watched."""
    watch = Watch()
    for kind, data in played_facts(lines):
        watch.follow(kind, data)
    return watch


def played_facts(lines: list[bytes]) -> list[tuple[str, dict[str, Any]]]:
    """Every fact of a year with its parties' answers, each at its time."""
    player, facts = Player(lines), list[tuple[str, dict[str, Any]]]()
    waiting = [(event_time(line), n, line) for n, line in enumerate(lines) if topic_of(line) != SAMPLE]
    heapify(waiting)

    def hear(kind: str, data: dict[str, Any]) -> None:
        facts.append((kind, data))
        for at, answer in _answers(player, kind, data):
            heappush(waiting, (at, len(lines) + len(facts), answer))

    with Scratch() as scratch:
        simulation = Simulation(book(), scratch, hear)
        while waiting:
            _apply(simulation, heappop(waiting)[2])
    return facts


def _apply(simulation: Simulation, line: bytes) -> None:
    try:
        simulation.apply(line)
    except Rejected:
        return


def _answers(player: Player, kind: str, data: dict[str, Any]) -> Iterator[tuple[datetime, bytes]]:
    at = instant(data["at"])
    if kind == "proposal.issued":
        yield from player.answers(data, at)
    elif kind == "concertation.proposed":
        yield from player.concertation_answers(data, at)
    elif kind == "orientation.decided" and data["outcome"] == "pre_assigned":
        yield from player.confirmations(data, at)


@dataclass(slots=True)
class Coverage:
    """How often the end fell inside, how wide the interval was, how far the likely figure was."""

    made: int = 0
    inside: int = 0
    width: Fraction = Fraction()
    off: Fraction = Fraction()

    def add(self, forecast: Outlook, came: int) -> None:
        """Hold a forecast against what came."""
        self.made += 1
        self.inside += forecast.low <= came <= forecast.high
        self.width += Fraction(forecast.high - forecast.low, DWELLING)
        self.off += Fraction(abs(forecast.units - came), DWELLING)

    @property
    def percent(self) -> float:
        """Of the forecasts made, those that held."""
        return 100 * self.inside / max(self.made, 1)

    def figures(self) -> dict[str, float]:
        """The columns of the table."""
        return {
            "forecasts": self.made,
            "inside %": self.percent,
            "tenths of a dwelling wide": float(10 * self.width / max(self.made, 1)),
            "tenths off": float(10 * self.off / max(self.made, 1)),
        }


def measure(sizes: Sizes) -> Section:
    """The section: coverage by regime; where the flux changes, before it can be seen and after."""
    section = Section("forecasts", "forecast to year end: how often the interval of 8 chances in 10 held")
    for regime in REGIMES:
        watches = [
            played(regime.lines(departement, sizes.forecast_vacancies, seed))
            for departement, seed in TRIED[: sizes.forecast_years]
        ]
        if regime.has_a_shock:
            blind = _coverage(watches, range(SEEN))
            section.rows.append(Row(f"{regime.name}, not seen yet", blind.figures()))
        found = _coverage(watches, range(SEEN, 13) if regime.has_a_shock else MONTHS)
        section.rows.append(Row(regime.name, found.figures()))
        section.at_least(f"{regime.name}: at least 70 % of year ends inside", found.percent, LEAST)
        section.at_most(f"{regime.name}: at most 95 %, or it would say nothing", found.percent, MOST)
    section.notes += [
        "Forecasts made when April to November end, for every convention, against the units of 31 December;",
        f"départements and seeds {', '.join(f'{place}/{seed}' for place, seed in TRIED)}: none was tuned on.",
        "A flux that is to change cannot be foreseen: what was forecast before it showed is told, not promised.",
    ]
    return section


def _coverage(watches: list[Watch], months: range) -> Coverage:
    found = Coverage()
    for watch in watches:
        for name, month, forecast in watch.made:
            if name in watch.came and month in months:
                found.add(forecast, watch.came[name])
    return found
