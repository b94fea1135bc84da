"""Criteria (theme 6): what a line never takes, and the parts it aims at.

A convention that writes its criteria has only those; where it is silent the rules give them, one target per segment.
On a fact that is not told a criterion does not match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.model.rights.amounts import NOTHING, ONE
from tests.model.rights.conventions import HUNDRED, Line
from tests.model.rights.facts import of_line
from tests.model.rulebook.asking import Rules
from tests.model.rulebook.lists import Lists, is_within

FACTS = {"construction_period": "dwelling.construction_year", "rent": "dwelling.rent_eur"}


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a line's dwellings that should lie in a segment."""

    name: str
    part: Fraction
    matches: bool | None
    """Whether this dwelling lies in it; None where it does not tell."""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a line's criteria say of one dwelling."""

    excludes: bool
    targets: tuple[Target, ...]

    def lacks(self, mix: Mapping[str, Fraction]) -> Fraction:
        """How far behind its targets this dwelling finds the line, in dwellings.

        In a segment aimed at: the part aimed at, of the dwellings it would then have, less those it has in it. Outside:
        the same for the complement of the target.
        """
        after = mix.get("total", NOTHING) + ONE
        behind = NOTHING
        for target in self.targets:
            missing = target.part * after - mix.get(target.name, NOTHING)
            if target.matches is not None:
                behind += missing if target.matches else ONE - missing
        return behind

    def names(self) -> list[str]:
        """What an engagement of this dwelling adds one to."""
        return ["total", *(each.name for each in self.targets if each.matches)] if self.targets else []


def criteria_of(line: Line, facts: Mapping[str, Any], day: date, rules: Rules, lists: Lists) -> Criteria:
    """The criteria of a line, put to a dwelling."""
    written = line.convention.told.get("criteria")
    if written is not None:
        excludes = any(_lies_in(one, facts, lists) for one in written if one["kind"] == "exclude")
        targets = [
            _target(one, one["target_percent"], facts, lists) for one in written if one["kind"] == "target"
        ]
        return Criteria(excludes, tuple(targets))
    asked = {**facts, **of_line(line)}
    excludes = bool(rules.answer("criteres", day, asked).get("exclude", False))
    return Criteria(excludes, tuple(_ruled(asked, day, rules, lists)))


def _ruled(facts: Mapping[str, Any], day: date, rules: Rules, lists: Lists) -> Iterator[Target]:
    seen: set[str] = set()
    for rule in rules.applying("criteres", day, facts):
        told = rule.then.get("target")
        if told:
            target = _target(told, told["percent"], facts, lists)
            if target.name not in seen:
                seen.add(target.name)
                yield target


def _target(told: Mapping[str, Any], percent: object, facts: Mapping[str, Any], lists: Lists) -> Target:
    segment = told.get("segment") or told.get("in") or (told.get("from"), told.get("to"))
    return Target(
        f"{told['dimension']}:{segment}", Fraction(str(percent)) / HUNDRED, _lies_in(told, facts, lists)
    )


def _lies_in(told: Mapping[str, Any], facts: Mapping[str, Any], lists: Lists) -> bool | None:
    dimension = told["dimension"]
    value = facts.get(FACTS.get(dimension, f"dwelling.{dimension}"))
    if value is None:
        return None
    held = lists.segment(dimension, told["segment"]) if told.get("segment") else told
    values = held.get("values") or held.get("in")
    if values is not None:
        return value in values
    return is_within(value, held)
