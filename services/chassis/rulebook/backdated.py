"""New rules that reach back: no fault, for a right may be recognised late, but never a silent change."""

from collections.abc import Iterable, Iterator
from datetime import date

from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import Fault
from chassis.rulebook.lists.in_place import list_additions
from chassis.rulebook.rule import Rule


def backdated(before: Rulebook, after: Rulebook, on: date) -> list[Fault]:
    """Warnings about rules and entries of lists in force before `on` in `after`, which `before` did not have by then.

    Decisions already made keep their rulebook; an event of those days that comes late is decided by the new rule. A
    rule that is off changes nothing, unless it switches off one of its name. What is rewritten in a rule that had
    begun is `edited_in_place`, a fault.
    """
    begun = {rule.path for rule in before.rules if rule.first_day <= on}
    on_by_name = {rule.id for rule in after.rules if rule.active}
    new = (rule for rule in after.rules if rule.path not in begun and rule.id in on_by_name)
    return sorted([*_warnings(new, on), *list_additions(before.lists, after.lists, on)])


def _warnings(rules: Iterable[Rule], on: date) -> Iterator[Fault]:
    for rule in rules:
        days = (on - rule.first_day).days
        if days > 0:
            yield rule.fault(
                "effective",
                f"Cette nouvelle règle remonte de {days} jour{'s' if days > 1 else ''}.",
                f"depuis le {rule.first_day}",
                remedy="Les décisions déjà prises restent, avec leur recueil ; un événement de ces jours-là reçu "
                f"désormais la suivra. Si ce n'est pas voulu, écrivez « from: {on} ».",
            )
