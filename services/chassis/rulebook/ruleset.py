"""The rules that hold together on a date in a territory, compiled, answering facts with verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from chassis.rulebook.alternatives import Conjunction, alternatives, comparisons
from chassis.rulebook.durable import MOST_RULES, Matcher, definition
from chassis.rulebook.facts import EMPTY, FactValue
from chassis.rulebook.projection import Projection
from chassis.rulebook.rule import Rule
from chassis.rulebook.verdict import RuleMatch, Verdict

MOST_REMEMBERED = 50_000
"""Verdicts kept by a set of rules before it forgets them all."""


class RuleSet:
    """Rules of one family in order of precedence; facts that no rule tells apart share one verdict."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.matches: tuple[RuleMatch, ...] = tuple(RuleMatch.of(rule) for rule in rules)
        self._projection, shards = _compiled(rules)
        self._shards = [(Matcher([way for _, way in shard]), [rule for rule, _ in shard]) for shard in shards]
        self._memo: dict[tuple[int, ...], Verdict] = {}

    def verdict(self, facts: Mapping[str, FactValue], more: Mapping[str, FactValue] = EMPTY) -> Verdict:
        """Every rule that matches the facts, in order of precedence."""
        key = self._projection.key(facts, more)
        verdict = self._memo.get(key)
        return self._judged(key) if verdict is None else verdict

    def _judged(self, key: tuple[int, ...]) -> Verdict:
        places = self._projection.places(key)
        fired = {rules[way] for matcher, rules in self._shards for way in matcher.matched(places)}
        verdict = Verdict(tuple(self.matches[rule] for rule in sorted(fired)))
        if len(self._memo) >= MOST_REMEMBERED:
            self._memo.clear()
        self._memo[key] = verdict
        return verdict


def definitions(rules: Sequence[Rule]) -> list[str]:
    """What the engine would be given for these rules: to try it out elsewhere first."""
    _, shards = _compiled(rules)
    return [definition([way for _, way in shard]) for shard in shards]


Shard = list[tuple[int, Conjunction]]


def _compiled(rules: Sequence[Rule]) -> tuple[Projection, list[Shard]]:
    """The projection of all rules, and their alternatives (rule number, conjunction) by handfuls."""
    projection = Projection(test for rule in rules for test in comparisons(rule.when))
    ways = ((place, way) for place, rule in enumerate(rules) for way in alternatives(rule.when, projection))
    return projection, list(_handfuls(ways))


def _handfuls(ways: Iterator[tuple[int, Conjunction]]) -> Iterator[Shard]:
    while shard := list(islice(ways, MOST_RULES)):
        yield shard
