"""Values that a fact cannot take: communes that do not exist, another département's, floors nobody built."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from chassis.rulebook import pattern
from chassis.rulebook.conditions import Comparison, leaves
from chassis.rulebook.extent import may_be
from chassis.rulebook.facts import CATALOGUE, FactType
from chassis.rulebook.faults import Fault, did_you_mean, listed
from chassis.rulebook.lint import geography, rooms
from chassis.rulebook.lint.checks import ELSEWHERE, IMPOSSIBLE, UNKNOWN_COMMUNE, UNLIKELY
from chassis.rulebook.lists import DatedLists
from chassis.rulebook.rule import Rule
from chassis.rulebook.scalars import plain
from contracts.values import departement_of, passes_luhn

_EQUALS = frozenset({"is", "is_not", "in", "not_in"})
_COMMUNES = frozenset({"dwelling.commune", "dwelling.city"})
_BAILLEUR, _DEPARTEMENT = "vacancy.bailleur", "vacancy.departement"
_QPV_CODE = re.compile(r"Q[PN](?:[0-9]{6}|0?2[AB][0-9]{3}|[0-9]{5}[A-Z]|0?2[AB][0-9]{2}[A-Z])")
PLAUSIBLE = {
    "dwelling.construction_year": (1700, 2100),
    "dwelling.surface_m2": (5, 1_000),
    "dwelling.floor": (-3, 60),
    "dwelling.rent_eur": (0, 10_000),
    "dwelling.charges_eur": (0, 5_000),
}
"""Beyond these a number is possible, and more likely a slip: a lost decimal point, another unit."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one value."""

    check: str
    message: str
    found: str
    allowed: str = ""
    remedy: str = ""
    is_warning: bool = False


def impossible_values(rules: Iterable[Rule], lists: DatedLists) -> Iterator[Fault]:
    """Every value of a condition that its fact cannot take where the rule applies, at its line."""
    for rule in rules:
        for where, test in leaves(rule.when):
            for wrong in _wrong(rule, test, lists):
                fault = rule.fault(where, wrong.message, wrong.found, wrong.allowed, wrong.remedy)
                fault = fault.named(wrong.check)
                yield fault.as_warning() if wrong.is_warning else fault


def _wrong(rule: Rule, test: Comparison, lists: DatedLists) -> Iterator[_Wrong]:
    fact = CATALOGUE[test.fact]
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    numbers = [value for value in operands if isinstance(value, Decimal)]
    yield from _unlikely(fact, numbers)
    if test.operator == "matches":
        yield from _unmatched(test)
    if test.operator not in _EQUALS:
        return
    yield from _out_of_bounds(fact, numbers)
    for value in operands:
        if isinstance(value, str):
            yield from _text(rule, fact.name, value, lists)


def _out_of_bounds(fact: FactType, numbers: Iterable[Decimal]) -> Iterator[_Wrong]:
    for number in numbers:
        if not may_be(fact, number):
            message = f"Valeur impossible pour {fact.name} ({fact.label.partition(' (')[0]})."
            yield _Wrong(IMPOSSIBLE, message, plain(number), bounds_words(fact))


def bounds_words(fact: FactType) -> str:
    """What bounds a number, in French: `de 1 à 12`, `0 au moins`."""
    if fact.high is None:
        return f"{fact.low} au moins"
    return f"{fact.high} au plus" if fact.low is None else f"de {fact.low} à {fact.high}"


def _unlikely(fact: FactType, numbers: Iterable[Decimal]) -> Iterator[_Wrong]:
    low, high = PLAUSIBLE.get(fact.name, (None, None))
    for number in numbers:
        is_odd = low is not None and high is not None and not low <= number <= high
        if is_odd and number != 0 and may_be(fact, number):
            message = f"Valeur peu plausible pour {fact.name} ({fact.label})."
            remedy = "Vérifiez l'unité et le point décimal."
            yield _Wrong(UNLIKELY, message, plain(number), f"de {low} à {high}", remedy, is_warning=True)


def _text(rule: Rule, fact: str, value: str, lists: DatedLists) -> Iterator[_Wrong]:
    owner, siren = rooms.departement(rule.room), rooms.bailleur(rule.room)
    if fact in _COMMUNES:
        yield from _commune(fact, value, lists)
        if owner and departement_of(value) != owner:
            yield _elsewhere(value, f"cette commune est du {departement_of(value)}", owner)
    elif fact == _DEPARTEMENT and owner and value != owner:
        yield _elsewhere(value, f"ce test vise le {value}", owner)
    elif fact == _BAILLEUR:
        yield from _siren(value, siren or value)
    elif fact == "dwelling.construction_period":
        yield from _segment(rule, value, lists)
    elif fact == "dwelling.qpv_code":
        yield from _qpv_code(value)


def _commune(fact: str, code: str, lists: DatedLists) -> Iterator[_Wrong]:
    city = _city(code, lists)
    if fact == "dwelling.city" and city:
        message = f"{code} est un arrondissement : dwelling.city les réunit à leur commune."
        yield _Wrong(
            IMPOSSIBLE,
            message,
            code,
            city,
            f"Écrivez {city}, ou testez dwelling.commune.",
        )
    elif not geography.exists(code) and not _is_listed(code, lists):
        arrondissement = geography.with_postcode(code)
        remedy = (
            f"C'est un code postal : le code INSEE est {arrondissement}."
            if arrondissement
            else "Cherchez le code INSEE, qui n'est pas le code postal."
        )
        message = "Aucune commune n'a ce code INSEE."
        yield _Wrong(UNKNOWN_COMMUNE, message, code, remedy=remedy)


def _is_listed(code: str, lists: DatedLists) -> bool:
    """Whether a list of the operator knows a commune that the release does not: a new or a former one."""
    return any(code in on.arrondissements or code in on.zones_abc for on in lists.ever())


def _city(code: str, lists: DatedLists) -> str:
    """The commune of an arrondissement; empty for any other code."""
    said = (on.arrondissements[code] for on in lists.ever() if code in on.arrondissements)
    return geography.CITY_OF.get(code) or next(said, "")


def _elsewhere(value: str, said: str, owner: str) -> _Wrong:
    message = f"Ce dossier est celui du département {owner} : {said}."
    place = departement_of(value) if len(value) > 3 else value  # noqa: PLR2004 - a commune has five characters
    remedy = f"Rangez la règle sous territories/{place}/, ou corrigez la valeur."
    return _Wrong(ELSEWHERE, message, value, owner, remedy)


def _siren(value: str, owner: str) -> Iterator[_Wrong]:
    if not passes_luhn(value):
        message = "Ce n'est pas un SIREN : la clé de contrôle est fausse."
        yield _Wrong(IMPOSSIBLE, message, value, remedy="Vérifiez les neuf chiffres.")
    elif value != owner:
        message = f"Ce dossier est celui du bailleur {owner} : ce test vise un autre bailleur."
        remedy = f"Rangez la règle sous bailleurs/{value}/, ou corrigez la valeur."
        yield _Wrong(ELSEWHERE, message, value, owner, remedy)


def _segment(rule: Rule, value: str, lists: DatedLists) -> Iterator[_Wrong]:
    days = lists.stretches(rule.first_day, rule.last_day)
    known = list(dict.fromkeys(name for _, on in days for name in on.segment_names("construction_period")))
    if known and value not in known:
        message = "Période de construction inconnue de referentiels/segments.yaml."
        yield _Wrong(IMPOSSIBLE, message, value, listed(known), did_you_mean(value, known))


def _qpv_code(value: str) -> Iterator[_Wrong]:
    if not _QPV_CODE.fullmatch(value):
        message, allowed = (
            "Ce code n'a pas la forme de celui d'un quartier prioritaire.",
            "QP075001, QN07501M",
        )
        remedy = "Reprenez le code du décret."
        yield _Wrong(UNLIKELY, message, value, allowed, remedy, is_warning=True)


def _unmatched(test: Comparison) -> Iterator[_Wrong]:
    """A pattern that no code which exists follows, for the facts whose codes are all known."""
    if test.fact in _COMMUNES:
        known = geography.communes()
    elif test.fact == _DEPARTEMENT:
        known = geography.departements()
    else:
        return
    accepted = re.compile(str(test.operand))
    if not any(pattern.accepts(accepted, code) for code in known):
        message = f"Aucun code de {test.fact} ne suit ce motif."
        remedy = "Le motif porte sur tout le code : 75.* pour ceux qui commencent par 75."
        yield _Wrong(IMPOSSIBLE, message, str(test.operand), remedy=remedy)
