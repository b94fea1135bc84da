"""What the pure core needs of a rulebook: verdicts, and sentences with their facts filled in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from flux.law import Law
from flux.territory import Territories

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

    @property
    def matched(self) -> Sequence[Match]:
        """All matched rules, the one that wins first."""

    def value(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - effects are typed by family
        """What the first rule that speaks of a key says; `default` when none does."""

    def each(self, key: str) -> Sequence[tuple[Match, Any]]:
        """Every rule that speaks of a key, with what it says."""

    def rule_for(self, key: str) -> Match | None:
        """The rule that gives `value(key)`."""


class Lists(Protocol):
    """The referentials as the core reads them."""

    @property
    def territories(self) -> Territories:
        """Arrondissements, EPCI, EPT and named zones."""

    def is_priority(self, public: str) -> bool:
        """Whether a public counts among priority households (CCH art. L.441-1)."""

    def is_first_quartile(self, public: str) -> bool:
        """Whether a public counts in the first quartile of incomes (CCH art. L.441-1)."""

    def is_public_of(self, public: str, kind: str) -> bool:
        """Whether a public is that of réservataires of a kind."""


class Rules(Protocol):
    """The rules in force in a service."""

    @property
    def digest(self) -> str:
        """SHA-256 of the rulebook."""

    @property
    def law(self) -> Law:
        """The law that binds the decisions watched."""

    @property
    def first_day(self) -> date:
        """The day its rules begin; what is earlier is judged as on that day."""

    def verdict(
        self, family: str, on: date, departement: str, bailleur: str, facts: Facts, more: Facts = ...
    ) -> Verdict:
        """What the rules of a family, in force on a day in a territory, say of some facts."""

    def in_force(self, family: str, on: date, departement: str, bailleur: str) -> Sequence[Match]:
        """Every rule of a family in force on a day in a territory, in order of precedence."""

    def render(self, because: str, facts: Facts, more: Facts = ...) -> str:
        """A rule's sentence with its facts filled in."""

    def label(self, fact: str) -> str:
        """What a fact is, in French."""


class Rulebook(Protocol):
    """Rules and lists of one digest."""

    @property
    def rules(self) -> Rules:
        """The rules."""

    def lists_on(self, day: date) -> Lists:
        """The referentials as they stand on a day."""
