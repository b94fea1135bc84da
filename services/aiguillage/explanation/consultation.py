"""What the rules of one family say of some facts: rule by rule, test by test, key by key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.rulebook import Referentiels, Rulebook
from chassis.rulebook.effect_words import effect_value, label_of
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.facts import EMPTY, FactValue
from chassis.rulebook.rule import Layer, Rule
from chassis.rulebook.standing import Standing, Status, standings
from chassis.rulebook.trace import trace
from chassis.rulebook.verdict import render
from chassis.rulebook.wording import layer_words, met_words, origin_words, unmet_words
from flux.scope import Scope
from orientation.domain.instants import spoken_date

Facts = Mapping[str, FactValue]

_NEARER = {
    Layer.BAILLEUR_DEPARTEMENT: "au bailleur dans ce département",
    Layer.BAILLEUR: "au bailleur",
    Layer.DEPARTEMENT: "au département",
}
MATCHED, UNMATCHED = "matched", "unmatched"


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when rules are asked."""

    rules: Rulebook
    scope: Scope
    on: date

    @property
    def lists(self) -> Referentiels:
        """The lists as they stand that day."""
        return self.rules.lists.on(self.on)

    def standings(self, family: str) -> list[Standing]:
        """Every rule of a family that concerns the scope, those asked first."""
        ours = [rule for rule in self.rules.every_rule if rule.room.family == family]
        return standings(ours, self.on, self.scope.departement, self.scope.bailleur)

    def matched(self, family: str, facts: Facts, more: Facts = EMPTY) -> list[Rule]:
        """The rules that hold, the one that wins first."""
        asked = (one.rule for one in self.standings(family) if one.status is Status.IN_FORCE)
        return [rule for rule in asked if trace(rule.when, facts, more).holds]

    def rule_for(self, family: str, key: str, facts: Facts, more: Facts = EMPTY) -> Rule:
        """The rule that gives a key; LookupError when none does."""
        for rule in self.matched(family, facts, more):
            if key in rule.then:
                return rule
        raise LookupError(f"no rule of {family} gives {key}")


@dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule: `status` is matched, unmatched, or what keeps it from being asked; `tests` says why, in French.

    `because` is its sentence, for a rule that matched only.
    """

    id: str
    title: str
    origin: str
    status: str
    tests: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class KeyReading:
    """One key of `then`: its value, the rule that gives it (None: the convention itself) and why that one."""

    key: str
    label: str
    value: str
    rule: str | None
    why: str


@dataclass(frozen=True, slots=True)
class FamilyReading:
    """What a family answers; `parties` names the lines it was asked for, none when it is for the whole scope."""

    family: str
    parties: tuple[str, ...]
    rules: tuple[RuleReading, ...]
    keys: tuple[KeyReading, ...]


def consult(
    place: Place,
    family: str,
    facts: Facts,
    more: Facts = EMPTY,
    *,
    party: str | None = None,
    own: Mapping[str, Any] = EMPTY,
) -> FamilyReading:
    """Ask a family's rules; `own` holds the keys that the convention of `party` decides itself."""
    found = place.standings(family)
    matched = place.matched(family, facts, more)
    rules = tuple(_read(one, facts, more) for one in found)
    keys = (*_own_keys(own), *_rule_keys(family, matched, own))
    return FamilyReading(family, () if party is None else (party,), rules, keys)


def _read(one: Standing, facts: Facts, more: Facts) -> RuleReading:
    rule = one.rule
    if one.status is not Status.IN_FORCE:
        return RuleReading(rule.id, rule.title, origin_words(rule), str(one.status), (_kept_out(one),))
    traced = trace(rule.when, facts, more)
    if not traced.holds:
        return RuleReading(rule.id, rule.title, origin_words(rule), UNMATCHED, unmet_words(traced))
    because = render(rule.because, facts, more)
    return RuleReading(rule.id, rule.title, origin_words(rule), MATCHED, met_words(traced), because)


def _kept_out(one: Standing) -> str:
    rule = one.rule
    match one.status:
        case Status.NOT_YET:
            return f"n'entre en vigueur que le {spoken_date(rule.first_day)}"
        case Status.ENDED:
            return f"a pris fin le {spoken_date(rule.last_day or date.max)}"
        case Status.OVERLAID:
            return f"remplacée ici par {'' if one.by is None else one.by.path}"
        case _:
            return "désactivée (active: non)"


def _own_keys(own: Mapping[str, Any]) -> Iterable[KeyReading]:
    why = "écrit dans la convention, avant toute règle"
    return (KeyReading(key, label_of(key), effect_value(value), None, why) for key, value in own.items())


def _rule_keys(family: str, matched: Sequence[Rule], own: Mapping[str, Any]) -> Iterable[KeyReading]:
    """Each key the rules give and the convention leaves to them; in an exclusive family the first rule decides."""
    heard = matched[:1] if EFFECTS[family].exclusive else matched
    for key in dict.fromkeys(key for rule in heard for key in rule.then if key not in own):
        speaking = [rule for rule in matched if key in rule.then]
        rivals = matched if EFFECTS[family].exclusive else speaking
        rule = speaking[0]
        yield KeyReading(key, label_of(key), effect_value(rule.then[key]), rule.id, _why(rivals))


def _why(rivals: Sequence[Rule]) -> str:
    """Why the first of the rules that could speak is the one that is heard."""
    if len(rivals) == 1:
        return f"{layer_words(rivals[0].room)}, seule à en parler"
    first, second = rivals[:2]
    if first.room.layer != second.room.layer:
        if first.room.layer is Layer.LAW:
            return f"la loi : passe avant {second.id} ({layer_words(second.room)})"
        nearer = _NEARER[first.room.layer]
        return f"{layer_words(first.room)}, propre {nearer} : passe avant {second.id} ({layer_words(second.room)})"
    if first.priority != second.priority:
        return f"priorité {first.priority} : passe avant {second.id} (priorité {second.priority})"
    return f"à priorité égale ({first.priority}), l'identifiant vient avant {second.id}"
