"""What is wrong in a rule file, said so that its author can mend it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby
from unicodedata import combining, normalize

from chassis.failure import Failure


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in one file, in French: where, what was found, what is allowed, what to do.

    `path` is relative to the directory of rules; `line` starts at 1. `found`, `allowed` and `remedy` may be
    empty when they would only repeat `message`. `check` names the check that a rule may accept (`accepts`), and is
    empty for what cannot be accepted. A warning is told and keeps nothing from coming into force.
    """

    path: str
    line: int
    message: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    check: str = ""
    is_warning: bool = False

    def as_warning(self) -> "Fault":
        """The same, told without keeping anything from coming into force."""
        return replace(self, is_warning=True)

    def named(self, check: str) -> "Fault":
        """The same, as what a named check found."""
        return replace(self, check=check)

    def __str__(self) -> str:
        parts = [self.message]
        if self.found:
            parts.append(f"Trouvé : « {self.found} ».")
        if self.allowed:
            parts.append(f"Admis : {self.allowed}.")
        if self.remedy:
            parts.append(self.remedy)
        if self.check:
            parts.append(f"(contrôle « {self.check} »)")
        return f"{self.path}:{self.line}: {' '.join(parts)}"


class RuleFileErrors(Failure):
    """The rules could not be loaded; `faults` holds every mistake found, in order of file and line."""

    is_located = True

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


MOST_IN_A_FILE = 20
"""Faults told of one file: who has more starts by mending these."""
MOST_IN_ALL = 1_000


def bounded(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults in order of file and line, at most `MOST_IN_A_FILE` of each file, `MOST_IN_ALL` altogether."""
    told: list[Fault] = []
    for path, ours in groupby(sorted(set(faults)), key=lambda fault: fault.path):
        some = list(ours)
        told.extend(some[:MOST_IN_A_FILE])
        if len(some) > MOST_IN_A_FILE:
            told.append(_more(path, some[MOST_IN_A_FILE].line, len(some) - MOST_IN_A_FILE, "dans ce fichier"))
    if len(told) <= MOST_IN_ALL:
        return tuple(told)
    following = told[MOST_IN_ALL]
    return (*told[:MOST_IN_ALL], _more(following.path, 1, len(told) - MOST_IN_ALL, "d'ici à la fin"))


def _more(path: str, line: int, number: int, where: str) -> Fault:
    return Fault(path, line, f"Encore {number} fautes {where}.", remedy="Corrigez d'abord les précédentes.")


def cut(text: str, most: int = 80) -> str:
    """What is quoted from a file, cut after `most` characters: enough to recognise it."""
    return text if len(text) <= most else text[:most] + "…"


def shown(value: object) -> str:
    """A value read from a file as its author would write it: `rien`, `oui`, `[a, b]`, `{clé: valeur}`."""
    match value:
        case None:
            return "rien"
        case bool():
            return "oui" if value else "non"
        case str():
            return value
        case Mapping():
            return "{" + ", ".join(f"{shown(key)}: {shown(one)}" for key, one in value.items()) + "}"
        case Sequence() | set() | frozenset():
            return "[" + ", ".join(map(shown, value)) + "]"
        case _:
            return str(value)


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """A suggestion in French when `found` resembles an allowed value, case and accents apart; else an empty text."""
    plain: dict[str, str] = {}
    for name in allowed:
        plain.setdefault(_plain(name), name)
    close = get_close_matches(_plain(cut(found)), list(plain), n=1, cutoff=0.6)
    return f"Vouliez-vous dire « {plain[close[0]]} » ?" if close else ""


def _plain(name: str) -> str:
    """A name without case, accents, or the kind of separator between its words."""
    letters = (letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    return re.sub(r"[\s_-]+", "_", "".join(letters).strip())


def listed(values: Iterable[str], most: int = 12) -> str:
    """Allowed values for a message, cut after `most` of them."""
    names = list(values)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f"… ({rest} autres)" if rest > 0 else "")
