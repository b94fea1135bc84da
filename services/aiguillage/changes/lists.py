"""Referentials compared entry by entry: codes added and removed, definitions before and after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.rulebook import Rulebook, Segment
from chassis.rulebook.referentiels import Referentiels, RefusalReason
from chassis.rulebook.wording import listed_words, value_words
from contracts import canonical

Members = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class ListChange:
    """One entry of a list that differs: its codes added and removed, or its definition before and after.

    `entry` is empty when only the file's wording changed: no code, no definition.
    """

    list: str
    entry: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None


def list_changes(before: Rulebook, after: Rulebook) -> tuple[ListChange, ...]:
    """Every entry that differs, by list then entry; a list reworded without effect is told once."""
    found = [
        *_sets(before.referentiels, after.referentiels),
        *_texts(before.referentiels, after.referentiels),
    ]
    told = {change.list for change in found}
    old, new = _raw(before), _raw(after)
    reworded = [
        name for name in old.keys() | new.keys() if old.get(name) != new.get(name) and name not in told
    ]
    return tuple(
        sorted([*found, *(ListChange(name, "") for name in reworded)], key=lambda c: (c.list, c.entry))
    )


def _sets(before: Referentiels, after: Referentiels) -> Iterator[ListChange]:
    lists = (
        ("territoires", before.territories, after.territories),
        ("zones", before.zones, after.zones),
        ("zonage-abc", _by_value(before.zones_abc), _by_value(after.zones_abc)),
        ("arrondissements", _by_value(before.arrondissements), _by_value(after.arrondissements)),
    )
    for name, old, new in lists:
        for entry in old.keys() | new.keys():
            was, now = old.get(entry, frozenset()), new.get(entry, frozenset())
            if was != now:
                yield ListChange(name, entry, tuple(sorted(now - was)), tuple(sorted(was - now)))


def _texts(before: Referentiels, after: Referentiels) -> Iterator[ListChange]:
    lists = (
        ("segments", _segments(before), _segments(after)),
        ("motifs-refus", _reasons(before), _reasons(after)),
        ("rpls-financement", before.financements, after.financements),
    )
    for name, old, new in lists:
        for entry in old.keys() | new.keys():
            if old.get(entry) != new.get(entry):
                yield ListChange(name, entry, before=old.get(entry), after=new.get(entry))


def _by_value(values: Mapping[str, str]) -> Members:
    """A list of code → name, turned into name → codes."""
    names = sorted(set(values.values()))
    return {name: frozenset(code for code, value in values.items() if value == name) for name in names}


def _segments(lists: Referentiels) -> dict[str, str]:
    return {
        f"{dimension}:{segment.name}": f"{segment.label} ({_holds(segment)})"
        for dimension, segments in lists.segments.items()
        for segment in segments
    }


def _holds(segment: Segment) -> str:
    if segment.values:
        return listed_words(sorted(segment.values), "ou")
    bounds = (("à partir de", segment.low), ("jusqu'à", segment.high))
    return " ".join(f"{word} {value_words(bound)}" for word, bound in bounds if bound is not None)


def _reasons(lists: Referentiels) -> dict[str, str]:
    return {code: _reason(reason) for code, reason in lists.refusal_reasons.items()}


def _reason(reason: RefusalReason) -> str:
    kind = "motivé" if reason.reasoned else "non motivé"
    until = "" if reason.last_day is None else f" au {reason.last_day}"
    return f"{reason.label} ({kind}, par {listed_words(sorted(reason.by))}, du {reason.first_day}{until})"


def _raw(book: Rulebook) -> dict[str, Any]:
    said: Any = canonical.decode(book.bundle())
    lists: dict[str, Any] = said["referentiels"]
    return lists
