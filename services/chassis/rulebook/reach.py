"""What each rule's condition covers, compared rule with rule, within a bound of work."""

from collections.abc import Iterable, Sequence

from chassis.rulebook.alternatives import TooBranchedError
from chassis.rulebook.extent import Extents, Way, Ways, meet
from chassis.rulebook.faults import Fault
from chassis.rulebook.lint.rooms import departement
from chassis.rulebook.rule import Rule

MOST_COMPARISONS = 3_000_000
"""Ways compared in a family before giving up: some seconds. Five hundred ordinary rules take a tenth of it."""


class TooManyComparisonsError(Exception):
    """The conditions of a family overlap in too many ways to compare each with each."""


def too_many(rule: Rule) -> Fault:
    """The fault of a family whose comparison was given up, told of one of its rules."""
    message = "Les conditions de cette famille se recouvrent trop pour être comparées une à une."
    remedy = "Remplacez les « any » par des « in », ou retirez des règles."
    return rule.fault("when", message, f"famille {rule.room.family}", remedy=remedy)


class Reach:
    """The reach of one family's rules, by path; too branched a rule covers nothing here."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.extents = Extents(
            (rule.when for rule in rules), {departement(rule.room) for rule in rules} - {""}
        )
        self.ways: dict[str, Ways] = {}
        for rule in rules:
            try:
                self.ways[rule.path] = self.extents.ways(rule.when)
            except TooBranchedError:
                continue
        self._hulls = {path: _hull(ways) for path, ways in self.ways.items()}
        self._left = MOST_COMPARISONS

    def overlap(self, one: Rule, other: Rule) -> bool:
        """Whether two rules can apply together; raises `TooManyComparisonsError`."""
        ours, theirs = self._hulls.get(one.path), self._hulls.get(other.path)
        if (
            ours is None
            or theirs is None
            or any(not bits & theirs.get(fact, bits) for fact, bits in ours.items())
        ):
            return False
        self._spend(one, other)
        return meet(self.ways[one.path], self.ways[other.path])

    def covers(self, wide: Rule, narrow: Rule) -> bool:
        """Whether one rule applies whenever the other does, and that is sometimes; raises as `overlap` does."""
        ours, theirs = self._hulls.get(wide.path), self._hulls.get(narrow.path)
        if ours is None or theirs is None or not self.ways[narrow.path]:
            return False
        if any(theirs.get(fact, ~0) & ~bits & self.extents.every(fact) for fact, bits in ours.items()):
            return False
        self._spend(wide, narrow)
        return all(self.extents.within(way, self.ways[wide.path]) for way in self.ways[narrow.path])

    def _spend(self, one: Rule, other: Rule) -> None:
        self._left -= len(self.ways[one.path]) * len(self.ways[other.path])
        if self._left < 0:
            raise TooManyComparisonsError


def reaches(rules: Iterable[Rule]) -> dict[str, Reach]:
    """By family, the reach of its rules."""
    families: dict[str, list[Rule]] = {}
    for rule in rules:
        families.setdefault(rule.room.family, []).append(rule)
    return {family: Reach(ours) for family, ours in families.items()}


def _hull(ways: Ways) -> Way:
    """The cases some way allows, for the facts that every way names."""
    if not ways:
        return {}
    hull = dict(ways[0])
    for way in ways[1:]:
        hull = {fact: bits | way[fact] for fact, bits in hull.items() if fact in way}
    return hull
