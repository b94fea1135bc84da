"""What a year came to, read from compliance's projections: per réservataire, exclusions, worst deviation."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any

from compliance.domain.projection import Projection
from flux.units import BAILLEUR, DWELLING, fraction_text


@dataclass(slots=True)
class Standing:
    """A party over all its scopes: units of a dwelling, and counts of proposals."""

    party: str
    expected: int = 0
    engaged: int = 0
    counted: int = 0
    worst: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, projection: Projection, year: int, line: str) -> None:
        """Add what one line of it came to in one scope."""
        ledger = projection.ledger.year(year)
        self.expected += ledger.credit.get(line, 0)
        self.engaged += ledger.engaged.get(line, 0)
        self.counted += ledger.counted.get(line, 0)
        self.worst = max(self.worst, projection.worst.get(line, 0))
        tally = projection.year(year).lines.get(line)
        if tally is not None:
            _add(self.counts, tally.counts)


@dataclass(slots=True)
class Summary:
    """A year over all scopes; `flux` counts the dwellings that followed the rotation."""

    year: int
    standings: list[Standing]
    outcomes: dict[str, int]
    outside_flux: dict[str, int]
    concertations: dict[str, int] = field(default_factory=dict)
    """Programmes opened and concluded, their dwellings each way, and what was counted apart."""

    @property
    def flux(self) -> Fraction:
        """Dwellings credited, further rounds included."""
        return Fraction(sum(standing.expected for standing in self.standings), DWELLING)

    @property
    def worst(self) -> Standing | None:
        """The party that was ever furthest from what it was due."""
        return max(self.standings, key=lambda standing: standing.worst, default=None)

    def to_json(self) -> dict[str, Any]:
        """The summary as JSON values; units as fraction texts."""
        rows = []
        for standing in self.standings:
            row = asdict(standing)
            for name in ("expected", "engaged", "counted", "worst"):
                row[name] = fraction_text(row[name])
            rows.append(row)
        return {
            "year": self.year,
            "standings": rows,
            "outcomes": self.outcomes,
            "outside_flux": self.outside_flux,
            "concertations": self.concertations,
        }


def summarize(projections: Iterable[Projection], year: int) -> Summary:
    """Add up the projections of a year, réservataires in order of what they expect, the bailleurs last."""
    standings: dict[str, Standing] = {}
    outcomes: dict[str, int] = {}
    outside: dict[str, int] = {}
    concerted: dict[str, int] = {}
    for projection in projections:
        for line, party in _parties(projection).items():
            standings.setdefault(party, Standing(party)).add(projection, year, line)
        _add(outcomes, projection.outcomes.get(str(year), {}))
        _add(outside, projection.outside_flux(year))
        _add(concerted, projection.concertations.get(str(year), {}))
        for counts in projection.ledger.year(year).counts.values():
            _add(concerted, {name: n for name, n in counts.items() if name.startswith("apart_")})
    ordered = sorted(standings.values(), key=lambda s: (s.party == BAILLEUR, -s.expected, s.party))
    return Summary(year, ordered, dict(sorted(outcomes.items())), dict(sorted(outside.items())), concerted)


def _parties(projection: Projection) -> dict[str, str]:
    """The party of each line of a scope, the bailleur's remainder included."""
    names = {
        line: str(projection.conventions[name]["reservataire"]["id"])
        for line, name in projection.lines.items()
        if name in projection.conventions
    }
    return {**names, BAILLEUR: BAILLEUR}


def _add(into: dict[str, int], counts: dict[str, int]) -> None:
    for name, number in counts.items():
        into[name] = into.get(name, 0) + number
