"""The rulebook of a case: the directory's, with the rule files and the lists of the case laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from aiguillage.acceptance.case import Case
from chassis.rulebook import Rulebook
from chassis.rulebook.crosscheck import crosscheck
from chassis.rulebook.document import Document, Where
from chassis.rulebook.faults import Fault, did_you_mean
from chassis.rulebook.lists import read_lists
from chassis.rulebook.loading import room_of
from chassis.rulebook.rule import Layer, Rule, read_rule
from contracts import canonical


class Ground:
    """A loaded rulebook that cases lay their own files over."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        bundle: Any = canonical.decode(rulebook.bundle())
        self._lists: Mapping[str, Any] = bundle["referentiels"]

    def without(self, rule: Rule) -> "Ground":
        """The same ground when a rule file is deleted."""
        rules = (other for other in self.rulebook.rules if other.path != rule.path)
        return Ground(Rulebook(rules, self.rulebook.lists, self._lists, self.rulebook.law))

    def common(self) -> "Ground":
        """The same ground without the rules of a département or of a bailleur."""
        rules = (rule for rule in self.rulebook.rules if rule.room.layer is Layer.DEFAULT)
        return Ground(Rulebook(rules, self.rulebook.lists, self._lists, self.rulebook.law))

    def of(self, case: Case) -> "Ground":
        """The ground a case of the directory stands on: the common rules, or all when it says that it is local."""
        return self if case.said.local else self._common

    @cached_property
    def _common(self) -> "Ground":
        return self.common()

    def under(self, case: Case, faults: list[Fault]) -> Rulebook:
        """The rulebook of a case; faults of what it lays over are added to the list, at its own lines."""
        if not case.said.rules and not case.said.referentiels:
            return self.rulebook
        before = len(faults)
        rules = {rule.path: rule for rule in self.rulebook.rules}
        for path, written in case.said.rules.items():
            said = None if written is None else self._said(case, path, written, faults)
            rules.pop(path, None)
            rule = None if said is None else _rule(case, path, said, faults)
            if rule is not None:
                rules[path] = rule
        lists = {name: Document(name, value, {}) for name, value in self._laid_over(case).items()}
        dated = self.rulebook.lists
        if case.said.referentiels:
            dated = read_lists(lists, faults)
        if len(faults) == before:
            faults.extend(_placed(case, crosscheck(list(rules.values()), dated, self.rulebook.law)))
        values = {name: document.value for name, document in lists.items()}
        return Rulebook(rules.values(), dated, values, self.rulebook.law)

    def _said(
        self, case: Case, path: str, written: Mapping[str, Any], faults: list[Fault]
    ) -> Mapping[str, Any] | None:
        """What an overlaid file says: its own keys over those of the rule it is `like`, if it names one."""
        own = {key: value for key, value in written.items() if key != "like"}
        if "like" not in written:
            return own
        known = {rule.path: rule for rule in self.rulebook.rules}
        base = known.get(str(written["like"]))
        if base is None:
            found, remedy = str(written["like"]), did_you_mean(str(written["like"]), known)
            where = ("rules", path, "like")
            faults.append(case.document.fault(where, "Règle inconnue.", found, remedy=remedy))
            return None
        return {**base.document(), **own}

    def _laid_over(self, case: Case) -> dict[str, Any]:
        lists = dict(self._lists)
        for name, entries in case.said.referentiels.items():
            lists[name] = {**lists.get(name, {}), **entries}
        return lists


def _rule(case: Case, path: str, written: Mapping[str, Any], faults: list[Fault]) -> Rule | None:
    """One overlaid rule; its lines are those of the case's file."""
    document = Document(path, written, dict(_lines_below(case.document, ("rules", path))))
    found: list[Fault] = []
    room = room_of(document, found)
    rule = None if room is None else read_rule(document, room, found)
    faults.extend(replace(fault, path=case.path) for fault in found)
    return rule


def _lines_below(document: Document, above: Where) -> Iterator[tuple[Where, int]]:
    for where, line in document.lines.items():
        if where[: len(above)] == above:
            yield where[len(above) :], line


def _placed(case: Case, faults: Iterator[Fault]) -> Iterator[Fault]:
    """Faults between rules, told at the line of the case that lays the rule over."""
    for fault in faults:
        if fault.path in case.said.rules:
            yield replace(fault, path=case.path)
        else:
            line = case.document.line("rules")
            yield replace(fault, path=case.path, line=line, message=f"{fault.path} : {fault.message}")
