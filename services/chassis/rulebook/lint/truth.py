"""Conditions, and tests of them, that nothing satisfies or that everything does."""

from collections.abc import Iterable, Iterator, Mapping

from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, leaves
from chassis.rulebook.extent import Extents, Way, meet
from chassis.rulebook.facts import CATALOGUE, Kind
from chassis.rulebook.faults import Fault
from chassis.rulebook.lint import rooms
from chassis.rulebook.lint.checks import ALWAYS, NEVER, NOT_LOOKED_AT
from chassis.rulebook.lint.cover import Cover, TooManyCasesError, present_only
from chassis.rulebook.lint.values import bounds_words
from chassis.rulebook.reach import Reach
from chassis.rulebook.rule import Rule
from chassis.rulebook.wording import condition_words

_OF_PRESENCE = frozenset({"present", "absent"})
_MEND = "Corrigez les valeurs ; si l'une ou l'autre suffit, écrivez « any » et non « all »."


def never_or_always(
    rules: Iterable[Rule], reach: Mapping[str, Reach], wrong: set[tuple[str, int]]
) -> Iterator[Fault]:
    """Rules that no value, or every value, satisfies; `wrong` are the paths and lines already told of a value."""
    told = {path for path, _ in wrong}
    for rule in rules:
        known = reach[rule.room.family]
        if rule.path not in known.ways or rule.path in told:
            continue
        tests = list(_tests(rule, known.extents))
        yield from tests or _condition(rule, known)


def _tests(rule: Rule, extents: Extents) -> Iterator[Fault]:
    """Single tests that are never or always true, at their line."""
    for where, test in leaves(rule.when):
        bits = None if test.operator in _OF_PRESENCE else extents.holding(test)
        if bits == 0:
            message = "Ce test n'est jamais vrai."
            found, allowed = condition_words(test), _bounds(test)
            yield rule.fault(where, message, found, allowed, "Corrigez la valeur.").named(NEVER)
        elif bits == extents.every(test.fact) & ~1:
            message = "Ce test est vrai dès que le fait est renseigné."
            remedy = "Corrigez la valeur, ou écrivez « present: oui »."
            yield rule.fault(where, message, condition_words(test), _bounds(test), remedy).named(ALWAYS)


def _bounds(test: Comparison) -> str:
    fact = CATALOGUE[test.fact]
    is_bounded = fact.kind in {Kind.WHOLE, Kind.DECIMAL} and (fact.low is not None or fact.high is not None)
    return bounds_words(fact) if is_bounded else ""


def _condition(rule: Rule, known: Reach) -> Iterator[Fault]:
    ways, extents = known.ways[rule.path], known.extents
    if not ways:
        found = condition_words(_contradiction(rule.when, extents))
        message = "Cette condition ne peut jamais être vraie."
        yield rule.fault("when", message, found, remedy=_MEND).named(NEVER)
    elif not meet(ways, (_territory(rule, extents),)):
        message = f"Cette condition n'est jamais vraie dans le département {rooms.departement(rule.room)}."
        yield rule.fault("when", message, condition_words(rule.when), remedy=_MEND).named(NEVER)
    else:
        yield from _possibilities(rule, extents)
        yield from _always(rule, known)


def _territory(rule: Rule, extents: Extents) -> Way:
    """Where the rule's folder lets it apply."""
    place = rooms.departement(rule.room)
    return {"vacancy.departement": extents.bits("vacancy.departement", place)} if place else {}


def _possibilities(rule: Rule, extents: Extents) -> Iterator[Fault]:
    """Alternatives of an `any` that never hold."""
    for index, part in enumerate(rule.when.parts if isinstance(rule.when, AnyOf) else ()):
        if not extents.ways(part):
            message, remedy = (
                "Une des possibilités de « any » ne peut jamais être vraie.",
                "Corrigez-la ou retirez-la.",
            )
            where = f"when.any.{index}"
            yield rule.fault(where, message, condition_words(part), remedy=remedy).named(NEVER)


def _always(rule: Rule, known: Reach) -> Iterator[Fault]:
    """Conditions that hold whatever the facts they test are worth, once these are known."""
    tests = [test for _, test in leaves(rule.when)]
    if not tests:
        return
    every, ways = known.extents.every, known.ways[rule.path]
    are_of_presence = any(test.operator in _OF_PRESENCE for test in tests)
    facts = [] if are_of_presence else sorted({fact for way in ways for fact in way})
    whole = {fact: bits for fact, bits in present_only({}, facts, every).items() if " matches " not in fact}
    try:
        if not Cover(every).covered({**whole, **_territory(rule, known.extents)}, ways):
            return
    except TooManyCasesError:
        yield not_looked_at(rule, "si elle est toujours vraie")
        return
    message = (
        "Cette condition est toujours vraie."
        if are_of_presence
        else "Cette condition est vraie dès que ses faits sont renseignés."
    )
    remedy = "Écrivez « always » si c'est voulu ; s'il faut tous les tests, écrivez « all » et non « any »."
    yield rule.fault("when", message, condition_words(rule.when), remedy=remedy).named(ALWAYS)


def not_looked_at(rule: Rule, what: str) -> Fault:
    """The warning that a question about a rule was given up, and which."""
    message = f"Cette règle a trop de cas : il n'est pas regardé {what}."
    remedy = "Remplacez les « any » par des « in », ou séparez la règle."
    return rule.fault("when", message, remedy=remedy).named(NOT_LOOKED_AT).as_warning()


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
