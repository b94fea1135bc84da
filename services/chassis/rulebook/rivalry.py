"""Rules that can never apply, that another rule always beats, or that contradict one another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.extent import Extents
from chassis.rulebook.faults import Fault
from chassis.rulebook.reach import Reach, TooManyComparisonsError, too_many
from chassis.rulebook.rule import Room, Rule
from chassis.rulebook.standing import precedence
from chassis.rulebook.wording import condition_words


def never(rules: Iterable[Rule], reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """Rules, and alternatives of an `any`, that no value of the facts satisfies."""
    remedy = "Corrigez les valeurs ; si l'une ou l'autre suffit, écrivez « any » et non « all »."
    for rule in rules:
        known = reach[rule.room.family]
        if rule.path not in known.ways:
            continue
        if not known.ways[rule.path]:
            found = condition_words(_contradiction(rule.when, known.extents))
            yield rule.fault("when", "Cette condition ne peut jamais être vraie.", found, remedy=remedy)
            continue
        for part in rule.when.parts if isinstance(rule.when, AnyOf) else ():
            if not known.extents.ways(part):
                message = "Une des possibilités de « any » ne peut jamais être vraie."
                yield rule.fault("when", message, condition_words(part), remedy="Corrigez-la ou retirez-la.")


def _contradiction(condition: Condition, extents: Extents) -> Condition:
    """The tests of one fact that exclude one another, when that is why the condition never holds."""
    if not isinstance(condition, AllOf):
        return condition
    by_fact: dict[str, list[Condition]] = {}
    for part in condition.parts:
        if isinstance(part, Comparison):
            by_fact.setdefault(part.fact, []).append(part)
    together = (AllOf(tuple(tests)) for tests in by_fact.values())
    return next((tests for tests in together if not extents.ways(tests)), condition)


def rivals(rules: Iterable[Rule], reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """Rules that another always beats, then rules of the same priority that contradict one another."""
    for room, ours in _rooms(rules).items():
        try:
            beaten = {
                rule.path: _told_beaten(rule, other) for rule, other in _beaten(ours, reach[room.family])
            }
            yield from beaten.values()
            yield from _tied([rule for rule in ours if rule.path not in beaten], reach[room.family])
        except TooManyComparisonsError:
            yield too_many(ours[-1])


def _beaten(rules: Sequence[Rule], reach: Reach) -> Iterator[tuple[Rule, Rule]]:
    """Rules whose every answer an earlier one gives whenever they would, and that earlier one."""
    answered = [_answers(rule) for rule in rules]
    for place, rule in enumerate(rules):
        for other, said in zip(rules[:place], answered, strict=False):
            gives_all = answered[place].keys() <= said.keys()
            if gives_all and other.outlasts(rule) and reach.covers(other, rule):
                yield rule, other
                break


def _told_beaten(rule: Rule, other: Rule) -> Fault:
    return rule.fault(
        "when",
        f"Cette règle ne l'emporte jamais : {other.path} répond avant elle dans tous les cas qu'elle couvre.",
        f"priorité {rule.priority} ici, {other.priority} là",
        remedy=f"Donnez-lui une priorité plus petite que {other.priority}, ou retirez l'une des deux.",
    )


def _tied(rules: Sequence[Rule], reach: Reach) -> Iterator[Fault]:
    """Rules of one priority that may hold together with another and do not answer the same."""
    for _, level in groupby(rules, key=lambda rule: rule.priority):
        before: list[tuple[Rule, dict[Question, Any]]] = []
        for rule in level:
            answers = _answers(rule)
            for other, said in before:
                differing = _differing(answers, said) if other.shares_a_day_with(rule) else ""
                if differing and reach.overlap(other, rule):
                    yield _told_tied(rule, other, differing)
                    break
            before.append((rule, answers))


def _told_tied(rule: Rule, other: Rule, differing: str) -> Fault:
    return rule.fault(
        "priority",
        f"Cette règle et {other.path} ont la même priorité et se contredisent quand les deux s'appliquent.",
        f"priorité {rule.priority}, {differing}",
        remedy="Donnez-leur des priorités différentes : la plus petite l'emporte.",
    )


def _rooms(rules: Iterable[Rule]) -> dict[Room, list[Rule]]:
    """Active rules by room, in order of precedence."""
    rooms: dict[Room, list[Rule]] = {}
    for rule in sorted(rules, key=precedence):
        if rule.active:
            rooms.setdefault(rule.room, []).append(rule)
    return rooms


Question = tuple[str, ...]


def _answers(rule: Rule) -> dict[Question, Any]:
    """What a rule answers, by question. Targets of other segments and other alerts add up."""
    if EFFECTS[rule.room.family].exclusive:
        return {("then",): rule.then}
    answers: dict[Question, Any] = {}
    for key, value in rule.then.items():
        if key == "target":
            answers[key, value["dimension"], value["segment"]] = value["percent"]
        elif "alert" in rule.then:
            alert = rule.then["alert"]
            answers[key, alert["kind"], alert["severity"]] = value
        else:
            answers[(key,)] = value
    return answers


def _differing(ours: dict[Question, Any], theirs: dict[Question, Any]) -> str:
    """The first answer two rules both give, and differently; empty when there is none."""
    for question, answer in ours.items():
        if question in theirs and theirs[question] != answer:
            return f"{_shown(answer)} ici, {_shown(theirs[question])} là"
    return ""


def _shown(value: Any) -> str:  # noqa: ANN401 - a JSON value
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)
