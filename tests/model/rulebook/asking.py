"""Asking the rules: what the rules in force on a day say for a scope and these facts.

Precedence (operator's guide, "Qui l'emporte"): the bailleur's rules, then the département's, then the common ones; in
a layer the least priority, then the id. A nearer file takes the place of the wider one of the same name. Each key of
`then` is given by the first rule that speaks of it; for `assiette` the first rule decides alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.model.rulebook.conditions import Facts, holds
from tests.model.rulebook.files import Rule, RuleFolder


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules as they concern one scope."""

    folder: RuleFolder
    bailleur: str
    departement: str

    def first(self, family: str, day: date, facts: Facts) -> Mapping[str, Any]:
        """What the first rule that applies says, alone."""
        return next((rule.then for rule in self.applying(family, day, facts)), {})

    def answer(self, family: str, day: date, facts: Facts) -> dict[str, Any]:
        """Each key as the first rule that speaks of it gives it."""
        answered: dict[str, Any] = {}
        for rule in self.applying(family, day, facts):
            answered = {**rule.then, **answered}
        return answered

    def applying(self, family: str, day: date, facts: Facts) -> list[Rule]:
        """The rules that apply, the first to be heard first."""
        return [rule for rule in self._standing(family) if rule.is_in_force(day) and holds(rule.when, facts)]

    def _standing(self, family: str) -> list[Rule]:
        """The rules of a family for this scope, less those a nearer file replaces, and those switched off."""
        nearest: dict[str, Rule] = {}
        for rule in self.folder.rules:
            if rule.family == family and rule.concerns(self.bailleur, self.departement):
                other = nearest.get(rule.id)
                if other is None or rule.nearness < other.nearness:
                    nearest[rule.id] = rule
        active = [rule for rule in nearest.values() if rule.is_active]
        return sorted(active, key=lambda rule: (rule.nearness, rule.priority, rule.id))
