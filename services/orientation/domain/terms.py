"""The terms that bind a proposal: the convention's own where it has them, the rules' elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux.convention import Convention
from flux.decompte import Decompte
from orientation.domain.facts import of_convention
from orientation.domain.ports import Facts, Verdict
from orientation.domain.work import NO_FACTS, Work


@dataclass(frozen=True, slots=True)
class Terms:
    """How a proposal under a convention is managed, answered and counted."""

    management: str
    needs_confirmation: bool
    confirm_within_hours: int
    respond_within_days: int
    decompte: Decompte


APART = Decompte("apart", (0, 0, 0, 0))
"""The décompte of a first letting counted apart: nothing of it is a unit of the flux."""


def terms_of(work: Work, convention: Convention | None, facts: Facts, *, is_apart: bool = False) -> Terms:
    """The terms of a convention for a dwelling, and note of the rules that gave them.

    Without convention (a commitment in a new building) the rules alone decide.
    """
    own = NO_FACTS if convention is None else of_convention(convention)
    gestion, delais = work.verdict("gestion", facts, own), work.verdict("delais", facts, own)
    confirmation = _settled(work, convention, gestion, "confirmation")
    return Terms(
        management=_settled(work, convention, gestion, "management"),
        needs_confirmation=confirmation == "bailleur",
        confirm_within_hours=int(work.answer(gestion, "within_hours")),
        respond_within_days=_respond_within_days(work, convention, delais),
        decompte=APART if convention is None or is_apart else decompte_of(work, convention, facts),
    )


def management_of(work: Work, convention: Convention | None, facts: Facts) -> str:
    """Who designates for a dwelling, `directe` or `deleguee`: by the convention, else by the rules; none is noted."""
    own = None if convention is None else convention.text("management")
    if own is not None:
        return own
    more = NO_FACTS if convention is None else of_convention(convention)
    return str(work.answer(work.verdict("gestion", facts, more), "management"))


def _settled(work: Work, convention: Convention | None, verdict: Verdict, field: str) -> str:
    """A field of the convention or, where it is null, what the rules say: then they are noted."""
    own = None if convention is None else convention.text(field)
    if own is not None:
        return own
    work.use(verdict, field)
    return str(work.answer(verdict, field))


def _respond_within_days(work: Work, convention: Convention | None, delais: Verdict) -> int:
    """The convention's delay, else the rules'; never above the rules' bound for tense zones."""
    days = int(_settled(work, convention, delais, "respond_within_days"))
    bound = delais.value("respond_at_most_days")
    if bound is None or days <= int(bound):
        return days
    work.use(delais, "respond_at_most_days")
    return int(bound)


def decompte_of(work: Work, convention: Convention, facts: Facts) -> Decompte:
    """The décompte of a convention: each of its own fields and, where one is null, the rules'."""
    verdict = work.verdict("decompte", facts, of_convention(convention))
    own = convention.body.get("decompte")
    own = own if isinstance(own, Mapping) else {}

    def settled(field: str) -> Any:  # noqa: ANN401 - a method, weights or a year
        if own.get(field) is not None:
            return own[field]
        work.use(verdict, field)
        return verdict.value(field) if field == "weights" else work.answer(verdict, field)

    method = settled("method")
    weights = settled("weights") if method == "mixte" else None
    return Decompte.of(method, weights, settled("year_of"))
