"""What makes up for a gap, cause by cause: the convention's own words first, then the `correction` rules.

Report: carried to the next year. Report of a part, refund: of `part_percent`, the rest left to the réservataire.
Étalement: carried in equal parts over `years`. Allongement: drawn once the drawing period has ended, in equal parts
over `years`. What was received in excess (negative) is carried, never refunded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from compliance.domain.ports import Rules, Verdict
from compliance.domain.telling import dwellings, facts_of
from compliance.domain.views import ProgressView
from flux.scope import Scope
from flux.unanswered import UnansweredError
from flux.units import DWELLING, fraction_text, share_of_percent

CAUSES = ("flux", "refusals", "arbitration")
PARTIAL = frozenset({"report_part", "remboursement"})
"""Actions that may take a part of the gap only."""
_WORDS = {
    "report": "le report sur l'année suivante",
    "report_part": "le report d'une partie",
    "etalement": "l'étalement sur plusieurs années",
    "remboursement": "le remboursement",
    "allongement": "l'allongement de la durée de tirage",
}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What is done about the part of a gap that one cause left. Units of a dwelling; negative: received in excess.

    `units` are made up for and `left` are not: they sum to what the cause left. `cap_percent` bounds what a year is
    given, in percent of its base; `beyond_cap` says what becomes of the rest (`etalement`, `remboursement`,
    `extinction`); `extinction_years` after the year that left them, units still due are extinguished.
    """

    cause: str
    action: str
    units: int
    left: int
    because: str
    years: int = 1
    refund_each: Decimal | None = None
    """Euros for each right; None: not settled, or another action."""
    cap_percent: Decimal | None = None
    beyond_cap: str = "etalement"
    extinction_years: int | None = None

    @property
    def refund_eur(self) -> Decimal | None:
        """The sum refunded, to the cent; None when this is no refund, or nobody said how much a right is worth."""
        return refund_of(self.units, self.refund_each) if self.action == "remboursement" else None

    def body(self) -> dict[str, Any]:
        """The `CorrectiveAction` of the contracts."""
        body: dict[str, Any] = {"action": self.action, "units": fraction_text(self.units)}
        if self.action in {"etalement", "allongement"}:
            body["years"] = self.years
        if self.refund_eur is not None:
            body["refund_eur"] = self.refund_eur
        return {**body, "because": self.because}


def remedies_of(view: ProgressView, rules: Rules, on: date) -> tuple[Remedy, ...]:
    """One remedy for each cause that left something, by the rules in force on a day.

    What awaits an answer is not missing yet, and what a carry-over has not given is carried already: both are left
    out. A cause that neither the convention nor a rule speaks of has no remedy.
    """
    parts = owed_by_cause(view).items()
    found = (remedy_for(view, cause, units, rules, on) for cause, units in parts if units)
    return tuple(remedy for remedy in found if remedy is not None)


def owed_by_cause(view: ProgressView) -> dict[str, int]:
    """What each of `CAUSES` left to make up for, what is awaited or carried already apart; in units."""
    owed = view.owed
    causes = (owed.flux - view.awaited - view.uncarried, owed.refusals, owed.arbitration)
    return dict(zip(CAUSES, causes, strict=True))


def remedy_of(view: ProgressView, rules: Rules, on: date) -> Remedy | None:
    """The remedy of the cause that left most; None when nothing is owed, or nothing is said of that cause."""
    if view.owed.total <= view.awaited + view.uncarried:
        return None
    owed = [remedy for remedy in remedies_of(view, rules, on) if remedy.units + remedy.left > 0]
    return max(owed, key=lambda remedy: remedy.units + remedy.left, default=None)


def refund_of(units: int, refund_each: Decimal | None) -> Decimal | None:
    """What so many rights are worth, in euros to the cent."""
    if refund_each is None:
        return None
    return (dwellings(units) * refund_each).quantize(_CENT, ROUND_HALF_UP)


def remedy_for(view: ProgressView, cause: str, owed: int, rules: Rules, on: date) -> Remedy | None:
    """What is done about so many units owed to a cause; None when nothing is said of it."""
    scope = Scope.parse(view.scope)
    facts = {**facts_of(view), "gap.cause": cause, "gap.units": dwellings(owed)}
    day = max(on, rules.first_day)
    verdict = rules.verdict("correction", day, scope.departement, scope.bailleur, facts)
    own = view.convention.body.get("correction")
    own = own if isinstance(own, Mapping) else {}
    action = own.get("method") or verdict.value("action")
    if action is None:
        return None
    if owed < 0 and action == "remboursement":
        action = "report"
    refund = own.get("refund_eur") if own.get("refund_eur") is not None else verdict.value("refund_eur")
    cap = verdict.value("cap_percent")
    units = _made_up(owed, action, verdict)
    return Remedy(
        cause=cause,
        action=action,
        units=units,
        left=owed - units,
        because=_because(own, action, verdict, rules, facts),
        years=int(own.get("years") or _answer(verdict, "years")),
        refund_each=None if refund is None else Decimal(str(refund)),
        cap_percent=None if cap is None else Decimal(str(cap)),
        beyond_cap=str(_answer(verdict, "beyond_cap")),
        extinction_years=verdict.value("extinction_years"),
    )


def _answer(verdict: Verdict, key: str) -> Any:  # noqa: ANN401 - effects are typed by family
    """What the rules say of a key that every correction needs; `UnansweredError` when none does."""
    if verdict.rule_for(key) is None:
        raise UnansweredError(f"correction.{key}")
    return verdict.value(key)


def _made_up(owed: int, action: str, verdict: Verdict) -> int:
    """The part that the action takes: all of it, unless the rule that gives a part speaks of that action."""
    rule = verdict.rule_for("part_percent")
    if action not in PARTIAL or rule is None or rule.effect.get("action", action) != action:
        return owed
    part = abs(owed) * share_of_percent(str(rule.effect["part_percent"])) // DWELLING
    return part if owed > 0 else -part


def _because(
    own: Mapping[str, Any], action: str, verdict: Verdict, rules: Rules, facts: Mapping[str, Any]
) -> str:
    if own.get("method"):
        said = f"La convention prévoit {_WORDS[action]}."
    else:
        rule = verdict.rule_for("action")
        said = "" if rule is None else rules.render(rule.because, facts)
    advice = verdict.value("advice")
    return f"{said} {advice}" if advice else said
