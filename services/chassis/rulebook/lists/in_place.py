"""Entries of lists edited in place: a version that was in force is ended and followed by another, never rewritten."""

from collections.abc import Iterator
from datetime import date, timedelta

from chassis.rulebook.directory import REFERENTIELS
from chassis.rulebook.faults import Fault
from chassis.rulebook.lists.dated import DatedLists, Name
from chassis.rulebook.lists.entry import Entry

_EVE = timedelta(days=1)


def list_edits(before: DatedLists, after: DatedLists, on: date) -> Iterator[Fault]:
    """What `after` changes of the days before `on`, in versions of entries of `before` that had begun by then.

    Words (`label`, `name`) may be corrected, `until` set or moved as long as the first day that changes is `on` or
    later; versions still to come, and new ones, are free.
    """
    for name, versions in before.entries.items():
        for was in versions:
            if (was.first_day or date.min) <= on:
                yield from _edits(name, was, after, on)


def list_additions(before: DatedLists, after: DatedLists, on: date) -> Iterator[Fault]:
    """Warnings about versions of `after` in force on days before `on`, which `before` did not have."""
    for name, versions in after.entries.items():
        known = {one.first_day for one in before.entries.get(name, ())}
        for place, one in enumerate(versions):
            if (
                one.first_day not in known
                and name[0] in _lists_of(before)
                and (one.first_day or date.min) < on
            ):
                since = "toujours" if one.first_day is None else f"le {one.first_day}"
                yield Fault(
                    path_of(name),
                    after.line(name, place),
                    f"Cette nouvelle entrée ({_spoken(name)}) remonte avant aujourd'hui.",
                    f"depuis {since}",
                    remedy="Les décisions déjà prises restent, avec leur recueil ; un événement de ces jours-là reçu "
                    f"désormais la suivra. Si ce n'est pas voulu, écrivez « from: {on} ».",
                )


def path_of(name: Name) -> str:
    """The file of an entry, relative to the directory of rules."""
    return f"{REFERENTIELS}/{name[0]}.yaml"


def _lists_of(lists: DatedLists) -> frozenset[str]:
    return frozenset(name[0] for name in lists.entries)


def _edits(name: Name, was: Entry, after: DatedLists, on: date) -> Iterator[Fault]:
    versions = after.entries.get(name, ())
    found = ((place, one) for place, one in enumerate(versions) if one.first_day == was.first_day)
    place, now = next(found, (0, None))
    line = after.line(name, place)
    if now is None:
        since = "toujours" if was.first_day is None else f"le {was.first_day}"
        yield Fault(
            path_of(name),
            line,
            f"Cette entrée a été en vigueur et a disparu : {_spoken(name)}.",
            f"depuis {since}",
            remedy=f"Remettez-la ; pour la finir, écrivez « until: {on - _EVE} » ou plus tard.",
        )
        return
    if was.decides() != now.decides():
        yield Fault(
            path_of(name),
            line,
            f"Cette entrée en vigueur a été réécrite : {_spoken(name)}.",
            allowed="label, name, et until pour la finir",
            remedy=f"Remettez ce qu'elle disait avec « until: {on - _EVE} », et écrivez la suite dans une seconde "
            f"version de la même entrée : « from: {on} ».",
        )
    if _end_moves_the_past(was, now, on):
        yield Fault(
            path_of(name),
            line,
            f"La fin de cette entrée change des jours déjà passés : {_spoken(name)}.",
            f"fin {_day(was.last_day)} avant, {_day(now.last_day)} maintenant",
            f"le {on - _EVE} ou plus tard",
        )


def _spoken(name: Name) -> str:
    return ", ".join(name[1:])


def _end_moves_the_past(was: Entry, now: Entry, on: date) -> bool:
    ends = {was.last_day, now.last_day}
    return len(ends) > 1 and any(end is not None and end < on - _EVE for end in ends)


def _day(day: date | None) -> str:
    return "sans date" if day is None else f"le {day}"
