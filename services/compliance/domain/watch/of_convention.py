"""What the rules of `conformite` may test of one convention, beside its progress."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from compliance.domain.ports import Facts, Lists, Rulebook, Rules
from compliance.domain.state import Projection
from compliance.domain.tallies import DWELLINGS, Counts, Tally
from compliance.domain.telling import facts_of
from compliance.domain.views import ProgressView
from compliance.domain.watch.percent import percent
from compliance.domain.watch.reporting import reports_due
from flux.calendar import legal_date
from flux.units import DWELLING

Concerned = dict[str, dict[str, int | None]]
"""By fact, the vacancies or réservataires it is about, each with its own figure, if it has one."""
TOTAL = "total"
"""Key of the criteria's balances that adds up everything engaged."""


def facts_of_convention(
    projection: Projection, view: ProgressView, book: Rulebook
) -> tuple[dict[str, object], Concerned]:
    """Its progress as of the end of `view.day`, its criteria, its publics, its reports.

    Beside them, the vacancies that some facts are about. What it answered depends on the window a rule says:
    `answers_within`.
    """
    lines, lists, progress = [line.line for line in view.lines], book.lists_on(view.day), facts_of(view)
    overdue, own = _overdue(projection, lines, view.day), _own(projection, view, lists)
    facts = {
        **progress,
        **_report(projection, view, book.rules, progress),
        **_pace(view),
        "answers.days_overdue": max([0, *overdue.values()]),
        **_criteria(projection, view, lines),
        **_publics(projection, view, lines, lists),
        "credits.dwellings": len(own),
    }
    return facts, {"answers.days_overdue": dict(overdue), "credits.dwellings": dict.fromkeys(own)}


def _report(projection: Projection, view: ProgressView, rules: Rules, facts: Facts) -> Facts:
    """Days since the first report that is missing was due."""
    due = reports_due(projection, view, rules, facts)
    if due is None:
        return {}
    return {"report.days_late": next((each.days_late for each in due if not each.is_reported), 0)}


def _pace(view: ProgressView) -> Facts:
    """Against what its shares gave, and against what was announced for the year."""
    late = max(view.gap - view.awaited, 0)
    facts: dict[str, object] = {
        "progress.late_percent": percent(late, view.expected),
        "progress.ahead_percent": percent(max(-view.gap, 0), view.expected),
        "commitment.in_number": all(line.objective is not None for line in view.convention.lines),
    }
    if view.commitment is None:
        return facts
    missing = max(view.commitment.missing - view.awaited, 0)
    facts["commitment.to_date"] = percent(max(view.commitment.to_date, 0), 100 * DWELLING)
    facts["commitment.missing_percent"] = percent(missing, max(view.commitment.to_date, 0))
    if view.forecast is not None and view.commitment.year > 0:
        beyond = max(view.commitment.year - view.forecast.high, 0)
        facts["progress.shortfall_percent"] = percent(beyond, view.commitment.year)
    return facts


def _overdue(projection: Projection, lines: list[str], day: date) -> dict[str, int]:
    """Days since the answer was due of each vacancy proposed and not decided."""
    departement = projection.scope.partition(":")[2]
    return {
        name: (day - legal_date(datetime.fromisoformat(waiting.due), departement)).days
        for name, waiting in projection.seen.waiting.items()
        if waiting.line in lines and waiting.due and waiting.step in {"proposed", "designated"}
    }


def _criteria(projection: Projection, view: ProgressView, lines: list[str]) -> Facts:
    """How far the dwellings it was given are from the shares its convention aims at, and from the flux's QPV."""
    mix = projection.ledger.year(view.year).mix
    total = sum(mix.get(f"{line}|{TOTAL}", 0) for line in lines)
    short = Decimal(0)
    for criterion in view.convention.criteria:
        if criterion.kind == "target" and total:
            had = sum(mix.get(f"{line}|{criterion.key}", 0) for line in lines)
            short = max(short, percent(criterion.target, DWELLING) - percent(had, total))
    of_flux = _in_qpv(projection.year(view.year).flux, DWELLINGS)
    own = _in_qpv(view.tally, "proposed")
    return {
        "criteria.dwellings": Decimal(total) / DWELLING,
        "criteria.shortfall_points": short,
        "criteria.qpv_excess_points": Decimal(0) if None in {own, of_flux} else (own or 0) - (of_flux or 0),
    }


def _in_qpv(tally: Tally, counter: str) -> Decimal | None:
    """Percent of a counter that lies in a priority neighbourhood; None of nothing."""
    values = tally.by.get("qpv", {})
    numbers = {name: counts.get(counter, 0) for name, counts in values.items()}
    whole = sum(numbers.values())
    return percent(numbers.get("qpv", 0), whole) if whole > 0 else None


def _publics(projection: Projection, view: ProgressView, lines: list[str], lists: Lists) -> Facts:
    """Attributions whose publics were told."""
    tables = projection.seen.publics.get(str(view.year), {})
    counts = merged(tables.get(line, {}) for line in lines)
    known = sum(counts.values())
    prior = sum(n for key, n in counts.items() if any(map(lists.is_priority, codes_of(key))))
    return {"publics.known": known, "publics.priority_percent": percent(prior, known)}


def _own(projection: Projection, view: ProgressView, lists: Lists) -> list[str]:
    """Vacancies of its own that the bailleur gave to its public (seed, theme 10)."""
    return sorted(
        vacancy
        for vacancy, (name, _, year, codes) in projection.seen.credits.items()
        if name == view.convention.id
        and year == view.year
        and any(lists.is_public_of(code, view.convention.kind) for code in codes)
    )


def codes_of(key: str) -> list[str]:
    """The publics of a key of `Seen.publics`."""
    return key.partition(":")[2].split("+")


def merged(tables: Iterable[Counts]) -> Counts:
    """Several tables of counts added up."""
    found: Counts = {}
    for table in tables:
        for name, number in table.items():
            found[name] = found.get(name, 0) + number
    return found
