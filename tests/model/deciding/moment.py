"""Moment: when something is decided, and the day whose rules it follows."""

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant of the stream. A first round follows the rules of the day of the declaration, however late."""

    at: str
    rules_of: date
    happened_on: date
    """The civil day of the event: units of a stage count in its year."""

    def by_the_rules_of(self, day: date) -> "Moment":
        """The same instant, under another day's rules."""
        return replace(self, rules_of=day)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who is to have the dwelling, whatever the rotation says."""

    line: str = ""
    is_word_of_the_bailleur: bool = False
    """Neither its turn, nor a cap, nor a criterion takes it away; nothing is left to confirm."""
    is_override: bool = False
    is_concerted: bool = False
    may_wait: bool = True


NOBODY = Wish()
