"""Names of lists that rules cite: each must be known on every day on which the rule is in force."""

from collections.abc import Callable, Iterable, Iterator

from chassis.rulebook.faults import Fault, did_you_mean, listed
from chassis.rulebook.lists.dated import DatedLists
from chassis.rulebook.referentiels import Referentiels
from chassis.rulebook.rule import Rule
from flux.law import LAW

Known = Callable[[Referentiels], Iterable[str]]


def unknown_names(rules: Iterable[Rule], lists: DatedLists) -> Iterator[Fault]:
    """Segments, territories and reasons cited by rules that no list holds, on the first day on which it does not."""
    for rule in rules:
        yield from _exclusion(rule, lists)
        yield from _segment(rule, lists)
        yield from _territory(rule, lists)


def _exclusion(rule: Rule, lists: DatedLists) -> Iterator[Fault]:
    """A reason of exclusion that is not the law's: `legal.against` speaks of that one."""
    reason = rule.then.get("outside_flux")
    if reason is not None and reason not in LAW.purposes():
        message = "Motif d'exclusion inconnu de referentiels/motifs-exclusion.yaml"
        yield from _unknown(rule, reason, lists, lambda on: on.exclusions, message)


def _segment(rule: Rule, lists: DatedLists) -> Iterator[Fault]:
    target = rule.then.get("target")
    if target is not None:
        dimension = target["dimension"]
        message = f"Segment inconnu de {dimension} dans referentiels/segments.yaml"
        yield from _unknown(rule, target["segment"], lists, lambda on: on.segment_names(dimension), message)


def _territory(rule: Rule, lists: DatedLists) -> Iterator[Fault]:
    """A territory that a rule names must have its communes, once the rule is on."""
    code, is_zone = rule.then.get("code"), rule.then.get("scale") == "zone"
    if code is not None and rule.active:
        message = f"Territoire inconnu de referentiels/{'zones' if is_zone else 'territoires'}.yaml"
        yield from _unknown(rule, code, lists, lambda on: on.zones if is_zone else on.territories, message)


def _unknown(rule: Rule, name: str, lists: DatedLists, known_on: Known, message: str) -> Iterator[Fault]:
    for day, standing in lists.stretches(rule.first_day, rule.last_day):
        known = list(known_on(standing))
        if name not in known:
            when = f" le {day}" if _is_known_once(name, lists, known_on) else ""
            yield rule.fault("then", f"{message}{when}.", name, listed(known), did_you_mean(name, known))
            return


def _is_known_once(name: str, lists: DatedLists, known_on: Known) -> bool:
    return any(name in known_on(standing) for standing in lists.ever())
