"""What the pure core needs of a rulebook: verdicts, and sentences with their facts filled in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

FactValue = Any
"""What a fact may be worth: text, flag, whole number, decimal, or None when it is missing."""
Facts = Mapping[str, FactValue]


class Match(Protocol):
    """A rule that matched."""

    @property
    def id(self) -> str:
        """Its file's name."""

    @property
    def effect(self) -> Mapping[str, Any]:
        """Its `then`."""

    @property
    def because(self) -> str:
        """Its sentence, facts not filled in."""


class Verdict(Protocol):
    """What the rules of one family say of some facts, in order of precedence."""

    def value(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - effects are typed by family
        """What the first rule that speaks of a key says; `default` when none does."""

    def each(self, key: str) -> Sequence[tuple[Match, Any]]:
        """Every rule that speaks of a key, with what it says."""

    def rule_for(self, key: str) -> Match | None:
        """The rule that gives `value(key)`."""


class Rules(Protocol):
    """The rules in force in a service."""

    @property
    def digest(self) -> str:
        """SHA-256 of the rulebook."""

    def verdict(
        self, family: str, on: date, departement: str, bailleur: str, facts: Facts, more: Facts = ...
    ) -> Verdict:
        """What the rules of a family, in force on a day in a territory, say of some facts."""

    def render(self, because: str, facts: Facts, more: Facts = ...) -> str:
        """A rule's sentence with its facts filled in."""
