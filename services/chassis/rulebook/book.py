"""The rulebook: all rules and referentials of one digest, asked for verdicts."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from chassis.rulebook import bundle_format
from chassis.rulebook.facts import CATALOGUE, EMPTY, FAMILIES, FactValue
from chassis.rulebook.legal.entries import rules_of
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.rule import Layer, Room, Rule
from chassis.rulebook.ruleset import RuleSet
from chassis.rulebook.standing import in_precedence
from chassis.rulebook.verdict import RuleMatch, Verdict, render
from contracts import canonical
from flux.law import LAW, NO_LAW, Law

_MOST_REMEMBERED = 5_000

Coordinates = tuple[str, date, str, str]


class Rulebook:
    """The law, and rules and referentials that go together; immutable. Made by `load` or `from_bundle`.

    `law` None makes a rulebook of format 1, whose rules said the law themselves.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        lists: DatedLists,
        written: Mapping[str, Any],
        law: Law | None = LAW,
    ) -> None:
        self.rules: tuple[Rule, ...] = tuple(sorted(rules, key=lambda rule: rule.path))
        self.law: Law = NO_LAW if law is None else law
        self.format: int = 1 if law is None else bundle_format.WRITTEN
        self.lists = lists
        self.list_names: frozenset[str] = frozenset(written)
        self._bundle = _bundle(self.rules, written, law)
        self.digest: str = sha256(self._bundle).hexdigest()
        self._families = {family: _Family(self.every_rule, family) for family in FAMILIES}
        self._found: dict[Coordinates, RuleSet] = {}

    @classmethod
    def from_bundle(cls, bundle: bytes) -> "Rulebook":
        """The rulebook a bundle was made from: same rules, same digest.

        Raises `RuleFileErrors` when the bundle was not written by `bundle`.
        """
        from chassis.rulebook.loading import unbundle  # noqa: PLC0415 - loading builds rulebooks: it imports us

        return unbundle(bundle)

    @cached_property
    def first_day(self) -> date:
        """The day the first of its rules begins."""
        return min((rule.first_day for rule in self.rules), default=date.min)

    @property
    def every_rule(self) -> tuple[Rule, ...]:
        """The law's entries that answer like rules, then the rules of the files."""
        return (*rules_of(self.law), *self.rules)

    def bundle(self) -> bytes:
        """The law, every rule and referential as canonical JSON; the digest is its SHA-256."""
        return self._bundle

    def verdict(
        self,
        family: str,
        on: date,
        departement: str,
        bailleur: str,
        facts: Mapping[str, FactValue],
        more: Mapping[str, FactValue] = EMPTY,
    ) -> Verdict:
        """What the rules of a family in force on a day, in a territory, say of some facts.

        `facts` and `more` have no name in common. Facts no rule names are ignored; None is missing. Raises
        `KeyError` for an unknown family, `WrongFactError` for a value of the wrong kind.
        """
        where = (family, on, departement, bailleur)
        rules = self._found.get(where)
        if rules is None:
            rules = self._find(where)
        return rules.verdict(facts, more)

    def in_force(self, family: str, on: date, departement: str, bailleur: str) -> tuple[RuleMatch, ...]:
        """Every rule of a family in force on a day in a territory, in order of precedence, whatever the facts."""
        return self._find((family, on, departement, bailleur)).matches

    def prepare(self, before: "Rulebook") -> None:
        """Compile what its predecessor was asked for, so that the first decisions after a swap do not wait."""
        for where in before.asked():
            self._find(where)

    def asked(self) -> tuple[Coordinates, ...]:
        """Families, days and territories it gave verdicts for lately."""
        return tuple(self._found)

    def _find(self, where: Coordinates) -> RuleSet:
        family, on, departement, bailleur = where
        if len(self._found) >= _MOST_REMEMBERED:
            self._found.clear()
        rules = self._found[where] = self._families[family].in_force(on, departement, bailleur)
        return rules

    @staticmethod
    def render(because: str, facts: Mapping[str, FactValue], more: Mapping[str, FactValue] = EMPTY) -> str:
        """A rule's sentence with its facts filled in."""
        return render(because, facts, more)

    @staticmethod
    def label(fact: str) -> str:
        """What a fact is, in French."""
        return CATALOGUE[fact].label


class _Family:
    """One family's rules by layer and owner, and the sets of rules compiled so far."""

    def __init__(self, rules: Sequence[Rule], family: str) -> None:
        self._rooms: dict[Room, list[Rule]] = {}
        for rule in rules:
            if rule.room.family == family:
                self._rooms.setdefault(rule.room, []).append(rule)
        ours = [rule for room in self._rooms.values() for rule in room]
        starts = {rule.first_day for rule in ours}
        ends = {rule.last_day + timedelta(days=1) for rule in ours if rule.last_day is not None}
        self._turns = sorted(starts | ends)
        self._family = family
        self._by_interval: dict[tuple[int, tuple[Room, ...]], RuleSet] = {}

    def in_force(self, on: date, departement: str, bailleur: str) -> RuleSet:
        """The compiled set for a day and a territory; days between two changes share one."""
        every = (
            Room(Layer.LAW, "", self._family),
            Room(Layer.DEFAULT, "", self._family),
            Room(Layer.DEPARTEMENT, departement, self._family),
            Room(Layer.BAILLEUR, bailleur, self._family),
            Room(Layer.BAILLEUR_DEPARTEMENT, f"{bailleur}:{departement}", self._family),
        )
        rooms = tuple(room for room in every if room in self._rooms)
        where = (bisect_right(self._turns, on), rooms)
        if where not in self._by_interval:
            ours = (rule for room in rooms for rule in self._rooms[room])
            self._by_interval[where] = RuleSet(in_precedence(ours, on))
        return self._by_interval[where]


def _bundle(rules: Iterable[Rule], lists: Mapping[str, Any], law: Law | None) -> bytes:
    said = {"rules": {rule.path: rule.document() for rule in rules}, "referentiels": dict(lists)}
    if law is None:
        return canonical.encode({"format": 1, **said})
    return canonical.encode({"format": bundle_format.WRITTEN, "law": law.document(), **said})
