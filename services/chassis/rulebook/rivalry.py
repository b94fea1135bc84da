"""Rules that others always beat, or that contradict one another."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.faults import Fault, shown
from chassis.rulebook.lint.checks import CONTRADICTORY
from chassis.rulebook.lint.shadow import shadowed
from chassis.rulebook.reach import Reach, TooManyComparisonsError, too_many
from chassis.rulebook.rule import Room, Rule
from chassis.rulebook.standing import precedence


def rivals(rules: Iterable[Rule], reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """Rules that another always beats, then rules of the same priority that contradict one another."""
    for room, ours in _rooms(rules).items():
        try:
            answers = [frozenset(_answers(rule)) for rule in ours]
            told = list(shadowed(ours, answers, reach[room.family]))
            yield from (fault for _, fault in told)
            beaten = {rule.path for rule, fault in told if not fault.is_warning}
            yield from _tied([rule for rule in ours if rule.path not in beaten], reach[room.family])
        except TooManyComparisonsError:
            yield too_many(ours[-1])


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
    ).named(CONTRADICTORY)


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
            return f"{_answer(answer)} ici, {_answer(theirs[question])} là"
    return ""


def _answer(value: object) -> str:
    """An answer as its file writes it, without the braces around it."""
    return shown(value).removeprefix("{").removesuffix("}") if isinstance(value, Mapping) else shown(value)
