"""Which rules of a family speak on a day in a territory, in which order, and why the others do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.rulebook.rule import Layer, Rule


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

    `rules` are one family's in one territory. Among namesakes in force only the nearest counts, and an
    inactive one silences the others.
    """
    active = [rule for rule in _nearest(rules, on).values() if rule.active]
    return sorted(active, key=precedence)


def standings(rules: Sequence[Rule], on: date, departement: str, bailleur: str) -> list[Standing]:
    """Every rule of one family that concerns a territory: those asked in order of precedence, then the others."""
    concerned = [rule for rule in rules if concerns(rule, departement, bailleur)]
    nearest = _nearest(concerned, on)
    found = [_standing(rule, on, nearest) for rule in concerned]
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


def _nearest(rules: Iterable[Rule], on: date) -> dict[str, Rule]:
    """By id, the rule in force that stands in the nearest layer."""
    farthest_first = sorted(
        (rule for rule in rules if rule.is_in_force(on)), key=lambda rule: -rule.room.layer
    )
    return {rule.id: rule for rule in farthest_first}


def _standing(rule: Rule, on: date, nearest: dict[str, Rule]) -> Standing:
    if on < rule.first_day:
        return Standing(rule, Status.NOT_YET)
    if not rule.is_in_force(on):
        return Standing(rule, Status.ENDED)
    if nearest[rule.id] is not rule:
        return Standing(rule, Status.OVERLAID, nearest[rule.id])
    return Standing(rule, Status.IN_FORCE if rule.active else Status.OFF)
