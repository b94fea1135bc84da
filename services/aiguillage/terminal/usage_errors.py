"""Usage errors of the command line, in French: what is missing, unknown or unreadable, and what was perhaps meant."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from typer import TyperException

_QUOTED = re.compile(r"'([^']*)'")
_UNREADABLE = (
    (re.compile(r"valid integer"), "Écrivez un nombre entier."),
    (re.compile(r"valid (number|float)"), "Écrivez un nombre."),
    (re.compile(r"valid boolean"), "Écrivez oui ou non."),
    (re.compile(r"greater than or equal to (?P<bound>\S+)"), "Écrivez un nombre d'au moins {bound}."),
    (re.compile(r"greater than (?P<bound>\S+)"), "Écrivez un nombre plus grand que {bound}."),
    (re.compile(r"less than or equal to (?P<bound>\S+)"), "Écrivez un nombre d'au plus {bound}."),
    (re.compile(r"less than (?P<bound>\S+)"), "Écrivez un nombre plus petit que {bound}."),
)
"""What the parser says of a value, and what whoever typed it reads."""


def usage_error(error: TyperException) -> str:
    """What was wrong in the command typed, in a sentence or two, and how to get its help."""
    sentence = _SENTENCES.get(type(error).__name__, _other)(error)
    ctx = getattr(error, "ctx", None)
    return sentence if ctx is None else f"{sentence}\nAide : {ctx.command_path} --help"


def is_help(error: TyperException) -> bool:
    """Whether nothing was wrong: a group of commands was called without one, and answers by its help."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _missing(error: TyperException) -> str:
    name = _name(error)
    if getattr(getattr(error, "param", None), "param_type_name", "") == "argument":
        return f"Il manque {name} : écrivez-le après la commande."
    return f"Il manque l'option {name}."


def _name(error: TyperException) -> str:
    """The option or argument an error is about, as it is typed."""
    parameter = getattr(error, "param", None)
    return "" if parameter is None else str(parameter.get_error_hint()).replace("'", "")


def _no_such_option(error: TyperException) -> str:
    close = sorted(getattr(error, "possibilities", None) or ())
    advice = f" Vouliez-vous dire {' ou '.join(close)} ?" if close else ""
    return f"Option inconnue : {getattr(error, 'option_name', '')}.{advice}"


def _bad_option(error: TyperException) -> str:
    name = getattr(error, "option_name", "")
    if "does not take a value" in error.message:
        return f"L'option {name} ne prend pas de valeur."
    return f"L'option {name} attend une valeur."


def _bad_parameter(error: TyperException) -> str:
    for pattern, advice in _UNREADABLE:
        if found := pattern.search(error.message):
            return f"{_name(error)} : cette valeur ne convient pas. {advice.format(**found.groupdict())}"
    value, *allowed = _QUOTED.findall(error.message) or [""]
    if not allowed:
        return f"{_name(error)} : cette valeur ne convient pas."
    return f"{_name(error)} : « {value} » ne convient pas. Admis : {', '.join(allowed)}."


def _other(error: TyperException) -> str:
    found = _QUOTED.findall(error.message)
    if error.message.startswith("No such command") and found:
        return _no_such_command(error, found[0])
    if "unexpected extra argument" in error.message:
        return f"« {error.message.rpartition('(')[2].rstrip(')')} » est de trop."
    return "Il manque une commande."


def _no_such_command(error: TyperException, name: str) -> str:
    ctx = getattr(error, "ctx", None)
    known = ctx.command.list_commands(ctx) if ctx is not None else []
    close = get_close_matches(name, known, n=1)
    advice = f"Vouliez-vous dire « {close[0]} » ?" if close else f"Commandes : {', '.join(known)}."
    return f"Commande inconnue : « {name} ». {advice}"


_SENTENCES: Mapping[str, Callable[[TyperException], str]] = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _bad_option,
    "BadParameter": _bad_parameter,
}
"""By the name of the parser's class: it keeps its classes to itself."""
