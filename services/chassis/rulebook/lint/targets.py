"""Target shares of one dimension that may hold together and ask for more than everything."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from chassis.rulebook.extent import Way, met
from chassis.rulebook.faults import Fault
from chassis.rulebook.lint import rooms
from chassis.rulebook.lint.checks import TARGETS
from chassis.rulebook.lint.truth import not_looked_at
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.reach import Reach
from chassis.rulebook.referentiels import Segment
from chassis.rulebook.rule import Rule
from chassis.rulebook.scalars import plain

_FAMILY = "criteres"
MOST_SETS = 5_000
"""Sets of targets looked at for one rule; beyond, a warning says so."""
_ALL = Decimal(100)


def targets_above_all(
    rules: Sequence[Rule], lists: DatedLists, reach: Mapping[str, Reach]
) -> Iterator[Fault]:
    """Rules whose target, with those that hold beside it in other segments, exceeds 100 %; told of the last one."""
    ours = [rule for rule in rules if rule.room.family == _FAMILY and rule.active and "target" in rule.then]
    for place, rule in enumerate(ours):
        target = rule.then["target"]
        segments = {one.name: one for one in lists.on(rule.first_day).segments.get(target["dimension"], ())}
        beside = [
            other
            for other in ours[:place]
            if other.then["target"]["dimension"] == target["dimension"] and _adds_up(other, rule, segments)
        ]
        search = _Search(reach[_FAMILY], segments)
        others = search.above(rule, beside)
        if others:
            yield _told(rule, others)
        elif search.is_given_up:
            yield not_looked_at(rule, "si les parts visées dépassent 100 %")


def _adds_up(other: Rule, rule: Rule, segments: Mapping[str, Segment]) -> bool:
    """Whether both may hold for one convention, of segments that have nothing in common."""
    is_beside = rooms.are_beside(other.room, rule.room) and other.id != rule.id
    names = (other.then["target"]["segment"], rule.then["target"]["segment"])
    both = [segments[name] for name in names if name in segments]
    return is_beside and other.shares_a_day_with(rule) and len(both) == 2 and _are_apart(*both)  # noqa: PLR2004 - two segments


def _are_apart(one: Segment, other: Segment) -> bool:
    if one.name == other.name:
        return False
    if one.values or other.values:
        return not one.values & other.values
    lowest, highest = Decimal("-Infinity"), Decimal("Infinity")
    start = max(segment.low if segment.low is not None else lowest for segment in (one, other))
    end = min(segment.high if segment.high is not None else highest for segment in (one, other))
    return start > end


class _Search:
    """Looks for a set of targets, apart from one another, that hold together and exceed 100 %."""

    def __init__(self, reach: Reach, segments: Mapping[str, Segment]) -> None:
        self._reach, self._segments = reach, segments
        self._left = MOST_SETS
        self.is_given_up = False

    def above(self, rule: Rule, beside: Sequence[Rule]) -> list[Rule]:
        """The others of such a set; none when there is none, or when it was given up."""
        ways = list(self._reach.ways.get(rule.path, ()))
        return self._grown([rule], ways, list(beside), _percent(rule)) or []

    def _grown(
        self, chosen: list[Rule], ways: list[Way], beside: list[Rule], total: Decimal
    ) -> list[Rule] | None:
        if total > _ALL:
            return chosen[1:]
        for place, other in enumerate(beside):
            self._left -= 1
            if self._left < 0:
                self.is_given_up = True
                return None
            together = [
                both
                for way in ways
                for theirs in self._reach.ways.get(other.path, ())
                if (both := met(way, theirs)) is not None
            ]
            if not together:
                continue
            rest = [one for one in beside[place + 1 :] if _adds_up(one, other, self._segments)]
            found = self._grown([*chosen, other], together, rest, total + _percent(other))
            if found is not None:
                return found
        return None


def _percent(rule: Rule) -> Decimal:
    return Decimal(rule.then["target"]["percent"])


def _told(rule: Rule, others: Sequence[Rule]) -> Fault:
    total = plain(sum((_percent(other) for other in others), _percent(rule)))
    names = ", ".join(f"{other.path} ({plain(_percent(other))} %)" for other in others)
    message = f"Les parts visées d'une même dimension font plus de 100 % : {total} % avec {names}."
    found = f"{rule.then['target']['segment']}: {rule.then['target']['percent']}"
    return rule.fault("then", message, found, "100 % au plus en tout", "Abaissez l'une des parts.").named(
        TARGETS
    )
