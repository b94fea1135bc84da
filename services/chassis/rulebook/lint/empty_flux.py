"""Exclusions that leave nothing in the flux: of everybody, of a département, of a bailleur."""

from collections.abc import Iterator, Mapping, Sequence

from chassis.rulebook.extent import Way, met
from chassis.rulebook.faults import Fault
from chassis.rulebook.lint import rooms
from chassis.rulebook.lint.checks import EMPTY_FLUX
from chassis.rulebook.lint.cover import Cover, TooManyCasesError
from chassis.rulebook.lint.shadow import first_days
from chassis.rulebook.lint.truth import not_looked_at
from chassis.rulebook.reach import Reach, TooManyComparisonsError
from chassis.rulebook.rule import Rule
from chassis.rulebook.standing import precedence
from chassis.rulebook.wording import touched_words

_FAMILY = "assiette"
_OF_SCOPE = ("vacancy.departement", "vacancy.bailleur")
_MISSING = 1


def emptied_flux(rules: Sequence[Rule], reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """Exclusions after which no ordinary dwelling is left in the flux of those they touch, at the last of them."""
    ours = [rule for rule in rules if rule.room.family == _FAMILY and rule.active]
    known = reach.get(_FAMILY)
    if known is None:
        return
    ordinary = {
        "vacancy.purpose": known.extents.bits("vacancy.purpose", "relocation"),
        "vacancy.stock_reservation": _MISSING,
    }
    excluding = [rule for rule in ours if "in_flux" not in rule.then]
    letting_in = [rule for rule in ours if "in_flux" in rule.then]
    for rule in excluding:
        others = [other for other in excluding if other is not rule and _applies_with(other, rule)]
        saved = [
            other
            for other in letting_in
            if _applies_with(other, rule) and precedence(other) < precedence(rule)
        ]
        ways = [both for way in known.ways.get(rule.path, ()) if (both := met(way, ordinary)) is not None]
        try:
            if not ways or any(known.overlap(other, rule) for other in saved):
                continue
            if _empties(rule, ways, others, ordinary, known):
                yield _told(rule)
        except (TooManyCasesError, TooManyComparisonsError):
            yield not_looked_at(rule, "si les exclusions vident le flux")


def _applies_with(other: Rule, rule: Rule) -> bool:
    """Whether a rule of the same room, or of a wider one, stands beside this one on some day."""
    return other.id != rule.id and rooms.holds(other.room, rule.room) and other.shares_a_day_with(rule)


def _empties(rule: Rule, ways: Sequence[Way], others: Sequence[Rule], ordinary: Way, known: Reach) -> bool:
    """Whether nothing ordinary is left in a scope that the rule touches, on one of its days."""
    cover = Cover(known.extents.every)
    scopes = {tuple((fact, way[fact]) for fact in _OF_SCOPE if fact in way) for way in ways}
    for scope in scopes:
        whole = {**ordinary, **dict(scope)}
        if rooms.departement(rule.room):
            whole["vacancy.departement"] = known.extents.bits(
                "vacancy.departement", rooms.departement(rule.room)
            )
        for day in first_days(rule, others):
            standing = [other for other in others if other.is_in_force(day) and _is_last(rule, other)]
            theirs = [way for other in standing for way in known.ways.get(other.path, ())]
            if cover.covered(whole, [*ways, *theirs]):
                return True
    return False


def _is_last(rule: Rule, other: Rule) -> bool:
    """Whether the other one is counted with this rule; so that a set of exclusions is told of its last one only."""
    return other.room.layer > rule.room.layer or other.path < rule.path


def _told(rule: Rule) -> Fault:
    message = "Cette exclusion ne laisse rien dans le flux : aucune relocation n'y resterait."
    remedy = "Resserrez « when » : le flux est ce dont les réservataires ont leur part (CCH art. R.441-5)."
    return rule.fault("then", message, touched_words(rule.room), remedy=remedy).named(EMPTY_FLUX)
