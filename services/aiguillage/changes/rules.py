"""Rules compared file by file: what is new, ended, replaced, turned on or off, changed in place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from chassis.rulebook import Fault, Rulebook
from chassis.rulebook.backdated import backdated
from chassis.rulebook.effect_words import effects_of, label_of
from chassis.rulebook.facts import FAMILIES
from chassis.rulebook.in_place import edited_in_place
from chassis.rulebook.rule import Rule
from chassis.rulebook.wording import condition_words, touched_words


class Kind(StrEnum):
    """What happened to a rule; one rule may have undergone several."""

    ADDED = "added"
    REPLACES = "replaces"
    OVERLAYS = "overlays"
    ENDED = "ended"
    PROLONGED = "prolonged"
    TURNED_ON = "turned_on"
    TURNED_OFF = "turned_off"
    CHANGED = "changed"
    REMOVED = "removed"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class EffectChange:
    """One key of `then` before and after, as a clerk reads it; None is nothing said."""

    key: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule file that differs. `other` is the rule it replaces, overlays or is replaced by.

    `refused` says why the edit is not allowed, when it changes days already past: a value in force is ended, and a
    new rule replaces it. `warned` says that a new rule reaches back. Conditions are in French; equal ones are told
    once, as `condition`.
    """

    path: str
    family: str
    id: str
    title: str
    kinds: tuple[Kind, ...]
    touches: str
    first_day: date
    last_day: date | None
    other: str | None
    condition: str
    condition_before: str | None
    effects: tuple[EffectChange, ...]
    reworded: tuple[str, ...]
    refused: tuple[str, ...]
    warned: tuple[str, ...]


def rule_changes(before: Rulebook, after: Rulebook, on: date) -> tuple[RuleChange, ...]:
    """Every rule that differs, by family, layer, owner and id; `on` is the first day an edit may change."""
    old, new = ({rule.path: rule for rule in book.rules} for book in (before, after))
    pairs = [(old.get(path), new.get(path)) for path in old.keys() | new.keys()]
    faults, warnings = edited_in_place(before, after, on), backdated(before, after, on)
    found = (_judged(_change(was, now, before.rules, after.rules), faults, warnings) for was, now in pairs)
    return tuple(change for _, change in sorted(_placed(found, old | new), key=lambda pair: pair[0]))


def _placed(
    found: Iterator[RuleChange | None], rules: Mapping[str, Rule]
) -> Iterator[tuple[tuple[int, int, str, str], RuleChange]]:
    for change in found:
        if change is not None:
            room = rules[change.path].room
            yield (FAMILIES.index(room.family), room.layer, room.owner, change.id), change


def _judged(
    change: RuleChange | None, faults: Sequence[Fault], warnings: Sequence[Fault]
) -> RuleChange | None:
    """A change with what `rules check` would say against it, or warn of."""
    if change is None:
        return None
    return replace(change, refused=_about(change, faults), warned=_about(change, warnings))


def _about(change: RuleChange, faults: Sequence[Fault]) -> tuple[str, ...]:
    return tuple(f"{fault.message} {fault.remedy}".strip() for fault in faults if fault.path == change.path)


def _change(
    was: Rule | None, now: Rule | None, old: Sequence[Rule], new: Sequence[Rule]
) -> RuleChange | None:
    if was is None:
        assert now is not None  # noqa: S101 - a path stands on one side at least
        return _added(now, old, new)
    if now is None:
        return _told(was, (Kind.REMOVED,), was, None)
    return None if was.document() == now.document() else _edited(was, now, new)


def _added(rule: Rule, old: Sequence[Rule], new: Sequence[Rule]) -> RuleChange:
    ended = _named(old, rule, rule.replaces) or _named(new, rule, rule.replaces)
    if ended is not None:
        return _told(rule, (Kind.ADDED, Kind.REPLACES), ended, rule, other=ended)
    farther = [r for r in new if r.id == rule.id and r.room.layer > rule.room.layer]
    if not farther:
        return _told(rule, (Kind.ADDED, *(() if rule.active else (Kind.TURNED_OFF,))), None, rule)
    nearest = min(farther, key=lambda r: r.room.layer)
    switched = () if nearest.active == rule.active else (Kind.TURNED_ON if rule.active else Kind.TURNED_OFF,)
    return _told(rule, (Kind.ADDED, Kind.OVERLAYS, *switched), nearest, rule, other=nearest)


def _named(rules: Sequence[Rule], beside: Rule, name: str | None) -> Rule | None:
    return next((rule for rule in rules if rule.room == beside.room and rule.id == name), None)


def _edited(was: Rule, now: Rule, new: Sequence[Rule]) -> RuleChange:
    reworded = tuple(name for name in _WORDS if getattr(was, name) != getattr(now, name))
    is_changed = any(getattr(was, name) != getattr(now, name) for name in _VALUES)
    kinds = (
        *_of_dates(was, now),
        *(() if was.active == now.active else (Kind.TURNED_ON if now.active else Kind.TURNED_OFF,)),
        *((Kind.CHANGED,) if is_changed else ()),
        *((Kind.REWORDED,) if reworded else ()),
    )
    follower = next((r for r in new if r.room == now.room and r.replaces == now.id), None)
    other = follower if Kind.ENDED in kinds else None
    return _told(now, kinds, was, now, other=other, reworded=reworded)


_VALUES = ("first_day", "priority", "regulatory", "when", "then", "replaces")
_WORDS = ("title", "references", "owner", "because", "accepts")


def _of_dates(was: Rule, now: Rule) -> tuple[Kind, ...]:
    if was.last_day == now.last_day:
        return ()
    return (Kind.ENDED if (now.last_day or date.max) < (was.last_day or date.max) else Kind.PROLONGED,)


def _told(
    rule: Rule,
    kinds: tuple[Kind, ...],
    was: Rule | None,
    now: Rule | None,
    *,
    other: Rule | None = None,
    reworded: tuple[str, ...] = (),
) -> RuleChange:
    condition = condition_words(rule.when)
    condition_before = None if was is None else condition_words(was.when)
    thens = _compared(was, now, ends=Kind.ENDED in kinds and other is None)
    return RuleChange(
        path=rule.path,
        family=rule.room.family,
        id=rule.id,
        title=rule.title,
        kinds=kinds,
        touches=touched_words(rule.room),
        first_day=rule.first_day,
        last_day=rule.last_day,
        other=None if other is None else other.path,
        condition=condition,
        condition_before=None if condition_before == condition else condition_before,
        effects=(*_head(was, now, kinds), *_effects(*thens), *_acceptances(was, now)),
        reworded=reworded,
        refused=(),
        warned=(),
    )


def _head(was: Rule | None, now: Rule | None, kinds: tuple[Kind, ...]) -> Iterator[EffectChange]:
    """What else decides in an edited rule: its first day, its priority, its nature."""
    if was is None or now is None or Kind.CHANGED not in kinds:
        return
    if was.first_day != now.first_day:
        yield EffectChange("from", "premier jour", was.first_day.isoformat(), now.first_day.isoformat())
    if was.priority != now.priority:
        yield EffectChange("priority", "priorité", str(was.priority), str(now.priority))
    if was.regulatory != now.regulatory:
        before, after = ("issue de la loi" if rule.regulatory else "accord local" for rule in (was, now))
        yield EffectChange("regulatory", "nature", before, after)


def _acceptances(was: Rule | None, now: Rule | None) -> Iterator[EffectChange]:
    """Each check that is accepted now and was not, or the other way round, or for another reason."""
    before, after = (({} if rule is None else rule.accepts) for rule in (was, now))
    for check in sorted(before.keys() | after.keys()):
        if before.get(check) != after.get(check):
            label = f"contrôle accepté, {check}"
            yield EffectChange(f"accepts.{check}", label, before.get(check), after.get(check))


def _compared(
    was: Rule | None, now: Rule | None, *, ends: bool
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What is said before and after: a rule that is switched off, or ends without a follower, says nothing."""
    is_switched = was is not None and now is not None and was.active != now.active
    old = {} if was is None or (is_switched and not was.active) else was.then
    new = {} if now is None or ends or (is_switched and not now.active) else now.then
    return old, new


def _effects(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[EffectChange]:
    """Keys whose value differs, in order of the key."""
    old, new = dict(effects_of(was)), dict(effects_of(now))
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield EffectChange(key, label_of(key), old.get(key), new.get(key))
