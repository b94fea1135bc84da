"""Faults of settings: a French sentence for each value that cannot be read, with its variable and what it admits."""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from chassis.environment import NESTED, PREFIX

_QUOTED = re.compile(r"'([^']*)'")
_BOUNDS = {
    "greater_than": ("gt", "un nombre plus grand que"),
    "greater_than_equal": ("ge", "un nombre d'au moins"),
    "less_than": ("lt", "un nombre plus petit que"),
    "less_than_equal": ("le", "un nombre d'au plus"),
}
_KINDS = {"int": "un nombre entier", "float": "un nombre", "bool": "true ou false", "path": "un chemin"}


class SettingFault(ValueError):  # noqa: N818 - the word of the rule files: something its operator can mend
    """Settings that cannot be used: one French line each."""


def worded(error: ValidationError, prefix: str = PREFIX) -> SettingFault:
    """The fault of settings pydantic refused; a value given to a secret is never shown."""
    lines = [
        _line(
            f"{prefix}{NESTED.join(map(str, each['loc'])).upper()}",
            each["type"],
            each.get("ctx", {}),
            each["input"],
        )
        for each in error.errors()
    ]
    return SettingFault("\n".join(lines))


def _line(variable: str, kind: str, context: Mapping[str, object], found: object) -> str:
    if kind == "extra_forbidden":
        return f"{variable} : réglage inconnu."
    shown = "" if "PASSWORD" in variable else f" « {found} » ne convient pas."
    return f"{variable} :{shown} Admis : {_admitted(kind, context)}."


def _admitted(kind: str, context: Mapping[str, object]) -> str:
    if kind == "literal_error":
        return " ou ".join(_QUOTED.findall(str(context["expected"])))
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"{words} {context[bound]}"
    return _KINDS.get(
        kind.split("_", maxsplit=1)[0], "une valeur de ce réglage, comme le dit la page deploy/README.md"
    )
