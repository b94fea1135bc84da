"""A rulebook that is listened to: which rules spoke, and on which values of the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chassis.rulebook import Rulebook, Verdict
from chassis.rulebook.alternatives import comparisons
from chassis.rulebook.facts import EMPTY, FactValue
from chassis.rulebook.rule import Layer
from chassis.rulebook.standing import owner_of
from orientation.domain.ports import Lists
from orientation.rulebook import ListsByDay

Facts = Mapping[str, FactValue]
Speaker = tuple[str, str, Layer, str]
"""A rule that spoke: family, id, layer, owner of the layer."""


@dataclass(slots=True)
class Heard:
    """What was heard of rulebooks: rules that spoke, and the values each fact had before each family."""

    spoke: set[Speaker] = field(default_factory=set)
    values: dict[tuple[str, str], set[FactValue]] = field(default_factory=dict)

    def add(self, other: "Heard") -> None:
        """Add what was heard elsewhere."""
        self.spoke |= other.spoke
        for key, values in other.values.items():
            self.values.setdefault(key, set()).update(values)


class WatchedRules:
    """The rules of a rulebook, as the core asks them."""

    def __init__(self, rulebook: Rulebook, heard: Heard) -> None:
        self.digest, self.law = rulebook.digest, rulebook.law
        self.first_day = rulebook.first_day
        self.in_force = rulebook.in_force
        self.render, self.label = rulebook.render, rulebook.label
        self._rulebook, self._heard = rulebook, heard
        self._tested: dict[str, set[str]] = {}
        for rule in rulebook.rules:
            names = {test.fact for test in comparisons(rule.when)}
            self._tested.setdefault(rule.room.family, set()).update(names)

    def verdict(
        self, family: str, on: date, departement: str, bailleur: str, facts: Facts, more: Facts = EMPTY
    ) -> Verdict:
        """The rulebook's own verdict, noted."""
        verdict = self._rulebook.verdict(family, on, departement, bailleur, facts, more)
        for match in verdict.matched:
            owner = owner_of(match.layer, departement, bailleur)
            self._heard.spoke.add((family, match.id, match.layer, owner))
        for name in self._tested.get(family, ()):
            value = facts[name] if name in facts else more.get(name)
            self._heard.values.setdefault((family, name), set()).add(value)
        return verdict


@dataclass(frozen=True, slots=True)
class WatchedBook:
    """A rulebook as the core takes it, listened to."""

    rules: WatchedRules
    by_day: ListsByDay

    @classmethod
    def of(cls, rulebook: Rulebook, heard: Heard) -> "WatchedBook":
        """A rulebook whose verdicts are noted in `heard`."""
        return cls(WatchedRules(rulebook, heard), ListsByDay(rulebook.lists))

    def lists_on(self, day: date) -> Lists:
        """Its referentials as they stand on a day."""
        return self.by_day.on(day)
