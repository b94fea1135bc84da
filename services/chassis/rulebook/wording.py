"""Conditions and failed tests said in French, from the rule model alone: what explain and diff read aloud."""

from collections.abc import Iterable
from decimal import Decimal

from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, Not
from chassis.rulebook.facts import CATALOGUE, FactValue
from chassis.rulebook.rule import Layer, Room, Rule
from chassis.rulebook.scalars import plain
from chassis.rulebook.trace import Tested, Trace, decisive

MISSING, PRESENT = "non renseigné", "renseigné"
ALWAYS_WORDS = "toujours"


def value_words(value: FactValue) -> str:
    """A fact's value read aloud: `oui`, `18,5`, « non renseigné » when it is missing."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "oui" if value else "non"
    return plain(value).replace(".", ",") if isinstance(value, Decimal) else str(value)


def listed_words(words: Iterable[str], last: str = "et") -> str:
    """Words joined as in a sentence: `a, b et c`."""
    *head, tail = list(words) or [""]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def tested_words(tested: Tested) -> str:
    """One test that failed: `dwelling.typologie : attendu T1 ou T2, trouvé T3`."""
    fact, wanted = tested.comparison.fact, _wanted(tested.comparison, wanted=tested.wanted)
    if tested.found is None:
        return f"{fact} : {MISSING}" + ("" if wanted == PRESENT else f" (attendu {wanted})")
    return f"{fact} : attendu {wanted}, trouvé {value_words(tested.found)}"


def unmet_words(traced: Trace) -> tuple[str, ...]:
    """Why a condition does not hold: every failed test, one sentence each; alternatives make one sentence."""
    failed = decisive(traced)
    if isinstance(failed, Tested):
        return (tested_words(failed),)
    if failed.every:
        return tuple(sentence for part in failed.parts for sentence in unmet_words(part))
    return ("aucune des possibilités : " + " ; ".join(_together(unmet_words(p)) for p in failed.parts),)


def needed_words(traced: Trace) -> str:
    """What a failed condition still needs to hold: `dwelling.floor : 4 au moins, ou dwelling.lift : oui`."""
    failed = decisive(traced)
    if isinstance(failed, Tested):
        return f"{failed.comparison.fact} : {_wanted(failed.comparison, wanted=failed.wanted)}"
    return f", {'et' if failed.every else 'ou'} ".join(needed_words(part) for part in failed.parts)


def met_words(traced: Trace) -> tuple[str, ...]:
    """Why a condition holds: every test that made it hold, with the value found; empty when it always does."""
    held = decisive(traced)
    if isinstance(held, Tested):
        return (f"{held.comparison.fact} : {value_words(held.found)}",)
    return tuple(dict.fromkeys(sentence for part in held.parts for sentence in met_words(part)))


def condition_words(condition: Condition) -> str:
    """A condition as a sentence: `« typologie » vaut T1 ou T2, et « étage » vaut 4 au moins`."""
    return _said(condition, wanted=True, inside=False)


def touched_words(room: Room) -> str:
    """Whom a rule of a room may touch: everybody, a département or a bailleur."""
    bailleur, _, departement = room.owner.rpartition(":")
    return {
        Layer.LAW: "tout le monde",
        Layer.DEFAULT: "tout le monde",
        Layer.DEPARTEMENT: f"le département {room.owner}",
        Layer.BAILLEUR: f"le bailleur {room.owner}",
        Layer.BAILLEUR_DEPARTEMENT: f"le bailleur {bailleur} dans le département {departement}",
    }[room.layer]


def layer_words(room: Room) -> str:
    """Who wrote a rule: `règle commune`, `règle du département 75`, `règle du bailleur 999001209`."""
    bailleur, _, departement = room.owner.rpartition(":")
    return {
        Layer.LAW: "la loi",
        Layer.DEFAULT: "règle commune",
        Layer.DEPARTEMENT: f"règle du département {room.owner}",
        Layer.BAILLEUR: f"règle du bailleur {room.owner}",
        Layer.BAILLEUR_DEPARTEMENT: f"règle du bailleur {bailleur} dans le département {departement}",
    }[room.layer]


def origin_words(rule: Rule) -> str:
    """Layer, priority and nature of a rule; a local agreement is shown as such."""
    if rule.room.layer is Layer.LAW:
        return f"la loi, {rule.references[0]['title']}"
    nature = "issue de la loi" if rule.regulatory else "accord local"
    return f"{layer_words(rule.room)}, priorité {rule.priority}, {nature}"


def _together(sentences: tuple[str, ...]) -> str:
    return sentences[0] if len(sentences) == 1 else f"({listed_words(sentences)})"


def _wanted(test: Comparison, *, wanted: bool) -> str:
    """What a test expects: `T1 ou T2`, `autre que T1`, `4 au moins`, `renseigné`."""
    operator, said = test.operator, _operands(test)
    if operator in {"present", "absent"}:
        return PRESENT if (operator == "present") == wanted else MISSING
    if operator not in _BOUNDS:
        return said if (operator not in {"is_not", "not_in"}) == wanted else f"autre que {said}"
    bound = _BOUNDS[operator][0 if wanted else 1]
    low, high = said, said
    if isinstance(test.operand, tuple):
        low, high = map(value_words, test.operand)
    return bound.format(low=low, high=high)


_BOUNDS = {
    "at_least": ("{low} au moins", "moins de {low}"),
    "at_most": ("{high} au plus", "plus de {high}"),
    "more_than": ("plus de {low}", "{low} au plus"),
    "less_than": ("moins de {high}", "{high} au moins"),
    "between": ("entre {low} et {high}", "moins de {low} ou plus de {high}"),
}
"""What an order test expects, and what its negation does."""


def _operands(test: Comparison) -> str:
    operand = test.operand
    if test.operator == "matches":
        return f"le motif « {operand} »"
    return (
        listed_words(map(value_words, operand), "ou") if isinstance(operand, tuple) else value_words(operand)
    )


def _said(condition: Condition, *, wanted: bool, inside: bool) -> str:
    match condition:
        case Not(part):
            return _said(part, wanted=not wanted, inside=inside)
        case Comparison():
            return _test_said(condition, wanted=wanted)
        case AllOf(()):
            return ALWAYS_WORDS
        case AllOf(parts) | AnyOf(parts):
            word = "et" if isinstance(condition, AllOf) == wanted else "ou"
            several = len(parts) > 1
            said = f", {word} ".join(_said(part, wanted=wanted, inside=several or inside) for part in parts)
            return f"({said})" if inside and several else said


def _test_said(test: Comparison, *, wanted: bool) -> str:
    """A test as a clause; a reversed one also holds when nothing is said of the fact, and says so."""
    label = f"« {CATALOGUE[test.fact].label.partition(' (')[0]} »"
    expected = _wanted(test, wanted=wanted)
    if expected == PRESENT:
        return f"{label} est renseigné"
    if expected == MISSING:
        return f"{label} n'est pas renseigné"
    other, verb = expected.removeprefix("autre que "), "suit" if test.operator == "matches" else "vaut"
    clause = f"{label} ne {verb} pas {other}" if other != expected else f"{label} {verb} {expected}"
    return clause if wanted else f"{clause} (ou n'est pas renseigné)"
