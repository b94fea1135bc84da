"""Whether a year closes as a case says: what is owed and why, what makes up for it, next year's convention."""

from collections.abc import Iterator
from typing import Any

from aiguillage.acceptance.case import Case, Closed
from aiguillage.acceptance.matching import misses
from aiguillage.acceptance.playing import Played
from aiguillage.acceptance.watching import WatchedRules
from chassis.rulebook import Rulebook
from chassis.rulebook.faults import Fault
from compliance.domain.closing.closing import closings
from compliance.domain.closing.next_year import next_year_of
from compliance.domain.closing.telling import closing_body
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode, encode
from contracts.values import instant
from flux.calendar import legal_date


def misclosed(case: Case, played: Played, rulebook: Rulebook) -> Iterator[Fault]:
    """Every figure of `closing` that is not so, at its line of the case."""
    rules = WatchedRules(rulebook, played.heard)
    for place, closed in enumerate(case.said.closing):
        found = _closing(case, closed, played, rules)
        if found is None:
            message = f"Attendu : la clôture de {closed.convention}."
            yield case.document.fault(
                ("closing", place), message, "cette convention ne court pas cette année-là"
            )
            continue
        for where, wanted, shown in misses(closed.data, found, ("data",)):
            yield case.document.fault(("closing", place, *where), f"Attendu : {wanted}.", shown)


def _closing(case: Case, closed: Closed, played: Played, rules: WatchedRules) -> dict[str, Any] | None:
    """The closing of a convention from what was emitted before its instant."""
    projection = Projection(f"{case.said.bailleur}:{case.said.departement}")
    for kind, data in played.facts:
        if data["scope"] == projection.scope and instant(data["at"]) < closed.at:
            item: Any = decode(encode(data))
            apply(projection, kind, item)
    year = closed.year or case.said.given[0].at.year
    if not projection.sequence:
        return None
    on = legal_date(closed.at, case.said.departement)
    for each in closings(projection, rules, year, on):
        if each.view.convention.id == closed.convention:
            return closing_body(each, next_year_of(projection, each))
    return None
