"""Who a bilan is about: each réservataire of each bailleur, with its counters of the year and where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance.bilan.counting import StreamCount
from compliance.domain.progress import view_of
from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS, Tally
from compliance.domain.views import ProgressView
from flux.convention import Convention
from flux.scope import Scope
from flux.units import BAILLEUR, TOUR

NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Watched:
    """One scope: its projection, and the same items counted straight."""

    projection: Projection
    counted: StreamCount

    @property
    def scope(self) -> Scope:
        """Its bailleur and département."""
        return Scope.parse(self.projection.scope)

    @property
    def last_day(self) -> date:
        """Civil day of its last item."""
        return date.fromisoformat(self.projection.day(self.projection.as_of))


@dataclass(frozen=True, slots=True)
class Party:
    """A réservataire under one convention, or without one when a concertation gave to it; in one flux year."""

    scope: Scope
    reservataire: str
    name: str
    kind: str
    convention: str
    tally: Tally
    apart: Tally
    view: ProgressView | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A bailleur in a département in one flux year: its dwellings, its réservataires."""

    watched: Watched
    year: int
    parties: tuple[Party, ...] = field(default=())

    @classmethod
    def of(cls, watched: Watched, year: int, on: date) -> "Standing":
        """Where a scope stands in a flux year when a day ends; no item of it came later.

        After the year it is counted whole, as its close does, whenever its own last item came.
        """
        return cls(watched, year, tuple(_parties(watched.projection, year, on)))

    @property
    def scope(self) -> Scope:
        """Its bailleur and département."""
        return self.watched.scope

    @property
    def flux(self) -> int:
        """Dwellings of its flux."""
        return self.watched.projection.year(self.year).flux.counts.get(DWELLINGS, 0)

    @property
    def outside(self) -> Mapping[str, int]:
        """Dwellings outside it, by reason."""
        return self.watched.projection.outside_flux(self.year)

    @property
    def kept(self) -> int:
        """Dwellings of the flux that nobody had reserved or took: the bailleur's own turn and hand-backs."""
        tally = self.watched.projection.year(self.year).lines.get(BAILLEUR)
        return 0 if tally is None else tally.counts.get("kept", 0)

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in the year."""
        moved = any(
            any(party.tally.counts.values()) or any(party.apart.counts.values()) for party in self.parties
        )
        return not (self.flux or self.outside or moved)


def _parties(projection: Projection, year: int, day: date) -> Iterable[Party]:
    tallies, scope = projection.year(year), Scope.parse(projection.scope)
    names = {
        body["reservataire"]["id"]: body["reservataire"].get("name") or ""
        for _, body in sorted(projection.conventions.items())
    }
    for convention in _conventions(projection, year):
        lines = projection.commitments.lines_of(convention.id)
        yield Party(
            scope=scope,
            reservataire=convention.reservataire,
            name=names[convention.reservataire],
            kind=convention.kind,
            convention=convention.id,
            tally=_merged(tallies.lines, lines),
            apart=_merged(tallies.apart, lines),
            view=view_of(projection, convention.id, year, day),
        )
    for line in sorted({*tallies.lines, *tallies.apart} - {*projection.lines, BAILLEUR}):
        reservataire, apart = line.removeprefix(TOUR), tallies.apart.get(line, NOTHING)
        name = names.get(reservataire, "")
        yield Party(scope, reservataire, name, "", "", tallies.lines.get(line, NOTHING), apart, None)


def _conventions(projection: Projection, year: int) -> list[Convention]:
    """Those in force some day of the year, or to which something happened in it; by réservataire, then name."""
    found = [
        convention
        for name in projection.conventions
        if _concerns(projection, convention := projection.commitments.terms(name), year)
    ]
    return sorted(found, key=lambda convention: (convention.reservataire, convention.id))


def _concerns(projection: Projection, convention: Convention, year: int) -> bool:
    ended = projection.commitments.ended.get(convention.id)
    last = min(convention.last_day, date.max if ended is None else date.fromisoformat(ended))
    if convention.first_day.year <= year <= last.year:
        return True
    tallies = projection.year(year)
    lines = projection.commitments.lines_of(convention.id)
    return any(line in tallies.lines or line in tallies.apart for line in lines)


def _merged(tallies: Mapping[str, Tally], names: Iterable[str]) -> Tally:
    merged = Tally()
    for name in names:
        if name in tallies:
            merged.merge(tallies[name])
    return merged
