"""What the rules of `conformite` may test of a whole scope in one flux year: caps, shares, exclusions, what waits."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compliance.domain.forecast.announced import Year
from compliance.domain.forecast.pace import pace_of
from compliance.domain.ports import Facts, Lists, Rules
from compliance.domain.progress import going_of
from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS, Tally
from compliance.domain.watch.of_convention import Concerned, codes_of, merged
from compliance.domain.watch.percent import percent
from compliance.domain.watch.seen import Waiting
from flux.calendar import documents_due
from flux.caps import by_kinds, cap_in_dwellings
from flux.convention import STATE_KINDS, Convention
from flux.law import Caps
from flux.scope import Scope
from flux.units import DWELLING


def facts_of_year(
    projection: Projection, year: int, day: date, rules: Rules, lists: Lists
) -> dict[str, object]:
    """A scope in a flux year as of the end of `day`: its flux, its caps, its exclusions, its publics."""
    going = going_of(projection, year, day)
    return {
        **_where(projection, day),
        "flux.dwellings": going.came,
        "flux.foreseen": _foreseen(projection, going),
        **_state(projection, going, caps_in_force(rules, day, Scope.parse(projection.scope))),
        **_exclusions(projection, going),
        **_quartile(projection, year, lists),
    }


def facts_of_today(projection: Projection, day: date, lists: Lists) -> tuple[dict[str, object], Concerned]:
    """What is so in a scope at the end of `day`, whatever year it began in, and what it is about."""
    concerned = Concerned()
    facts = {
        **_where(projection, day),
        **_conventions(projection, day, lists, concerned),
        **_waiting(projection, day, concerned),
    }
    return facts, concerned


def _where(projection: Projection, day: date) -> Facts:
    scope = Scope.parse(projection.scope)
    return {
        "vacancy.bailleur": scope.bailleur,
        "vacancy.departement": scope.departement,
        "progress.month": day.month,
    }


def caps_in_force(rules: Rules, day: date, scope: Scope) -> Caps:
    """The State's caps on a day: the law's, or lower ones of the rules (CCH art. R.441-5-2)."""
    where = {"vacancy.bailleur": scope.bailleur, "vacancy.departement": scope.departement}
    said = rules.verdict("rotation", day, scope.departement, scope.bailleur, where).value("caps")
    return rules.law.caps(day).lowered(said, "caps")


def _state(projection: Projection, going: Year, caps: Caps) -> Facts:
    """What the State holds above its caps of the year's flux, and both readings of its part outside QPV."""
    year, foreseen = going.season.year, _foreseen(projection, going)
    engaged = projection.ledger.year(year).engaged
    facts: dict[str, object] = {}
    for name, (kinds, bound, _) in zip(("state", "agents"), by_kinds(caps), strict=True):
        held = sum(engaged.get(line, 0) for line in _lines(projection, kinds))
        facts[f"{name}.over_cap"] = Decimal(held) / DWELLING - cap_in_dwellings(bound.units, foreseen)
    of_state = [projection.year(year).lines.get(line) for line in _lines(projection, STATE_KINDS)]
    mine = [_by_qpv(tally, "proposed") for tally in of_state if tally is not None]
    inside, outside = sum(each[0] for each in mine), sum(each[1] for each in mine)
    _, all_outside = _by_qpv(projection.year(year).flux, DWELLINGS)
    if all_outside:
        facts["state.outside_qpv_percent"] = percent(outside, all_outside)
    if inside + outside:
        facts["state.own_outside_qpv_percent"] = percent(outside, inside + outside)
    return facts


def _foreseen(projection: Projection, going: Year) -> int:
    """The flux of the whole year, in dwellings: what came, and what the pace and the forecast let expect."""
    if going.day.year > going.season.year:
        return going.came
    days = projection.year(going.season.year).days
    return going.came + int(pace_of(days, going.day, going.season, going.flux).likely)


def _lines(projection: Projection, kinds: frozenset[str]) -> Iterator[str]:
    of_kind = {name for name, body in projection.conventions.items() if body["reservataire"]["kind"] in kinds}
    return (line for line, name in projection.lines.items() if name in of_kind)


def _by_qpv(tally: Tally, counter: str) -> tuple[int, int]:
    values = tally.by.get("qpv", {})
    return values.get("qpv", {}).get(counter, 0), values.get("hors_qpv", {}).get(counter, 0)


def _exclusions(projection: Projection, going: Year) -> Facts:
    """Exclusions above those announced for the days elapsed; days without the forecast due by the legal date."""
    year, late = going.season.year, 0
    if str(year) not in projection.commitments.forecasts and _is_committed(projection, year):
        late = max((going.day - documents_due(year)).days, 0)
    facts: dict[str, object] = {"forecast.days_late": late}
    if going.operations is not None:
        facts["exclusions.over_dwellings"] = Decimal(int(going.excess * 100)) / 100
        facts["exclusions.over_percent"] = percent(going.excess, Fraction(max(going.operations, 1)))
    return facts


def _is_committed(projection: Projection, year: int) -> bool:
    """Whether a convention runs in a year: before the first one nobody is owed its forecast."""
    terms = (projection.commitments.terms(name) for name in projection.conventions)
    return any(each.first_day.year <= year <= each.last_day.year for each in terms)


def _quartile(projection: Projection, year: int, lists: Lists) -> Facts:
    counts = merged(projection.seen.publics.get(str(year), {}).values())
    outside = {key: number for key, number in counts.items() if key.startswith("hors_qpv:")}
    first = sum(n for key, n in outside.items() if any(map(lists.is_first_quartile, codes_of(key))))
    known = sum(outside.values())
    return {"publics.outside_qpv": known, "publics.quartile_percent": percent(first, known)}


def _conventions(projection: Projection, day: date, lists: Lists, concerned: Concerned) -> Facts:
    terms = [projection.commitments.terms(name) for name in sorted(projection.conventions)]
    last = {each.id: _last_day(projection, each) for each in terms}
    in_force = [each for each in terms if each.first_day <= day <= last[each.id]]
    without: dict[str, int] = {}
    covered = {each.reservataire for each in in_force}
    for each in terms:
        if each.id in projection.commitments.ended and each.last_day < day:
            continue  # it was ended, and the term it was signed for is over: nothing is due any more
        if each.reservataire not in covered and last[each.id] < day:
            days = (day - last[each.id]).days
            without[each.reservataire] = min(days, without.get(each.reservataire, days))
    for programme in projection.seen.programmes.values():
        for name in programme["reservataires"]:
            if name not in covered:
                without.setdefault(name, 1)
    concerned["conventions.missing_days"] = dict(sorted(without.items()))
    return {
        "conventions.missing": len(without),
        "conventions.missing_days": max(without.values(), default=0),
        "conventions.shares_percent": percent(_most_shared(in_force, lists), DWELLING),
    }


def _last_day(projection: Projection, convention: Convention) -> date:
    ended = projection.commitments.ended.get(convention.id)
    return convention.last_day if ended is None else min(convention.last_day, date.fromisoformat(ended))


def _most_shared(conventions: list[Convention], lists: Lists) -> int:
    """The largest sum of shares, in units of a dwelling, over the communes that some line names, or none does."""
    lines = [line for each in conventions for line in each.lines if line.share]
    communes = {""}
    for line in lines:
        named = lists.territories.members.get(line.territory.code or "", frozenset())
        communes |= line.territory.communes or named
    return max(
        sum(line.share or 0 for line in lines if line.territory.contains(commune, lists.territories))
        for commune in communes
    )


def _waiting(projection: Projection, day: date, concerned: Concerned) -> Facts:
    """Dwellings that wait, those open twice, concertations past their day."""
    waiting = projection.seen.waiting
    days = {name: (day - date.fromisoformat(each.since)).days for name, each in waiting.items()}
    by_dwelling: dict[str, list[str]] = {}
    for name, each in waiting.items():
        by_dwelling.setdefault(each.dwelling_id, []).append(name)
    twice = [name for names in by_dwelling.values() if len(names) > 1 for name in names]
    late = {
        name: (day - _concerted_by(projection, each)).days
        for name, each in waiting.items()
        if each.step == "concertation"
    }
    concerned["waiting.days"] = dict(days)
    concerned["waiting.twice"] = dict.fromkeys(twice)
    concerned["concertation.days_late"] = dict(late)
    return {
        "waiting.days": max([0, *days.values()]),
        "waiting.twice": sum(len(names) > 1 for names in by_dwelling.values()),
        "concertation.days_late": max([0, *late.values()]),
    }


def _concerted_by(projection: Projection, waiting: Waiting) -> date:
    """The last day to answer the concertation of a first letting; one never opened is late from the start."""
    programme = projection.seen.programmes.get(waiting.programme or "")
    return date.fromisoformat(waiting.since if programme is None else programme["answer_by"])
