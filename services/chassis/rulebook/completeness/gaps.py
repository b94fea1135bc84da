"""Keys that rules leave unsaid: over which days, for which class of layers, told where they were said last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chassis.rulebook.alternatives import TooBranchedError
from chassis.rulebook.completeness.needs import NEEDS, Need
from chassis.rulebook.conditions import ALWAYS, AllOf
from chassis.rulebook.effect_words import label_of
from chassis.rulebook.extent import Extents
from chassis.rulebook.faults import Fault
from chassis.rulebook.legal.ordinary import within
from chassis.rulebook.rule import Layer, Room, Rule
from chassis.rulebook.standing import in_precedence

_EVE = timedelta(days=1)
Days = tuple[date, date | None]
"""A first and a last day, both included; None: without end."""


@dataclass(frozen=True, slots=True)
class _Class:
    """The scopes whose rules are those of the same layers; a département or a bailleur is empty when it has none."""

    departement: str = ""
    bailleur: str = ""

    def rooms(self, family: str) -> list[Room]:
        """Where its rules of a family stand, nearest last."""
        found = [Room(Layer.DEFAULT, "", family)]
        if self.departement:
            found.append(Room(Layer.DEPARTEMENT, self.departement, family))
        if self.bailleur:
            found.append(Room(Layer.BAILLEUR, self.bailleur, family))
        if self.departement and self.bailleur:
            found.append(Room(Layer.BAILLEUR_DEPARTEMENT, f"{self.bailleur}:{self.departement}", family))
        return found

    def wider(self) -> "list[_Class]":
        """The classes it inherits from."""
        narrower = [replace(self, departement=""), replace(self, bailleur="")]
        return [one for one in dict.fromkeys([*narrower, _Class()]) if one != self]

    def __str__(self) -> str:
        where = f"le département {self.departement}" if self.departement else ""
        whose = f"le bailleur {self.bailleur}" if self.bailleur else ""
        return " dans ".join(words for words in (whose, where) if words) or "tout le monde"


def gaps(rules: Sequence[Rule]) -> Iterator[Fault]:
    """One fault for each family, class of layers and stretch of days in which a needed key is not said.

    The days looked at begin with the first rule of the rulebook. What a narrower class leaves unsaid because a wider
    one does is told of the wider one alone.
    """
    if not rules:
        return
    begin = min(rule.first_day for rule in rules)
    for family in dict.fromkeys(need.family for need in NEEDS):
        ours = [rule for rule in rules if rule.room.family == family]
        yield from _Family(family, ours, begin).gaps()


class _Family:
    """The rules of one family, asked what they leave unsaid."""

    def __init__(self, family: str, rules: Sequence[Rule], begin: date) -> None:
        self._family, self._rules, self._begin = family, rules, begin
        self._needs = [need for need in NEEDS if need.family == family]
        self._by_room: dict[Room, list[Rule]] = {}
        for rule in rules:
            self._by_room.setdefault(rule.room, []).append(rule)

    def gaps(self) -> Iterator[Fault]:
        known: dict[_Class, dict[Need, list[Days]]] = {}
        for one in self._classes():
            found = known[one] = self._unsaid(one)
            inherited = [known[wider] for wider in one.wider() if wider in known]
            fresh = {
                need: [
                    days for days in found[need] if all(days not in each.get(need, ()) for each in inherited)
                ]
                for need in found
            }
            by_days: dict[Days, list[Need]] = {}
            for need, stretches in fresh.items():
                for days in stretches:
                    by_days.setdefault(days, []).append(need)
            yield from (self._told(one, needs, days) for days, needs in by_days.items())

    def _classes(self) -> list[_Class]:
        """Every class of layers that has rules of its own, wider ones first."""
        bailleurs = {room.owner for room in self._by_room if room.layer is Layer.BAILLEUR}
        departements = {room.owner for room in self._by_room if room.layer is Layer.DEPARTEMENT}
        both = {
            tuple(room.owner.split(":")) for room in self._by_room if room.layer is Layer.BAILLEUR_DEPARTEMENT
        }
        pairs = both | {
            (bailleur, where) for bailleur in bailleurs for where in departements if self._silences()
        }
        return [
            _Class(),
            *(_Class(departement=where) for where in sorted(departements)),
            *(_Class(bailleur=bailleur) for bailleur in sorted(bailleurs)),
            *(_Class(where, bailleur) for bailleur, where in sorted(pairs)),
        ]

    def _silences(self) -> bool:
        """Whether a local rule takes an answer away: without one, layers together leave no more unsaid than each."""
        local = (rule for rule in self._rules if rule.room.layer is not Layer.DEFAULT)
        return any(not rule.active for rule in local)

    def _unsaid(self, one: _Class) -> dict[Need, list[Days]]:
        ours = [rule for room in one.rooms(self._family) for rule in self._by_room.get(room, ())]
        found: dict[Need, list[Days]] = {need: [] for need in self._needs}
        for first, last in _stretches(ours, self._begin):
            asked = in_precedence(ours, first)
            for need in self._needs:
                if not _is_said(need, asked, one):
                    _extend(found[need], first, last)
        return found

    def _told(self, one: _Class, needs: Sequence[Need], days: Days) -> Fault:
        keys = list(dict.fromkeys(need.key for need in needs))
        names = ", ".join(f"« {key} » ({label_of(key)})" for key in keys[:_MOST_NAMED])
        more = f" et {len(keys) - _MOST_NAMED} autres" if len(keys) > _MOST_NAMED else ""
        message = f"Aucune règle ne dit {names}{more} {_spoken(days)}, pour {one}."
        remedy = "Écrivez une règle « when: always » qui le dit ; « aucun » dit qu'il n'y en a pas, là où c'est admis."
        where = self._last_to_speak(one, needs[0], days[0])
        if where is None:
            return Fault(f"{self._family}/", 1, message, remedy=remedy)
        return where.fault("effective" if where.last_day is not None else "when", message, remedy=remedy)

    def _last_to_speak(self, one: _Class, need: Need, day: date) -> Rule | None:
        """The rule that said it until the day before; else the nearest one that says it, though not always."""
        ours = [rule for room in one.rooms(self._family) for rule in self._by_room.get(room, ())]
        speaking = [rule for rule in ours if need.is_said_by(rule.then)]
        ended = [rule for rule in speaking if rule.last_day == day - _EVE]
        local = [rule for rule in reversed(ours) if not rule.active and rule.is_in_force(day)]
        in_force = [rule for rule in reversed(speaking) if rule.active and rule.is_in_force(day)]
        silent = [rule for rule in local if rule.room.layer is not Layer.DEFAULT]
        return next(iter([*ended, *silent, *in_force, *speaking]), None)


_MOST_NAMED = 6


def _stretches(rules: Iterable[Rule], begin: date) -> Iterator[Days]:
    """Stretches of days, from the first one looked at, in which the same rules are in force."""
    turns = {begin}
    for rule in rules:
        turns.add(rule.first_day)
        if rule.last_day is not None:
            turns.add(rule.last_day + _EVE)
    days = sorted(day for day in turns if day >= begin)
    for place, first in enumerate(days):
        yield first, days[place + 1] - _EVE if place + 1 < len(days) else None


def _is_said(need: Need, asked: Sequence[Rule], one: _Class) -> bool:
    speaking = [rule for rule in asked if need.is_said_by(rule.then)]
    if any(rule.when == ALWAYS for rule in speaking):
        return True
    if not speaking:
        return False
    inside = [part for room in one.rooms(need.family) for part in within(room)]
    where = AllOf((need.where, *dict.fromkeys(inside)))
    extents = Extents([where, *(rule.when for rule in speaking)])
    try:
        said = tuple(way for rule in speaking for way in extents.ways(rule.when))
        return all(extents.within(way, said) for way in extents.ways(where))
    except TooBranchedError:
        return True  # too branched to be looked at: `rules check` tells it of the rule


def _extend(found: list[Days], first: date, last: date | None) -> None:
    """Add a stretch, joined to the one before when they meet."""
    if found and found[-1][1] == first - _EVE:
        found[-1] = (found[-1][0], last)
    else:
        found.append((first, last))


def _spoken(days: Days) -> str:
    first, last = days
    return f"à partir du {first}" if last is None else f"du {first} au {last}"
