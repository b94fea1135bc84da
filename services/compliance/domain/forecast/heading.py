"""Where a convention's year heads: what its shares will still give it, and the forecast that stands on it."""

from datetime import date
from fractions import Fraction

from compliance.domain.forecast.announced import Year
from compliance.domain.forecast.outlook import LEAST_DAYS, LEAST_FLUX, Ground, Outlook, outlook
from compliance.domain.forecast.pace import Pace, pace_of
from compliance.domain.state import Projection
from compliance.domain.views import LineView
from flux.caps import by_kinds, cap_in_dwellings
from flux.convention import Convention, Line
from flux.law import LAW
from flux.units import DWELLING


def heading(
    projection: Projection, convention: Convention, lines: tuple[LineView, ...], going: Year
) -> Outlook | None:
    """The forecast; None too early, once the year is over, or before anything was given to the convention."""
    early = going.day < date(going.day.year, 1, LEAST_DAYS) or going.came < LEAST_FLUX
    expected = sum(line.expected for line in lines)
    if early or going.day.year != going.season.year or not expected:
        return None
    pace = pace_of(projection.year(going.season.year).days, going.day, going.season, going.flux)
    given = _given(projection, going) * pace.likely
    terms = {line.party: line for line in convention.lines}
    accruing = sum(_to_accrue(line, terms.get(line.line), going, pace, given) for line in lines)
    ground = Ground(
        credit=expected,
        engaged=sum(line.engaged for line in lines),
        counted=sum(line.units for line in lines),
        awaited=sum(line.awaited for line in lines),
        to_accrue=int(accruing * _allowed(projection, convention, going, given)),
    )
    return outlook(ground, pace)


def _given(projection: Projection, going: Year) -> Fraction:
    """What a further dwelling of the flux multiplies: each unit credited so far gives so many more.

    A dwelling refused is credited anew at its further rounds. Those in hand have not told yet how many they will
    have: only the others are counted on.
    """
    credited = sum(projection.ledger.year(going.season.year).credit.values())
    in_hand = sum(held.year == going.season.year for held in projection.held.values())
    told = max(going.came - in_hand, going.came // 4, 1)
    rounds = 1 + Fraction(max(credited - going.came * DWELLING, 0), told * DWELLING)
    return Fraction(rounds * DWELLING, max(credited, 1))


def _to_accrue(line: LineView, terms: Line | None, going: Year, pace: Pace, given: Fraction) -> Fraction:
    """What shares will still give a line: as so far, or what is left of its objective."""
    if terms is None:
        return Fraction()
    due, base = terms.due_in(going.season.year), line.expected - line.carried
    if terms.objective is None:
        return base * given + _as_announced(due - line.carried, going, pace)
    return _as_announced(max(terms.objective + due - line.expected, 0), going, pace)


def _as_announced(left: int, going: Year, pace: Pace) -> Fraction:
    """What is left of a number of units, less when fewer dwellings come than announced."""
    if going.flux is None or going.flux <= going.came:
        return Fraction(left)
    return left * min(Fraction(1), Fraction(pace.likely, going.flux - going.came))


def _allowed(projection: Projection, convention: Convention, going: Year, given: Fraction) -> Fraction:
    """The part of what its shares would give the State that its caps leave room for (CCH art. R.441-5-2)."""
    allowed = Fraction(1)
    if not convention.is_state or going.flux is None:
        return allowed
    for kinds, bound, _ in by_kinds(LAW.caps(going.day)):
        held = _credited(projection, going.season.year, kinds)
        to_come = held * given
        if convention.kind in kinds and to_come:
            room = max(cap_in_dwellings(bound.units, going.flux) * DWELLING - held, 0)
            allowed = min(allowed, Fraction(room, to_come))
    return allowed


def _credited(projection: Projection, year: int, kinds: frozenset[str]) -> int:
    """What shares gave so far to all conventions of some kinds."""
    credit = projection.ledger.year(year).credit
    of_kind = {name for name, body in projection.conventions.items() if body["reservataire"]["kind"] in kinds}
    return sum(units for line, units in credit.items() if projection.lines.get(line) in of_kind)
