"""Rules that never win: on each of their days, others before them give all their answers in all their cases."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from chassis.rulebook.extent import Way
from chassis.rulebook.faults import Fault, listed
from chassis.rulebook.lint.checks import SHADOWED
from chassis.rulebook.lint.cover import Cover, TooManyCasesError
from chassis.rulebook.lint.truth import not_looked_at
from chassis.rulebook.reach import Reach
from chassis.rulebook.rule import Rule

Answers = Sequence[frozenset[tuple[str, ...]]]
"""The questions each rule answers, rule by rule."""


def shadowed(rules: Sequence[Rule], answers: Answers, reach: Reach) -> Iterator[tuple[Rule, Fault]]:
    """Rules of one room, in order of precedence, that those before them always beat together; one alone is enough."""
    for place, rule in enumerate(rules):
        ways = reach.ways.get(rule.path)
        rivals = [
            (other, said)
            for other, said in zip(rules[:place], answers, strict=False)
            if said & answers[place] and other.shares_a_day_with(rule) and reach.overlap(other, rule)
        ]
        if not ways or not rivals:
            continue
        try:
            beaten = _beaten_by(rule, answers[place], ways, rivals, reach)
        except TooManyCasesError:
            yield rule, not_looked_at(rule, "si d'autres la devancent toujours")
            continue
        if beaten:
            yield rule, _told(rule, beaten)


def _beaten_by(
    rule: Rule,
    questions: frozenset[tuple[str, ...]],
    ways: Sequence[Way],
    rivals: Sequence[tuple[Rule, frozenset[tuple[str, ...]]]],
    reach: Reach,
) -> list[Rule]:
    """The rules that together always answer before this one; none when it wins some day in some case."""
    cover = Cover(reach.extents.every)
    beaten: dict[str, Rule] = {}
    for day in first_days(rule, [other for other, _ in rivals]):
        for question in questions:
            others = [other for other, said in rivals if question in said and other.is_in_force(day)]
            alone = next((other for other in others if reach.covers(other, rule)), None)
            if alone is None:
                theirs = [way for other in others for way in reach.ways[other.path]]
                if not theirs or not all(cover.covered(way, theirs) for way in ways):
                    return []
            beaten.update((other.path, other) for other in ([alone] if alone else others))
    return list(beaten.values())


def first_days(rule: Rule, others: Iterable[Rule]) -> list[date]:
    """The days of a rule on which it, or one of some others, begins or has just ended."""
    turns = {rule.first_day}
    for other in others:
        turns.add(other.first_day)
        if other.last_day is not None and other.last_day < date.max:
            turns.add(other.last_day + timedelta(days=1))
    return sorted(day for day in turns if rule.is_in_force(day))


def _told(rule: Rule, others: Sequence[Rule]) -> Fault:
    if len(others) > 1:
        message = "Cette règle ne l'emporte jamais : d'autres répondent avant elle dans tous les cas qu'elle couvre."
        found = listed(f"{other.path} (priorité {other.priority})" for other in others)
        remedy = f"Donnez-lui une priorité plus petite que {min(o.priority for o in others)}, ou retirez-la."
        return rule.fault("when", message, found, remedy=remedy).named(SHADOWED)
    (other,) = others
    return rule.fault(
        "when",
        f"Cette règle ne l'emporte jamais : {other.path} répond avant elle dans tous les cas qu'elle couvre.",
        f"priorité {rule.priority} ici, {other.priority} là",
        remedy=f"Donnez-lui une priorité plus petite que {other.priority}, ou retirez l'une des deux.",
    ).named(SHADOWED)
