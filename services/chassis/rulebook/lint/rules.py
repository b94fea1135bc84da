"""The lints of a rulebook in order: values, conditions, thresholds, targets, the flux."""

from collections.abc import Iterator, Mapping, Sequence

from chassis.rulebook.faults import Fault
from chassis.rulebook.lint.empty_flux import emptied_flux
from chassis.rulebook.lint.targets import targets_above_all
from chassis.rulebook.lint.thresholds import unreachable_thresholds
from chassis.rulebook.lint.truth import never_or_always
from chassis.rulebook.lint.values import impossible_values
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.reach import Reach
from chassis.rulebook.rule import Rule


def lint(rules: Sequence[Rule], lists: DatedLists, reach: Mapping[str, Reach]) -> Iterator[Fault]:
    """What is well written and cannot be meant; each fault bears the name of a check that a rule may accept."""
    values = list(impossible_values(rules, lists))
    yield from values
    yield from never_or_always(rules, reach, {(one.path, one.line) for one in values if not one.is_warning})
    yield from unreachable_thresholds(rules)
    yield from targets_above_all(rules, lists, reach)
    yield from emptied_flux(rules, reach)
