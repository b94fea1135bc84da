"""Where a convention stands: counters, units, what its shares gave, the gap and its causes, where the year heads."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from compliance.domain.announced import Promise, Year, missing, promise_of
from compliance.domain.causes import Account, Causes
from compliance.domain.forecast import LEAST_DAYS, LEAST_FLUX, Ground, Outlook, outlook
from compliance.domain.pace import Pace, pace_of
from compliance.domain.season import Season, months_seen
from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS, Tally
from compliance.domain.views import Commitment, LineView, ProgressView
from flux.caps import AGENTS_CAP, STATE_CAP, cap_in_dwellings
from flux.convention import STATE_KINDS, Convention, Line
from flux.units import DWELLING


def view_of(projection: Projection, convention_id: str, year: int | None = None) -> ProgressView:
    """Where a convention stands in a flux year; by default its own, or the present one when it runs for several."""
    convention = projection.commitments.terms(convention_id)
    day = date.fromisoformat(projection.day(projection.as_of))
    year = year or _present(convention, day)
    names = projection.commitments.lines_of(convention_id)
    lines = tuple(_line(projection, name, year) for name in names)
    going = _going(projection, year, day)
    return ProgressView(
        scope=projection.scope,
        sequence=projection.sequence,
        as_of=projection.as_of,
        day=day,
        year=year,
        convention=convention,
        lines=lines,
        tally=_merged(projection.year(year).lines, names),
        apart=_merged(projection.year(year).apart, names),
        units_by_year=_by_year(projection, names),
        commitment=_commitment(projection, convention, lines, going),
        forecast=_forecast(projection, convention, lines, going),
        flux=going.came,
        outside_flux=projection.outside_flux(year),
    )


def _present(convention: Convention, day: date) -> int:
    return max(convention.year, min(day.year, convention.last_day.year))


def _line(projection: Projection, name: str, year: int) -> LineView:
    ledger, accounts = projection.ledger.year(year), projection.accounts.get(str(year))
    account = accounts.of(name) if accounts is not None else Account()
    expected, engaged = ledger.credit.get(name, 0), ledger.engaged.get(name, 0)
    tally = projection.year(year).lines.get(name)
    return LineView(
        line=name,
        counts={} if tally is None else tally.counts,
        units=account.counted,
        expected=expected,
        engaged=engaged,
        awaited=account.awaited(engaged),
        causes=account.causes(expected),
    )


def _merged(tallies: Mapping[str, Tally], names: list[str]) -> Tally:
    merged = Tally()
    for name in names:
        if name in tallies:
            merged.merge(tallies[name])
    return merged


def _by_year(projection: Projection, names: list[str]) -> dict[int, int]:
    years = projection.ledger.years
    sums = {year: sum(years[year].counted.get(name, 0) for name in names) for year in sorted(years)}
    return {year: units for year, units in sums.items() if units}


def _going(projection: Projection, year: int, day: date) -> Year:
    seen = {int(name): tally.days for name, tally in projection.tallies.items()}
    return Year.of(
        season=Season(months_seen(seen, year), year),
        day=day,
        came=projection.year(year).flux.counts.get(DWELLINGS, 0),
        forecast=projection.commitments.forecasts.get(str(year), {}),
        outside=projection.outside_flux(year),
    )


def _promises(
    projection: Projection, convention: Convention, lines: tuple[LineView, ...], going: Year
) -> list[tuple[LineView, Promise | None]]:
    ended = projection.commitments.ended.get(convention.id)
    last = None if ended is None else date.fromisoformat(ended)
    terms = {line.party: line for line in convention.lines}
    return [
        (line, promise_of(convention, terms[line.line], last, line.expected, going))
        for line in lines
        if line.line in terms
    ]


def _commitment(
    projection: Projection, convention: Convention, lines: tuple[LineView, ...], going: Year
) -> Commitment | None:
    """The sum of what was announced to its lines; None when something was announced to none of them."""
    whole, to_date, causes = 0, 0, Causes()
    for line, promise in _promises(projection, convention, lines, going):
        if promise is None:
            return None
        whole, to_date = whole + promise.whole, to_date + promise.to_date
        causes += missing(promise, line.expected, line.causes, going)
    return Commitment(whole, to_date, causes)


def _forecast(
    projection: Projection, convention: Convention, lines: tuple[LineView, ...], going: Year
) -> Outlook | None:
    """Where its year heads; None too early, once the year is over, or before anything was given to it."""
    early = going.day < date(going.day.year, 1, LEAST_DAYS) or going.came < LEAST_FLUX
    expected = sum(line.expected for line in lines)
    year = projection.year(going.season.year)
    if early or going.day.year != going.season.year or not expected:
        return None
    pace = pace_of(year.days, going.day, going.season, going.flux)
    terms = {line.party: line for line in convention.lines}
    accruing = sum(_to_accrue(line, terms.get(line.line), going, pace) for line in lines)
    ground = Ground(
        credit=expected,
        engaged=sum(line.engaged for line in lines),
        counted=sum(line.units for line in lines),
        awaited=sum(line.awaited for line in lines),
        to_accrue=int(accruing * _allowed(projection, convention, going, pace)),
    )
    return outlook(ground, pace)


def _to_accrue(line: LineView, terms: Line | None, going: Year, pace: Pace) -> Fraction:
    """What shares will still give a line: its part so far of the rest, or what is left of its objective."""
    if terms is None:
        return Fraction()
    if terms.objective is None:
        return Fraction(line.expected * pace.likely, going.came)
    left = max(terms.objective - line.expected, 0)
    if going.flux is None or going.flux <= going.came:
        return Fraction(left)
    return min(Fraction(left), Fraction(left * pace.likely, going.flux - going.came))


def _allowed(projection: Projection, convention: Convention, going: Year, pace: Pace) -> Fraction:
    """The part of what its shares would give the State that its caps leave room for (CCH art. R.441-5-2)."""
    allowed = Fraction(1)
    if not convention.is_state or going.flux is None or not going.came:
        return allowed
    for kinds, cap in ((STATE_KINDS, STATE_CAP), (frozenset({"etat_agents"}), AGENTS_CAP)):
        held = _credited(projection, going.season.year, kinds)
        to_come = Fraction(held * pace.likely, going.came)
        if convention.kind in kinds and to_come:
            room = max(cap_in_dwellings(cap, going.flux) * DWELLING - held, 0)
            allowed = min(allowed, Fraction(room, to_come))
    return allowed


def _credited(projection: Projection, year: int, kinds: frozenset[str]) -> int:
    """What shares gave so far to all conventions of some kinds."""
    credit = projection.ledger.year(year).credit
    of_kind = {name for name, body in projection.conventions.items() if body["reservataire"]["kind"] in kinds}
    return sum(units for line, units in credit.items() if projection.lines.get(line) in of_kind)
