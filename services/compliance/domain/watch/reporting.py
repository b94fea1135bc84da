"""Which reports of a delegated management were due: the rules of `gestion` say its periods and its delay."""

from collections.abc import Sequence
from datetime import date

from compliance.domain.exchanges.reports import DueReport, due_reports
from compliance.domain.ports import Facts, Rules
from compliance.domain.state import Projection
from compliance.domain.views import ProgressView
from flux.scope import Scope


def reports_due(
    projection: Projection, view: ProgressView, rules: Rules, facts: Facts
) -> Sequence[DueReport] | None:
    """The reports of a convention due before `view.day`, in order; None when its management is not delegated."""
    scope, convention = Scope.parse(view.scope), view.convention
    settled = rules.verdict("gestion", view.day, scope.departement, scope.bailleur, facts)
    management = convention.text("management") or settled.value("management")
    cadence, within_days = settled.value("report_every"), settled.value("report_within_days")
    if management != "deleguee" or cadence is None or within_days is None:
        return None
    ended = projection.commitments.ended.get(convention.id)
    reported = projection.exchanges.delegated.periods(convention.id)
    last = None if ended is None else date.fromisoformat(ended)
    return list(due_reports(convention, reported, cadence, within_days, view.day, last))
