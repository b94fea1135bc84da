"""Reads a rule's `when` into a typed condition, or says what is wrong and where."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from chassis.rulebook import pattern
from chassis.rulebook.conditions import (
    ALWAYS,
    OPERATORS,
    ORDER_OPERATORS,
    SET_OPERATORS,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
)
from chassis.rulebook.document import Document, Where
from chassis.rulebook.facts import CATALOGUE, FactType, Kind, known_to
from chassis.rulebook.faults import MOST_IN_A_FILE, Fault, did_you_mean, listed, shown
from chassis.rulebook.scalars import number, refuse, whole, yes_or_no

DEEPEST = 8
_JOINS = ("all", "any", "not")
_OF_TEXT = ("is", "is_not", "in", "not_in", "matches", "present", "absent")
_OF_FLAG = ("is", "is_not", "present", "absent")
_OF_NUMBER = ("is", "is_not", "in", "not_in", *ORDER_OPERATORS, "present", "absent")
OPERATORS_OF = {Kind.TEXT: _OF_TEXT, Kind.FLAG: _OF_FLAG, Kind.WHOLE: _OF_NUMBER, Kind.DECIMAL: _OF_NUMBER}
"""The operators that apply to each kind of fact."""


def read_condition(document: Document, family: str, faults: list[Fault]) -> Condition:
    """The condition under `when`; faults are added to the list, and what is faulty reads as always."""
    when = document.value.get("when")
    if when in ("always", {}):
        return ALWAYS
    return _Reading(document, family, faults).condition(when, ("when",), 1)


class _Reading:
    """One `when` being read."""

    def __init__(self, document: Document, family: str, faults: list[Fault]) -> None:
        self.document, self.family, self.faults = document, family, faults
        self._most = len(faults) + MOST_IN_A_FILE

    def _fault(
        self, where: Where, message: str, found: object = "", allowed: str = "", remedy: str = ""
    ) -> Condition:
        self.faults.append(self.document.fault(where, message, shown(found), allowed, remedy))
        return ALWAYS

    def condition(self, value: Any, where: Where, depth: int) -> Condition:  # noqa: ANN401 - a YAML value
        """One node of the condition."""
        if len(self.faults) > self._most:  # no need to look for more than are told
            return ALWAYS
        if depth > DEEPEST:
            return self._fault(where, f"Condition imbriquée sur plus de {DEEPEST} niveaux.")
        if not isinstance(value, dict):
            allowed = "always, all: […], any: […], not: {…}, {fact: …, is: …}"
            return self._fault(where, "Une condition est attendue.", "" if value is None else value, allowed)
        joins = [key for key in value if key in _JOINS]
        if not joins:
            return self._test(value, where)
        if len(value) > 1:
            found = ", ".join(value)
            return self._fault(
                where, "Une condition tient une seule clé.", found, "all, any ou not", "Imbriquez-les."
            )
        return self._join(joins[0], value[joins[0]], (*where, joins[0]), depth)

    def _join(self, join: str, value: Any, where: Where, depth: int) -> Condition:  # noqa: ANN401 - a YAML value
        if join == "not":
            return Not(self.condition(value, where, depth + 1))
        if not isinstance(value, list) or not value:
            return self._fault(
                where, f"« {join} » attend une liste de conditions.", remedy="Écrivez [ {fact: …} ]."
            )
        parts = tuple(self.condition(part, (*where, index), depth + 1) for index, part in enumerate(value))
        return AllOf(parts) if join == "all" else AnyOf(parts)

    def _test(self, value: dict[str, Any], where: Where) -> Condition:
        name = value.get("fact")
        if not isinstance(name, str):
            found = ", ".join(value)
            return self._fault(where, "Il manque « fact », le fait à examiner.", found, "fact + un opérateur")
        allowed = known_to(self.family)
        if name not in allowed:
            known = name in CATALOGUE
            message = f"Ce fait n'est pas connu de la famille {self.family}." if known else "Fait inconnu."
            remedy = "" if known else did_you_mean(name, allowed)
            return self._fault((*where, "fact"), message, name, listed(allowed), remedy)
        operators = [key for key in value if key != "fact"]
        if len(operators) != 1:
            found = ", ".join(operators) or "aucun"
            remedy = "Séparez les tests dans « all », ou utilisez « between »."
            return self._fault(
                where, "Un test a un opérateur et un seul.", found, ", ".join(OPERATORS), remedy
            )
        return self._typed(CATALOGUE[name], operators[0], value[operators[0]], (*where, operators[0]))

    def _typed(self, fact: FactType, operator: str, value: Any, where: Where) -> Condition:  # noqa: ANN401 - YAML
        allowed = OPERATORS_OF[fact.kind]
        if operator not in allowed:
            message = f"« {operator} » ne s'applique pas à {fact.name} ({fact.kind})."
            if operator not in OPERATORS:
                message = "Opérateur inconnu."
            return self._fault(where, message, operator, ", ".join(allowed), did_you_mean(operator, allowed))
        try:
            return Comparison(fact.name, operator, self._operand(fact, operator, value))
        except PydanticCustomError as error:
            told: dict[str, str] = dict(error.context or {})
            return self._fault(where, told["message"], told["found"], told["allowed"], told["remedy"])

    def _operand(self, fact: FactType, operator: str, value: Any) -> Operand:  # noqa: ANN401 - a YAML value
        if operator in {"present", "absent"}:
            if not yes_or_no(value):
                refuse("Cet opérateur s'écrit avec oui.", value, "oui", "Utilisez l'opérateur contraire.")
            return True
        read = _reader(fact)
        if operator == "between":
            return _bounds(value, read)
        if operator in SET_OPERATORS:
            return _members(value, read)
        if operator == "matches":
            return _pattern(value)
        operand: Operand = read(value)
        return operand


def _reader(fact: FactType) -> Callable[[Any], Any]:
    readers: dict[Kind, Callable[[Any], Any]] = {
        Kind.FLAG: yes_or_no,
        Kind.WHOLE: lambda value: Decimal(whole(_single(value))),
        Kind.DECIMAL: lambda value: number(_single(value)),
        Kind.TEXT: lambda value: _text(fact, value),
    }
    return readers[fact.kind]


def _text(fact: FactType, value: object) -> str:
    if not isinstance(value, str):
        refuse("Il faut un texte.", value, "un mot, entre guillemets au besoin", _several(value))
    text = value
    if fact.values and text not in fact.values:
        refuse(
            f"Valeur impossible pour {fact.name}.",
            text,
            ", ".join(fact.values),
            did_you_mean(text, fact.values),
        )
    if fact.pattern and not re.fullmatch(fact.pattern, text):
        refuse(f"Valeur impossible pour {fact.name}.", text, fact.label, "Gardez les zéros de tête.")
    return text


def _single(value: object) -> object:
    if isinstance(value, list):
        refuse("Il faut une seule valeur.", value, "un nombre", _several(value))
    return value


def _several(value: object) -> str:
    return "Pour plusieurs valeurs, écrivez « in: [a, b] »." if isinstance(value, list) else ""


def _members(value: object, read: Callable[[Any], Any]) -> Operand:
    if not isinstance(value, list) or not value:
        remedy = f"Écrivez [{value}]." if isinstance(value, str) and value else ""
        refuse("Il faut une liste de valeurs.", value, "[a, b, c]", remedy)
    return tuple(sorted({read(member) for member in value}))


def _bounds(value: object, read: Callable[[Any], Any]) -> Operand:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a lower and an upper bound
        remedy = "Une décimale s'écrit avec un point : [18.5, 20]." if _is_long(value) else ""
        refuse("« between » attend deux bornes.", value, "[minimum, maximum], bornes comprises", remedy)
    low, high = read(value[0]), read(value[1])
    if low > high:
        refuse("Les bornes sont inversées.", f"{low}, {high}", "[minimum, maximum]", "Échangez-les.")
    return (low, high)


def _is_long(value: object) -> bool:
    """Whether a list has more than two values: a decimal comma makes two of one."""
    return isinstance(value, list) and len(value) > 2  # noqa: PLR2004 - a lower and an upper bound


def _pattern(value: object) -> str:
    text = value if isinstance(value, str) else ""
    wrong = pattern.mistake(text) if text else "motif vide"
    if wrong:
        refuse("Motif refusé.", text, "lettres, \\d, [ensembles], (a|b), au plus 3 répétitions", wrong + ".")
    return text
