"""What the rules of one family answer: every rule that matched, in order of precedence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.rulebook.checked import NONE
from chassis.rulebook.facts import EMPTY, FactValue
from chassis.rulebook.rule import PLACEHOLDER, Layer, Rule
from chassis.rulebook.wording import value_words


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule that matched; `effect` is its `then` as JSON values, shared: read it, never change it."""

    id: str
    priority: int
    layer: Layer
    regulatory: bool
    effect: Mapping[str, Any]
    because: str
    references: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, rule: Rule) -> "RuleMatch":
        """The match of a rule."""
        return cls(
            rule.id, rule.priority, rule.room.layer, rule.regulatory, rule.then, rule.because, rule.references
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """All matched rules: the law, then the nearest layer first, then lowest priority, then id.

    A key of the family's `then` is answered by the first matched rule that gives it.
    """

    matched: tuple[RuleMatch, ...]
    _by_key: Mapping[str, RuleMatch] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, RuleMatch] = {}
        for match in self.matched:
            for key in match.effect:
                by_key.setdefault(key, match)
        object.__setattr__(self, "_by_key", by_key)

    @property
    def winner(self) -> RuleMatch | None:
        """The matched rule that comes first; None when no rule matched, which is an outcome, not an error."""
        return self.matched[0] if self.matched else None

    def value(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - effects are typed by family
        """What the rules say for a key of `then`: None for `aucun`, `default` when none speaks of it."""
        match = self._by_key.get(key)
        if match is None:
            return default
        said = match.effect[key]
        return None if said == NONE else said

    def each(self, key: str) -> tuple[tuple[RuleMatch, Any], ...]:
        """Every matched rule that speaks of a key, with what it says, the first first; of namesakes the nearest."""
        found: dict[str, tuple[RuleMatch, Any]] = {}
        for match in self.matched:
            if key in match.effect:
                found.setdefault(match.id, (match, match.effect[key]))
        return tuple(found.values())

    def part(self, key: str, name: str) -> tuple[RuleMatch, Any] | None:
        """The first matched rule that gives a part of a key (`restore`, `sans_reponse`), and what it says of it."""
        for match in self.matched:
            said = match.effect.get(key, EMPTY)
            if name in said:
                return match, said[name]
        return None

    def rule_for(self, key: str) -> RuleMatch | None:
        """The rule that gives `value(key)`."""
        return self._by_key.get(key)


def render(because: str, facts: Mapping[str, FactValue], more: Mapping[str, FactValue] = EMPTY) -> str:
    """A rule's sentence with its facts filled in; a missing fact reads « non renseigné »."""

    def shown(name: str) -> str:
        value = facts.get(name)
        return value_words(more.get(name) if value is None else value)

    return PLACEHOLDER.sub(lambda found: shown(found.group(1)), because) if "{" in because else because
