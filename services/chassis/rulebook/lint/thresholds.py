"""Thresholds of alerts that the figure they follow never reaches, or is always beyond."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from chassis.rulebook.facts import CATALOGUE
from chassis.rulebook.faults import Fault
from chassis.rulebook.lint.checks import ALWAYS, NEVER
from chassis.rulebook.lint.values import bounds_words
from chassis.rulebook.rule import Rule


def unreachable_thresholds(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Alerts that no value of their figure raises, or that every value does."""
    for rule in rules:
        figure = rule.then.get("figure")
        if figure is None:
            continue
        fact = CATALOGUE[figure]
        for key, is_high in (("raise_at", True), ("raise_below", False)):
            said = rule.then.get(key)
            if said is None:
                continue
            threshold = Decimal(said)
            never = (
                fact.high is not None and threshold > fact.high
                if is_high
                else _at_lowest(fact.low, threshold)
            )
            always = (
                _at_lowest(fact.low, threshold)
                if is_high
                else fact.high is not None and threshold > fact.high
            )
            if never or always:
                yield _told(rule, key, said, bounds_words(fact), is_never=never)


def _at_lowest(low: int | None, threshold: Decimal) -> bool:
    return low is not None and threshold <= low


def _told(rule: Rule, key: str, said: str, allowed: str, *, is_never: bool) -> Fault:
    message = f"« {key} » : l'alerte {'ne se lèverait jamais' if is_never else 'serait toujours levée'}."
    fault = rule.fault("then", message, said, f"{rule.then['figure']} va {allowed}", "Corrigez le seuil.")
    return fault.named(NEVER if is_never else ALWAYS)
