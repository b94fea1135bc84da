"""Values edited in place: a rule that was in force is ended and followed by another, never rewritten."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from chassis.rulebook.book import Rulebook
from chassis.rulebook.conditions import written
from chassis.rulebook.faults import Fault
from chassis.rulebook.lists.in_place import list_edits
from chassis.rulebook.rule import Rule
from flux.calendar import legal_date

_EVE = timedelta(days=1)


def day_of_edit(at: datetime) -> date:
    """The civil day of an edit, and the first it may change: that of Paris."""
    return legal_date(at, "75")


def edited_in_place(before: Rulebook, after: Rulebook, on: date) -> list[Fault]:
    """What `after` changes of the days before `on`, in rules of `before` that had begun by then.

    A decision about an event of those days must come out the same, also when the event arrives late. So a
    rule whose first day is before `on` or on it keeps its file, `from`, `when`, `then`, `priority`, `active`
    and `regulatory`; `until` may be set, moved or removed as long as the first day that changes is `on` or
    later. Title, references, owner and `because` may be corrected: past decisions keep the sentence they gave.
    Rules still to come, and new ones, are free. Entries of the lists are held to the same.
    """
    now = {rule.path: rule for rule in after.rules}
    begun = (rule for rule in before.rules if rule.first_day <= on)
    of_rules = [fault for rule in begun for fault in _changes(rule, now.get(rule.path), on)]
    return sorted([*of_rules, *list_edits(before.lists, after.lists, on)])


def _changes(was: Rule, now: Rule | None, on: date) -> Iterator[Fault]:
    if now is None:
        message, found = (
            "Cette règle a été en vigueur et son fichier a disparu.",
            f"depuis le {was.first_day}",
        )
        remedy = f"Remettez le fichier ; pour finir la règle, écrivez « until: {on - _EVE} » ou plus tard."
        yield Fault(was.path, 1, message, found, remedy=remedy)
        return
    before, after = _values(was), _values(now)
    for key, value in before.items():
        if value != after[key]:
            yield _edited(now, key, on)
    if _end_moves_the_past(was, now, on):
        message = "La fin de cette règle change des jours déjà passés."
        found = f"fin {_day(was.last_day)} avant, {_day(now.last_day)} maintenant"
        remedy = "Remettez la fin d'avant." if was.last_day is not None and was.last_day < on - _EVE else ""
        yield now.fault("effective", message, found, f"le {on - _EVE} ou plus tard", remedy)


def _values(rule: Rule) -> dict[str, Any]:
    """What decides, by the key that says it."""
    return {
        "effective": rule.first_day,
        "when": written(rule.when),
        "then": dict(rule.then),
        "priority": rule.priority,
        "active": rule.active,
        "regulatory": rule.regulatory,
    }


def _edited(now: Rule, key: str, on: date) -> Fault:
    name = "from" if key == "effective" else key
    return now.fault(
        key,
        f"« {name} » a changé dans une règle en vigueur depuis le {now.first_day}."
        if key != "effective"
        else "« from » a changé dans une règle déjà en vigueur.",
        allowed="title, references, owner, because, et until pour la finir",
        remedy=f"Remettez la valeur d'avant, écrivez « until: {on - _EVE} », et mettez la nouvelle valeur dans "
        f"un autre fichier : « from: {on} », « replaces: {now.id} ».",
    )


def _end_moves_the_past(was: Rule, now: Rule, on: date) -> bool:
    ends = {was.last_day, now.last_day}
    return len(ends) > 1 and any(end is not None and end < on - _EVE for end in ends)


def _day(day: date | None) -> str:
    return "sans date" if day is None else f"le {day}"
