"""Delegation: whether the bailleur may say what it says on a réservataire's behalf."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.model.deciding.moment import Moment
from tests.model.deciding.scope import Scope
from tests.model.history.dossiers import Dossier, Proposal
from tests.model.rights.conventions import Convention
from tests.model.rights.facts import of_line

Told = Mapping[str, Any]


def may_be_said(scope: Scope, dossier: Dossier, proposal: Proposal, told: Told, moment: Moment) -> bool:
    """Whether an outcome of a proposal is its own speaker's, or delegated to it."""
    if not told.get("on_behalf"):
        return True
    names_nobody = told["outcome"] == "candidates.designated" and int(told["count"]) == 0
    wanted = "refusal" if names_nobody or told["outcome"] == "proposal.refused" else "designation"
    asked: list[Convention | None] = list(_asked(scope, dossier, proposal, moment)) or [None]
    if any(each is not None and wanted in (each.told.get("delegates") or ()) for each in asked):
        return True
    return wanted == "designation" and any(_is_managed(scope, dossier, each, moment) for each in asked)


def _asked(scope: Scope, dossier: Dossier, proposal: Proposal, moment: Moment) -> Iterator[Convention]:
    """The convention of an open proposal; of one that is over, those of its réservataire.

    In force on the day of the event, or on that of the declaration; where there is none, the rules alone say it.
    """
    if not proposal.end:
        if proposal.convention is not None:
            yield scope.conventions[proposal.convention]
        return
    for day in sorted({moment.happened_on, dossier.declared_on}):
        yield from (each for each in scope.in_force(day) if each.reservataire == proposal.reservataire)


def _is_managed(scope: Scope, dossier: Dossier, convention: Convention | None, moment: Moment) -> bool:
    own = of_line(convention.lines[0]) if convention is not None else {}
    facts = {**scope.facts(dossier, moment.rules_of), **own}
    ruled = scope.rules.answer("gestion", moment.rules_of, facts)["management"]
    told = convention.told.get("management") if convention is not None else None
    return bool((told or ruled) == "deleguee")
