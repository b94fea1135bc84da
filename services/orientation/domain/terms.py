"""The terms that bind a proposal: the convention's own where it has them, the rules' elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flux.convention import Convention
from flux.decompte import Decompte
from orientation.domain.facts import of_convention
from orientation.domain.ports import Facts, Verdict
from orientation.domain.work import Work

DEFAULT_RESPOND_DAYS = 30
DEFAULT_ATTEMPTS = 3
DEFAULT_HOLD_DAYS = 60
DEFAULT_PARK_DAYS = 30
DEFAULT_CONFIRM_HOURS = 48
DEFAULT_RESTORE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Terms:
    """How a proposal under a convention is managed, answered and counted."""

    management: str
    needs_confirmation: bool
    confirm_within_hours: int
    respond_within_days: int
    decompte: Decompte


def terms_of(work: Work, convention: Convention, facts: Facts) -> Terms:
    """The terms of a convention for a dwelling, and note of the rules that gave them."""
    own = of_convention(convention)
    gestion, delais = work.verdict("gestion", facts, own), work.verdict("delais", facts, own)
    work.use(gestion, "management", "confirmation")
    work.use(delais, "respond_within_days")
    confirmation = convention.text("confirmation") or gestion.value("confirmation", "none")
    return Terms(
        management=convention.text("management") or gestion.value("management", "directe"),
        needs_confirmation=confirmation == "bailleur",
        confirm_within_hours=int(gestion.value("within_hours", DEFAULT_CONFIRM_HOURS)),
        respond_within_days=_respond_within_days(convention, delais),
        decompte=decompte_of(work, convention, facts),
    )


def _respond_within_days(convention: Convention, delais: Verdict) -> int:
    """The convention's delay, else the rules'; never above the rules' bound for tense zones."""
    days = int(
        convention.text("respond_within_days") or delais.value("respond_within_days", DEFAULT_RESPOND_DAYS)
    )
    bound = delais.value("respond_at_most_days")
    return days if bound is None else min(days, int(bound))


def decompte_of(work: Work, convention: Convention, facts: Facts) -> Decompte:
    """The décompte of a convention: its own method, else the rules'."""
    verdict = work.verdict("decompte", facts, of_convention(convention))
    work.use(verdict, "method")
    own = convention.body.get("decompte")
    own = own if isinstance(own, Mapping) else {}
    method = own.get("method") or verdict.value("method", "proposition")
    weights: Any = own.get("weights") or verdict.value("weights")
    return Decompte.of(method, weights, own.get("year_of") or verdict.value("year_of", "event"))
