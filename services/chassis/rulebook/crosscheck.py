"""What only shows when rules are read together: names, successions, overlays, branching."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from chassis.rulebook.alternatives import MOST_ALTERNATIVES, TooBranchedError
from chassis.rulebook.document import Document
from chassis.rulebook.faults import Fault, did_you_mean, listed
from chassis.rulebook.referentiels import Referentiels
from chassis.rulebook.rule import Layer, Rule
from chassis.rulebook.ruleset import definitions


def crosscheck(
    rules: Sequence[Rule], documents: Mapping[str, Document], referentiels: Referentiels
) -> Iterator[Fault]:
    """Every fault between rules that are each well written."""
    checks = (
        _namesakes(rules),
        _successions(rules),
        _overlays(rules),
        _branching(rules),
        _segments(rules, referentiels),
    )
    for check in checks:
        for rule, key, message, found, allowed, remedy in check:
            yield documents[rule.path].fault((key,), message, found, allowed, remedy)


Finding = tuple[Rule, str, str, str, str, str]


def _namesakes(rules: Iterable[Rule]) -> Iterator[Finding]:
    """An id means one rule (and its overlays): decisions cite ids, without family."""
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if other.room.family != rule.room.family:
            message = f"Cet identifiant est celui d'une règle d'une autre famille, {other.path}."
            yield rule, "id", message, rule.id, "", "Choisissez-en un autre."


def _successions(rules: Iterable[Rule]) -> Iterator[Finding]:
    by_place = {(rule.room, rule.id): rule for rule in rules}
    followed: dict[tuple[object, str], Rule] = {}
    for (room, _), rule in by_place.items():
        if rule.replaces is None:
            continue
        ended = by_place.get((room, rule.replaces))
        if ended is None or ended is rule:
            known = [name for place, name in by_place if place == room and name != rule.id]
            message, remedy = "La règle remplacée n'existe pas.", did_you_mean(rule.replaces, known)
            yield rule, "replaces", message, rule.replaces, listed(known), remedy
            continue
        other = followed.setdefault((room, ended.id), rule)
        if other is not rule:
            yield (
                rule,
                "replaces",
                f"{other.path} remplace déjà cette règle.",
                ended.id,
                "",
                "Gardez l'une des deux.",
            )
        if ended.last_day is None or ended.last_day + timedelta(days=1) != rule.first_day:
            yield _not_meeting(rule, ended)


def _not_meeting(rule: Rule, ended: Rule) -> Finding:
    day_before = rule.first_day - timedelta(days=1)
    remedy = f"Écrivez « until: {day_before} » dans {ended.path}, ou changez « from » ici."
    if ended.last_day is None:
        return (
            rule,
            "effective",
            f"{ended.path} n'a pas de fin : les deux règles se chevauchent.",
            "",
            "",
            remedy,
        )
    word = "se chevauchent" if ended.last_day >= rule.first_day else "laissent un vide entre elles"
    found = f"fin {ended.last_day}, début {rule.first_day}"
    return rule, "effective", f"Les deux règles {word}.", found, "", remedy


def _overlays(rules: Iterable[Rule]) -> Iterator[Finding]:
    legal = {rule.id for rule in rules if rule.room.layer is Layer.DEFAULT and rule.regulatory}
    for rule in rules:
        if rule.room.layer is not Layer.DEFAULT and rule.id in legal and not rule.active:
            message = "Une règle issue de la loi ne se désactive pas localement."
            yield rule, "active", message, "non", "oui", "Retirez ce fichier."


def _branching(rules: Iterable[Rule]) -> Iterator[Finding]:
    for rule in rules:
        try:
            definitions([rule])
        except TooBranchedError:
            message = f"La condition a plus de {MOST_ALTERNATIVES} alternatives."
            yield rule, "when", message, "", "", "Utilisez « in », ou séparez la règle en plusieurs."


def _segments(rules: Iterable[Rule], referentiels: Referentiels) -> Iterator[Finding]:
    for rule in rules:
        target = rule.then.get("target")
        if target is None:
            continue
        known = [segment.name for segment in referentiels.segments.get(target["dimension"], ())]
        if target["segment"] not in known:
            message = f"Segment inconnu de {target['dimension']} dans referentiels/segments.yaml."
            yield (
                rule,
                "then",
                message,
                target["segment"],
                listed(known),
                did_you_mean(target["segment"], known),
            )
