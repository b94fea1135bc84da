"""Where a convention stands: counters, units, what its shares gave, the gap and its causes, where the year heads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from compliance.domain.causes import Account, Causes
from compliance.domain.forecast.announced import Promise, Year, carry_to_date, missing, promise_of
from compliance.domain.forecast.heading import heading
from compliance.domain.forecast.season import Season, months_seen
from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS, Tally
from compliance.domain.views import Commitment, LineView, ProgressView
from flux.convention import Convention, Line


def view_of(
    projection: Projection,
    convention_id: str,
    year: int | None = None,
    day: date | None = None,
    goings: dict[int, Year] | None = None,
) -> ProgressView:
    """Where a convention stands in a flux year; by default its own, or the present one when it runs for several.

    `day` is the last civil day that counts as elapsed: by default that of the last item. `goings` keeps what several
    views of one scope and day share.
    """
    convention = projection.commitments.terms(convention_id)
    day = day or date.fromisoformat(projection.day(projection.as_of))
    year = year or _present(convention, day)
    names = projection.commitments.lines_of(convention_id)
    goings = {} if goings is None else goings
    if year not in goings:
        goings[year] = going_of(projection, year, day)
    going = goings[year]
    lines = tuple(_owing(projection, convention, _line(projection, name, year), going) for name in names)
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
        forecast=heading(projection, convention, lines, going),
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
        carried=ledger.carry.get(name, 0),
    )


def _owing(projection: Projection, convention: Convention, line: LineView, going: Year) -> LineView:
    """A line with what it is owed: an objective by what was promised, a share by what it gave."""
    terms = next((each for each in convention.lines if each.party == line.line), None)
    base, owed, uncarried = line.expected - line.carried, line.causes, 0
    if terms is not None:
        last = _last_day(projection, convention)
        uncarried = carry_to_date(convention, terms, last, going) - line.carried
        promise = _promise(projection, convention, terms, line, going)
        if terms.objective is None or promise is None:
            owed += Causes(flux=uncarried)
        else:
            base, owed = terms.objective, missing(promise, line.expected, line.causes, going)
    return replace(line, base=base, owed=owed, uncarried=uncarried)


def _promise(
    projection: Projection, convention: Convention, terms: Line, line: LineView, going: Year
) -> Promise | None:
    base = line.expected - line.carried
    return promise_of(convention, terms, _last_day(projection, convention), base, going)


def _last_day(projection: Projection, convention: Convention) -> date | None:
    ended = projection.commitments.ended.get(convention.id)
    return None if ended is None else date.fromisoformat(ended)


def _merged(tallies: Mapping[str, Tally], names: list[str]) -> Tally:
    """The tallies of several lines added up; that of a single one itself: it is read only."""
    found = [tallies[name] for name in names if name in tallies]
    if len(found) == 1:
        return found[0]
    merged = Tally()
    for tally in found:
        merged.merge(tally)
    return merged


def _by_year(projection: Projection, names: list[str]) -> dict[int, int]:
    years = projection.ledger.years
    sums = {year: sum(years[year].counted.get(name, 0) for name in names) for year in sorted(years)}
    return {year: units for year, units in sums.items() if units}


def going_of(projection: Projection, year: int, day: date) -> Year:
    """A flux year of the scope as announced, and as it goes by the end of `day`."""
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
    terms = {line.party: line for line in convention.lines}
    return [
        (line, _promise(projection, convention, terms[line.line], line, going))
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
