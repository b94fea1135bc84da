"""The watch at the end of one civil day: every convention and the scope itself, each in its flux years."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from compliance.domain.closing.correcting import remedy_of
from compliance.domain.forecast.announced import Year
from compliance.domain.ports import Facts, Rulebook
from compliance.domain.progress import view_of
from compliance.domain.state import Projection
from compliance.domain.watch.answering import answers_within
from compliance.domain.watch.judging import Judgement, Subject, judge
from compliance.domain.watch.of_convention import facts_of_convention
from compliance.domain.watch.of_scope import facts_of_today, facts_of_year
from compliance.domain.watch.standing import PRESENT, Standing
from compliance.domain.watch.telling import body_of
from flux.calendar import documents_due
from flux.convention import Convention
from flux.scope import Scope

Told = tuple[str, dict[str, object]]
"""An alert to tell: short type and body."""


def watch(projection: Projection, standing: Standing, book: Rulebook, on: date) -> list[Told]:
    """What changes at the end of a day, applied to `standing`; the same projection and rules give the same."""
    told: list[Told] = []
    seen = set[tuple[str, int]]()
    for subject in _subjects(projection, book, on):
        about = (subject.convention_id or "", subject.year or PRESENT)
        seen.add(about)
        found = list(judge(subject, standing.of(*about), book.rules, on))
        told += [_tell(judgement, standing, book, on) for judgement in found]
    closed = list(_closed(projection, standing, seen))
    return told + [_tell(judgement, standing, book, on) for judgement in closed]


def _tell(judgement: Judgement, standing: Standing, book: Rulebook, on: date) -> Told:
    kind = "alert.raised" if judgement.is_raised else "alert.cleared"
    body = body_of(judgement, book.rules, on, standing.sequence + 1)
    standing.apply(kind, body)
    return kind, body


def _subjects(projection: Projection, book: Rulebook, on: date) -> Iterator[Subject]:
    goings = dict[int, Year]()
    for name in sorted(projection.conventions):
        convention = projection.commitments.terms(name)
        if _is_watched(convention, on):
            yield _of_convention(projection, convention, book, on, goings)
    scope = Scope.parse(projection.scope)
    for year in (on.year - 1, on.year):
        if year == on.year or (on <= documents_due(on.year) and str(year) in projection.tallies):
            yield Subject(scope, year, facts_of_year(projection, year, on, book.rules, book.lists_on(on)))
    facts, concerned = facts_of_today(projection, on, book.lists_on(on))
    yield Subject(scope, None, facts, concerned=concerned)


def _is_watched(convention: Convention, on: date) -> bool:
    """From its first day until its bilan is due."""
    return convention.first_day <= on and (
        convention.last_day.year >= on.year or on <= documents_due(convention.last_day.year + 1)
    )


def _of_convention(
    projection: Projection, convention: Convention, book: Rulebook, on: date, goings: dict[int, Year]
) -> Subject:
    view = view_of(projection, convention.id, day=on, goings=goings)

    def remedy() -> dict[str, Any] | None:
        found = remedy_of(view, book.rules, on)
        return None if found is None else found.body()

    @cache
    def within(window_days: int) -> Facts:
        lines = [line.line for line in view.lines]
        return answers_within(projection.seen, lines, on, window_days)

    facts, concerned = facts_of_convention(projection, view, book)
    return Subject(
        Scope.parse(projection.scope), view.year, facts, convention.id, view.causes, remedy, concerned, within
    )


def _closed(projection: Projection, standing: Standing, seen: set[tuple[str, int]]) -> Iterator[Judgement]:
    """Alerts about what is no longer watched: its year is over, its bilan tells the rest."""
    scope = Scope.parse(projection.scope)
    for (kind, about, year), alert in sorted(standing.alerts.items()):
        if (about, year) not in seen:
            yield Judgement(kind, Subject(scope, year or None, {}, about or None), alert)
