"""An alert as others read it: the body of `alert.raised` and `alert.cleared`."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compliance.domain.ports import Match, Rules
from compliance.domain.telling import causes_text
from compliance.domain.watch import quarantined
from compliance.domain.watch.judging import Judgement
from compliance.domain.watch.standing import PRESENT
from contracts.envelope import derived_id
from contracts.values import instant_text
from flux.calendar import legal_time

_NAMED = re.compile(r"\{([a-z_.0-9]+)\}")
"""A fact named in a rule's sentence."""
YEAR_OVER = "L'alerte s'éteint : l'année {year} n'est plus suivie, son bilan dit le reste."
NO_RULE = "L'alerte s'éteint : aucune règle en vigueur ne s'y applique plus."
NO_FIGURE = "L'alerte s'éteint : ce qu'elle suit ne se mesure plus."


def body_of(judgement: Judgement, rules: Rules, on: date, sequence: int) -> dict[str, Any]:
    """The alert as it is raised, or as it is cleared at the end of a day; no key is null."""
    subject, rule = judgement.subject, judgement.rule
    evening = instant_text(end_of(on, subject.scope.departement))
    if rule is None:
        assert judgement.before is not None  # noqa: S101 - only what stands is cleared
        return _cleared(judgement, rules) | {
            "sequence": sequence,
            "watched_on": on.isoformat(),
            "cleared_at": evening,
        }
    before, facts = judgement.before, subject.facts_for(rule)
    since = evening if before is None else before.body["since"]
    said: dict[str, Any] = {
        "alert_id": derived_id(
            f"{subject.scope} {judgement.kind} {subject.convention_id} {since}", subject.year or PRESENT
        ),
        "scope": str(subject.scope),
        "sequence": sequence,
        "year": subject.year,
        "convention_id": subject.convention_id,
        "reservataire": subject.facts.get("convention.reservataire"),
        "kind": judgement.kind,
        "severity": rule.effect["alert"]["severity"],
        "since": since,
        "watched_on": on.isoformat(),
        "figures": _figures(rule, facts),
        "causes": None if subject.causes is None else causes_text(subject.causes),
        "corrective_action": subject.remedy() if rule.effect.get("remedy") else None,
        "advice": rule.effect["advice"],
        "concerned": list(judgement.concerned),
        "because": [rules.render(rule.because, facts)],
        "rule": rule.id,
        "rulebook": rules.digest,
    }
    return {name: value for name, value in said.items() if value not in (None, [])}


def end_of(day: date, departement: str) -> datetime:
    """The last second of a civil day in a département: when the watch over it is held."""
    return datetime.combine(day, time(23, 59, 59), legal_time(departement))


def _cleared(judgement: Judgement, rules: Rules) -> dict[str, Any]:
    """The alert as it stood, with today's figures and why it is over."""
    assert judgement.before is not None  # noqa: S101 - only what stands is cleared
    before, facts = judgement.before.body, judgement.subject.facts_for(judgement.silent)
    now = {name: exact_text(facts[name]) for name in before["figures"] if facts.get(name) is not None}
    kept = {name: value for name, value in before.items() if name not in {"corrective_action", "advice"}}
    causes = judgement.subject.causes
    told = {} if causes is None else {"causes": causes_text(causes)}
    return {
        **kept,
        **told,
        "figures": now or before["figures"],
        "because": [_over(judgement, rules)],
        "rulebook": rules.digest,
    }


def _over(judgement: Judgement, rules: Rules) -> str:
    """Why it is over: what it follows, what that is today, the threshold passed."""
    subject, rule = judgement.subject, judgement.silent
    if judgement.kind == quarantined.KIND:
        return quarantined.BACK
    if not subject.facts:
        return YEAR_OVER.format(year=subject.year)
    if rule is None:
        return NO_RULE
    figure, facts = rule.effect["figure"], subject.facts_for(rule)
    if facts.get(figure) is None:
        return NO_FIGURE
    label, found = rules.label(figure), rules.render(f"{{{figure}}}", facts)
    threshold = str(rule.effect.get("clear_at") or rule.effect["clear_above"]).replace(".", ",")
    return f"L'alerte s'éteint. {label[:1].upper()}{label[1:]} : {found} ; seuil : {threshold}."


def _figures(rule: Match, facts: Mapping[str, Any]) -> dict[str, str]:
    """The figure that is followed first, then the numbers its sentence names."""
    names = [rule.effect.get("figure"), *_NAMED.findall(rule.because)]
    numbers = {name: facts.get(name) for name in dict.fromkeys(names) if name is not None}
    return {
        name: exact_text(value)
        for name, value in numbers.items()
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
    }


def exact_text(value: int | Decimal) -> str:
    """An exact number as a fraction text."""
    return str(Fraction(value))
