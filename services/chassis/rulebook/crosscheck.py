"""What only shows when rules are read together: names, successions, branching, rivalry, the law."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from chassis.rulebook.alternatives import MOST_ALTERNATIVES, TooBranchedError, alternatives, comparisons
from chassis.rulebook.faults import Fault, did_you_mean, listed
from chassis.rulebook.legal.against import against_the_law
from chassis.rulebook.legal.entries import rules_of
from chassis.rulebook.legal.ordinary import ordinary
from chassis.rulebook.lint.checks import accepted
from chassis.rulebook.lint.rules import lint
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.lists.named import unknown_names
from chassis.rulebook.projection import Projection
from chassis.rulebook.reach import reaches
from chassis.rulebook.rivalry import rivals
from chassis.rulebook.rule import Room, Rule
from chassis.rulebook.steadiness import flickering
from chassis.rulebook.windows import windows
from flux.law import LAW, Law


def crosscheck(rules: Sequence[Rule], lists: DatedLists, law: Law = LAW) -> Iterator[Fault]:
    """Every fault between rules that are each well written, every rule against the law, and warnings.

    What a rule accepts is left out; what the law says cannot be accepted.
    """
    yield from accepted(_crosscheck(rules, lists, law), rules)


def _crosscheck(rules: Sequence[Rule], lists: DatedLists, law: Law) -> Iterator[Fault]:
    rooms = {rule.room for rule in rules if rule.room.family == "assiette"}
    reach = reaches([*rules, *rules_of(law), *map(ordinary, rooms)])
    yield from _namesakes(rules)
    yield from _successions(rules)
    yield from _branching(rules)
    yield from unknown_names(rules, lists)
    yield from windows(rules)
    yield from flickering(rules)
    yield from lint(rules, lists, reach)
    yield from rivals(rules, reach)
    yield from against_the_law(rules, lists, reach, law)


def _namesakes(rules: Iterable[Rule]) -> Iterator[Fault]:
    """An id means one rule (and its overlays): decisions cite ids, without family."""
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if other.room.family != rule.room.family:
            message = f"Cet identifiant est celui d'une règle d'une autre famille, {other.path}."
            yield rule.fault("id", message, rule.id, remedy="Choisissez-en un autre.")


def _successions(rules: Iterable[Rule]) -> Iterator[Fault]:
    by_room: dict[Room, dict[str, Rule]] = {}
    for rule in rules:
        by_room.setdefault(rule.room, {})[rule.id] = rule
    for ours in by_room.values():
        followed: dict[str, Rule] = {}
        for rule in ours.values():
            if rule.replaces is not None:
                yield from _succession(rule, rule.replaces, ours, followed)


def _succession(
    rule: Rule, replaced: str, ours: dict[str, Rule], followed: dict[str, Rule]
) -> Iterator[Fault]:
    ended = ours.get(replaced)
    if ended is None or ended is rule:
        known = [name for name in ours if name != rule.id]
        message, remedy = "La règle remplacée n'existe pas.", did_you_mean(replaced, known)
        yield rule.fault("replaces", message, replaced, listed(known), remedy)
        return
    other = followed.setdefault(replaced, rule)
    if other is not rule:
        message, remedy = f"{other.path} remplace déjà cette règle.", "Gardez l'une des deux."
        yield rule.fault("replaces", message, replaced, remedy=remedy)
    if ended.last_day is None or ended.last_day + timedelta(days=1) != rule.first_day:
        yield _not_meeting(rule, ended)


def _not_meeting(rule: Rule, ended: Rule) -> Fault:
    day_before = rule.first_day - timedelta(days=1)
    remedy = f"Écrivez « until: {day_before} » dans {ended.path}, ou changez « from » ici."
    if ended.last_day is None:
        message = f"{ended.path} n'a pas de fin : les deux règles se chevauchent."
        return rule.fault("effective", message, remedy=remedy)
    word = "se chevauchent" if ended.last_day >= rule.first_day else "laissent un vide entre elles"
    found = f"fin {ended.last_day}, début {rule.first_day}"
    return rule.fault("effective", f"Les deux règles {word}.", found, remedy=remedy)


def _branching(rules: Iterable[Rule]) -> Iterator[Fault]:
    for rule in rules:
        try:
            alternatives(rule.when, Projection(comparisons(rule.when)))
        except TooBranchedError:
            message = f"La condition a plus de {MOST_ALTERNATIVES} alternatives."
            remedy = "Utilisez « in », ou séparez la règle en plusieurs."
            yield rule.fault("when", message, remedy=remedy)
