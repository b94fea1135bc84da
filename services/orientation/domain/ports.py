"""What the core asks of the outside: verdicts of the rules, lists of the referentials."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from flux.criteria import Segments
from flux.law import Law
from flux.territory import Territories

Facts = Mapping[str, Any]


class RuleMatch(Protocol):
    """A rule that matched: its id and its sentence, with places for facts."""

    @property
    def id(self) -> str:
        """Id of the rule, the name of its file."""

    @property
    def because(self) -> str:
        """The rule's sentence in French, before facts are filled in."""


class Verdict(Protocol):
    """What the rules of one family answer: every matched rule, in order of precedence."""

    @property
    def matched(self) -> Sequence[RuleMatch]:
        """All matched rules, the one that wins first."""

    def value(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - effects are typed by family
        """The first matched rule's value for an effect."""

    def each(self, key: str) -> Sequence[tuple[RuleMatch, Any]]:
        """Every matched rule that speaks of an effect, with its value, in order of precedence."""

    def part(self, key: str, name: str) -> tuple[RuleMatch, Any] | None:
        """The first matched rule that gives a part of an effect, and what it says of it."""

    def rule_for(self, key: str) -> RuleMatch | None:
        """The rule that gives `value(key)`."""


class Rules(Protocol):
    """The rulebook active when an input is applied."""

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical form."""

    @property
    def law(self) -> Law:
        """The law that binds its decisions."""

    @property
    def first_day(self) -> date:
        """The day its rules begin; an earlier event is decided as on that day."""

    def verdict(
        self, family: str, on: date, departement: str, bailleur: str, facts: Facts, more: Facts = ...
    ) -> Verdict:
        """The rules of a family in force on a date in a territory, evaluated on facts."""

    def render(self, because: str, facts: Facts) -> str:
        """A rule's sentence with its facts filled in."""


class Lists(Segments, Protocol):
    """The referentials as the core reads them."""

    @property
    def territories(self) -> Territories:
        """Arrondissements, EPCI, EPT and named zones."""

    def segment_of(self, dimension: str, value: object) -> str | None:
        """The named segment a value of a dimension lies in."""

    def segment_names(self, dimension: str) -> Sequence[str]:
        """The named segments of a dimension."""

    def is_reasoned(self, code: str) -> bool | None:
        """Whether a refusal code gives a reason; None when the code is unknown."""

    def refusal_codes(self) -> Sequence[str]:
        """The known refusal codes."""

    def zone_of(self, commune: str) -> str | None:
        """ABC zone of a commune, when the referential holds it."""


class Rulebook(Protocol):
    """Rules and lists of one digest."""

    @property
    def rules(self) -> Rules:
        """The rules."""

    def lists_on(self, day: date) -> Lists:
        """The referentials as they stand on a day."""
