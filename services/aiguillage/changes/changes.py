"""Everything that changes from one rulebook to another."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from aiguillage.changes.lists import ListChange, list_changes
from aiguillage.changes.rules import RuleChange, rule_changes
from chassis.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Changes:
    """Rules and lists that differ between two digests; `on` is the day that says what was already in force."""

    before: str
    after: str
    on: date
    rules: tuple[RuleChange, ...]
    lists: tuple[ListChange, ...]

    def to_json(self) -> dict[str, Any]:
        """The changes as JSON values; days are ISO texts when encoded by orjson."""
        return asdict(self)


def changes(before: Rulebook, after: Rulebook, on: date) -> Changes:
    """Compare two rulebooks; same rulebooks, same changes, in the same order."""
    return Changes(
        before.digest, after.digest, on, rule_changes(before, after, on), list_changes(before, after, on)
    )
