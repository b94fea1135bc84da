"""The watch over a case's scopes, evening after evening, as compliance holds it: the alerts it tells."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiguillage.acceptance.watching import Heard, WatchedRules
from chassis.rulebook import Rulebook
from compliance.domain.projection import Projection, apply
from compliance.domain.watch.evening import Told
from compliance.domain.watch.keeping import Watch
from compliance.rulebook import BookView


@dataclass(slots=True)
class _Scope:
    projection: Projection
    watch: Watch = field(default_factory=Watch)


class Evenings:
    """Folds what is emitted and judges every evening that is over before the next fact."""

    def __init__(self, rulebook: Rulebook, heard: Heard) -> None:
        rules: Any = WatchedRules(rulebook, heard)
        self._book = BookView(rules, rulebook.lists)
        self._scopes: dict[str, _Scope] = {}

    def follow(self, kind: str, data: dict[str, Any]) -> list[Told]:
        """The alerts of the evenings before a fact, which is then folded."""
        scope = self._scopes.setdefault(data["scope"], _Scope(Projection(data["scope"])))
        day = date.fromisoformat(scope.projection.day(data["at"]))
        told = scope.watch.until(scope.projection, day, self._book)
        apply(scope.projection, kind, data)
        return told

    def until(self, day: date) -> list[Told]:
        """The alerts of the evenings that are over when a day begins."""
        return [
            told
            for name in sorted(self._scopes)
            for told in self._scopes[name].watch.until(self._scopes[name].projection, day, self._book)
        ]
