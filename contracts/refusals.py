"""Says in French what a validation fault is: what was found, what is allowed, what to do."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contracts.rejected import Rejected, RejectionReason

_OUR_OWN = frozenset(map(str, RejectionReason))
"""Faults our own validators name, with their sentence."""
_KINDS = {
    "string_type": "un texte entre guillemets",
    "int_type": "un nombre entier",
    "bool_type": "true ou false",
    "decimal_type": "un nombre",
    "is_instance_of": "un nombre",
    "tuple_type": "une liste",
    "dict_type": "un objet",
    "model_type": "un objet",
    "model_attributes_type": "un objet",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "au moins"),
    "less_than_equal": ("le", "au plus"),
    "string_too_long": ("max_length", "au plus (en caractères)"),
    "string_too_short": ("min_length", "au moins (en caractères)"),
    "too_short": ("min_length", "au moins (en éléments)"),
    "too_long": ("max_length", "au plus (en éléments)"),
    "decimal_max_digits": ("max_digits", "au plus (en chiffres)"),
    "decimal_max_places": ("decimal_places", "au plus (en décimales)"),
    "decimal_whole_digits": ("whole_digits", "au plus (en chiffres avant la virgule)"),
}


def refusal(error: ValidationError, kind: str) -> Rejected:
    """The refusal of an event of short type `kind`: its first fault, and how many others there are."""
    details = error.errors(include_url=False)
    fault = details[0]
    reason, message = _said(fault, kind)
    others = len(details) - 1
    if others:
        message += f" ({others} autre{'s' if others > 1 else ''} erreur{'s' if others > 1 else ''} ensuite.)"
    return Rejected(reason, _path(fault), message)


def closest(found: str, allowed: list[str]) -> str:
    """« Vouliez-vous dire… » when one allowed value looks like the one found, else nothing."""
    near = get_close_matches(found, allowed, n=1) or get_close_matches(found.casefold(), allowed, n=1)
    return f" Vouliez-vous dire « {near[0]} » ?" if near else ""


def _said(fault: ErrorDetails, kind: str) -> tuple[RejectionReason, str]:
    name = fault["type"]
    if name in _OUR_OWN:
        return RejectionReason(name), fault["msg"]
    if name == "missing":
        return (
            RejectionReason.CHAMP_MANQUANT,
            f"Le champ « {fault['loc'][-1]} » manque : il est obligatoire dans {kind}. Ajoutez-le.",
        )
    if name == "literal_error":
        return _unknown_value(fault)
    if name in _KINDS:
        return (
            RejectionReason.TYPE_DE_VALEUR,
            f"{_found(fault)} n'est pas du bon type : attendu {_KINDS[name]}. Corrigez la valeur.",
        )
    if name in _BOUNDS:
        key, words = _BOUNDS[name]
        limit = fault["ctx"][key]
        return (
            RejectionReason.VALEUR_INVALIDE,
            f"{_found(fault)} sort des limites : {words} {limit}. Corrigez.",
        )
    return RejectionReason.VALEUR_INVALIDE, _shape(fault)


def _unknown_value(fault: ErrorDetails) -> tuple[RejectionReason, str]:
    found = fault["input"]
    expected = fault["ctx"]["expected"].replace(" or ", ", ").split(", ")
    allowed = [value.strip("'") for value in expected]
    if not isinstance(found, str):
        return (
            RejectionReason.TYPE_DE_VALEUR,
            f"{_found(fault)} n'est pas du bon type : attendu un texte parmi {', '.join(allowed)}.",
        )
    return (
        RejectionReason.VALEUR_INCONNUE,
        f"{_found(fault)} n'est pas une valeur connue. Valeurs admises : {', '.join(allowed)}."
        + closest(found, allowed),
    )


def _shape(fault: ErrorDetails) -> str:
    field = next((str(part) for part in reversed(fault["loc"]) if isinstance(part, str)), "")
    shape = _SHAPES.get(field) or fault.get("ctx", {}).get("pattern")
    return f"{_found(fault)} n'a pas la forme attendue : {shape or fault['msg']}. Corrigez la valeur."


_SHAPES: Mapping[str, str] = {
    "bailleur": "un SIREN de neuf chiffres, en texte",
    "commune": "un code INSEE de cinq caractères, en texte (01004, 2A004, 97411)",
    "communes": "des codes INSEE de cinq caractères, en texte (01004, 2A004, 97411)",
    "departement": "un code de département, en texte (01, 2A, 974)",
    "share_percent": 'un pourcentage en texte, au plus sept décimales (par ex. "12.5")',
    "reservataire": "majuscules, chiffres et tirets, 64 au plus (par ex. ETAT-75)",
    "id": "majuscules, chiffres et tirets, 64 au plus (par ex. ETAT-75)",
}


def _found(fault: ErrorDetails) -> str:
    return f"« {str(fault['input'])[:40]} »"


def _path(fault: ErrorDetails) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]]
    deeper: Any = fault.get("ctx", {}).get("at")
    return "$.data" + "".join(parts) + (f".{deeper}" if deeper else "")
