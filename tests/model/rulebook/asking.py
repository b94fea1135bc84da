"""Asking the rules: what the rules in force on a day say for a scope and these facts.

Precedence (operator's guide, "Qui l'emporte"): the bailleur's rules, then the département's, then the common ones; in
a layer the least priority, then the id. A file switched off silences the wider ones of its name. Each key of `then` is
given by the first rule that speaks of it, `aucun` being a word too; for `assiette` the first rule decides alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.model.rulebook.conditions import Facts, holds
from tests.model.rulebook.files import Rule, RuleFolder

NONE = "aucun"
"""None, said on purpose."""


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
        """Each key as the first rule that speaks of it gives it; of `restore`, each cause."""
        answered: dict[str, Any] = {}
        for rule in self.applying(family, day, facts):
            restore = {**rule.then.get("restore", {}), **answered.get("restore", {})}
            answered = {**rule.then, **answered}
            if restore:
                answered["restore"] = restore
        return {key: None if value == NONE else value for key, value in answered.items()}

    def applying(self, family: str, day: date, facts: Facts) -> list[Rule]:
        """The rules that apply, the first to be heard first."""
        return [rule for rule in self._standing(family) if rule.is_in_force(day) and holds(rule.when, facts)]

    def _standing(self, family: str) -> list[Rule]:
        """The rules of a family for this scope; one that is switched off silences the wider ones of its name."""
        concerned = [
            rule
            for rule in self.folder.rules
            if rule.family == family and rule.concerns(self.bailleur, self.departement)
        ]
        heard, silenced = [], set()
        for rule in sorted(concerned, key=lambda rule: (rule.nearness, rule.priority, rule.id)):
            if not rule.is_active:
                silenced.add(rule.id)
            elif rule.id not in silenced:
                heard.append(rule)
        return heard
