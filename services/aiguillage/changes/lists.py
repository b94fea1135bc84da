"""Lists compared entry by entry and version by version: codes added and removed, definitions before and after."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.rulebook import DatedLists, Rulebook
from chassis.rulebook.lists.dated import Name
from chassis.rulebook.lists.entries import (
    CityEntry,
    ExclusionEntry,
    FinancementEntry,
    PublicEntry,
    ReasonEntry,
    SegmentEntry,
    TerritoryEntry,
    ZoneEntry,
    ZoningEntry,
)
from chassis.rulebook.lists.entry import Entry
from chassis.rulebook.lists.in_place import list_edits
from chassis.rulebook.wording import listed_words, value_words
from contracts import canonical


@dataclass(frozen=True, slots=True)
class ListChange:
    """One version of an entry that differs: its codes added and removed, or its definition before and after.

    `entry` is empty when only the file's wording changed: no code, no definition. `refused` says why the edit is
    not allowed, when it changes days already past.
    """

    list: str
    entry: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None
    refused: tuple[str, ...] = ()


def list_changes(before: Rulebook, after: Rulebook, on: date) -> tuple[ListChange, ...]:
    """Every version that differs, by list then entry; a list reworded without effect is told once.

    `on` is the first day an edit may change.
    """
    found = [
        change
        for name in {*before.lists.entries, *after.lists.entries}
        for change in _versions(name, before.lists, after.lists, on)
    ]
    told = {change.list for change in found}
    old, new = _raw(before), _raw(after)
    reworded = [
        name for name in old.keys() | new.keys() if old.get(name) != new.get(name) and name not in told
    ]
    return tuple(
        sorted([*found, *(ListChange(name, "") for name in reworded)], key=lambda c: (c.list, c.entry))
    )


def _versions(name: Name, before: DatedLists, after: DatedLists, on: date) -> Iterator[ListChange]:
    old, new = (_by_day(lists.entries.get(name, ())) for lists in (before, after))
    for day in sorted(old.keys() | new.keys(), key=lambda day: day or date.min):
        change = _change(name, day, old.get(day), new.get(day))
        if change is not None:
            yield ListChange(*change, refused=_refused(name, old.get(day), new.get(day), on))


def _by_day(versions: Iterable[Entry]) -> dict[date | None, Entry]:
    return {one.first_day: one for one in versions}


_Change = tuple[str, str, tuple[str, ...], tuple[str, ...], str | None, str | None]


def _change(name: Name, day: date | None, was: Entry | None, now: Entry | None) -> _Change | None:
    entry = ":".join(name[1:]) + ("" if day is None or name[0] == "motifs-refus" else f" (du {day})")
    if _codes(was or now) is not None:
        old, new = _codes(was) or frozenset(), _codes(now) or frozenset()
        if old != new:
            return name[0], entry, tuple(sorted(new - old)), tuple(sorted(old - new)), None, None
        if was is not None and now is not None and was.last_day != now.last_day:
            return name[0], entry, (), (), _end(was), _end(now)
        return None
    before, after = (None if one is None else _text(one) for one in (was, now))
    return None if before == after else (name[0], entry, (), (), before, after)


def _refused(name: Name, was: Entry | None, now: Entry | None, on: date) -> tuple[str, ...]:
    """What `rules check` would say against it."""
    old, new = (DatedLists({name: () if one is None else (one,)}) for one in (was, now))
    return tuple(f"{fault.message} {fault.remedy}".strip() for fault in list_edits(old, new, on))


def _codes(entry: Entry | None) -> frozenset[str] | None:
    """The codes an entry holds; None when it holds something else."""
    match entry:
        case TerritoryEntry() | ZoneEntry() | ZoningEntry():
            return frozenset(entry.communes)
        case CityEntry():
            return frozenset(entry.arrondissements)
        case _:
            return None


def _end(entry: Entry) -> str:
    return "sans fin" if entry.last_day is None else f"jusqu'au {entry.last_day}"


def _text(entry: Entry) -> str:
    match entry:
        case SegmentEntry():
            return f"{entry.label} ({_holds(entry)}{_until(entry)})"
        case ReasonEntry():
            kind = "motivé" if entry.reasoned else "non motivé"
            since = "" if entry.first_day is None else f", du {entry.first_day}"
            until = "" if entry.last_day is None else f" au {entry.last_day}"
            return f"{entry.label} ({kind}, par {listed_words(sorted(entry.by))}{since}{until})"
        case ExclusionEntry():
            return entry.label + _until(entry)
        case FinancementEntry():
            return entry.financement + _until(entry)
        case PublicEntry():
            return f"{entry.label} ({_served(entry)}{_until(entry)})"
        case _:
            raise TypeError(type(entry))


def _until(entry: Entry) -> str:
    return "" if entry.last_day is None else f", jusqu'au {entry.last_day}"


def _served(public: PublicEntry) -> str:
    said: Sequence[str] = [
        *sorted(public.kinds or ()),
        *(("prioritaire",) if public.priority else ()),
        *(("premier quartile",) if public.quartile else ()),
    ]
    return listed_words(said) or "aucun réservataire"


def _holds(segment: SegmentEntry) -> str:
    if segment.values:
        return listed_words(sorted(segment.values), "ou")
    bounds = (("à partir de", segment.low), ("jusqu'à", segment.high))
    return " ".join(f"{word} {value_words(bound)}" for word, bound in bounds if bound is not None)


def _raw(book: Rulebook) -> dict[str, Any]:
    said: Any = canonical.decode(book.bundle())
    lists: dict[str, Any] = said["referentiels"]
    return lists
