"""Which rules of a family speak on a day in a territory, in which order, and why the others do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.rulebook.conditions import ALWAYS
from chassis.rulebook.rule import Layer, Rule

WHOLE = frozenset({"assiette", "conformite"})
"""Families whose rule is one answer: its keys are not inherited one by one."""


class Status(StrEnum):
    """Whether a rule is asked, or what keeps it from being asked."""

    IN_FORCE = "in_force"
    OVERLAID = "overlaid"
    OFF = "off"
    NOT_YET = "not_yet"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule of the territory on a day; `by` is the nearer namesake that took its place."""

    rule: Rule
    status: Status
    by: Rule | None = None


def in_precedence(rules: Iterable[Rule], on: date) -> list[Rule]:
    """The rules asked on a day, the one that wins first: nearest layer, then lowest priority, then id.

    `rules` are one family's in one territory. Of namesakes in force the nearest answers first; what it does not say,
    or where it does not apply, the next says. An inactive one silences those that are farther.
    """
    asked = (
        _standing(rule, on, rivals) for rules_of_id in _by_id(rules).values() for rule, rivals in rules_of_id
    )
    return sorted((one.rule for one in asked if one.status is Status.IN_FORCE), key=precedence)


def standings(rules: Sequence[Rule], on: date, departement: str, bailleur: str) -> list[Standing]:
    """Every rule of one family that concerns a territory: those asked in order of precedence, then the others."""
    concerned = [rule for rule in rules if concerns(rule, departement, bailleur)]
    found = [_standing(rule, on, rivals) for of_id in _by_id(concerned).values() for rule, rivals in of_id]
    order = list(Status)
    return sorted(found, key=lambda one: (order.index(one.status), precedence(one.rule)))


def concerns(rule: Rule, departement: str, bailleur: str) -> bool:
    """Whether a rule is the law's, common, of this département, of this bailleur or of this bailleur there."""
    return rule.room.owner == owner_of(rule.room.layer, departement, bailleur)


def owner_of(layer: Layer, departement: str, bailleur: str) -> str:
    """Whose rules of a layer concern a scope."""
    return {
        Layer.LAW: "",
        Layer.DEFAULT: "",
        Layer.DEPARTEMENT: departement,
        Layer.BAILLEUR: bailleur,
        Layer.BAILLEUR_DEPARTEMENT: f"{bailleur}:{departement}",
    }[layer]


def precedence(rule: Rule) -> tuple[int, int, str]:
    """What rules are compared by; the lowest wins."""
    return rule.room.layer, rule.priority, rule.id


def _by_id(rules: Iterable[Rule]) -> dict[str, list[tuple[Rule, list[Rule]]]]:
    """By id, each rule with its namesakes of nearer layers, nearest first."""
    found: dict[str, list[tuple[Rule, list[Rule]]]] = {}
    for rule in sorted(rules, key=precedence):
        namesakes = found.setdefault(rule.id, [])
        nearer = [other for other, _ in namesakes if other.room.layer < rule.room.layer]
        namesakes.append((rule, nearer))
    return found


def _standing(rule: Rule, on: date, nearer: Sequence[Rule]) -> Standing:
    if on < rule.first_day:
        return Standing(rule, Status.NOT_YET)
    if not rule.is_in_force(on):
        return Standing(rule, Status.ENDED)
    for other in nearer:
        if other.is_in_force(on) and _takes_the_place(other, rule):
            return Standing(rule, Status.OVERLAID, other)
    return Standing(rule, Status.IN_FORCE if rule.active else Status.OFF)


def _takes_the_place(nearer: Rule, farther: Rule) -> bool:
    """Whether a nearer namesake leaves nothing to a farther one: it silences it, or says all it says, always."""
    if not nearer.active or not farther.active:
        return True
    is_wider = nearer.when in {ALWAYS, farther.when}
    is_whole = nearer.room.family in WHOLE or farther.then.keys() <= nearer.then.keys()
    return is_wider and is_whole
