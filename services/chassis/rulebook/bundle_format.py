"""The format of a rulebook's bundle: the number a bundle begins to be read by, and the formats this version reads.

A bundle is canonical JSON, `{"format": <number>, "rules": {…}, "referentiels": {…}, …}`. The number changes whenever
the same bytes would mean something else, or when something new is covered by the digest. Journals keep bundles for
ever: a format once written by a release from 1.0 on stays in `READ`.
"""

from collections.abc import Mapping
from typing import Any

from chassis.rulebook.faults import Fault, RuleFileErrors

WRITTEN = 1
"""The format `Rulebook.bundle` writes."""
READ = frozenset({1})
"""The formats `unbundle` reads."""
PARTS = ("rules", "referentiels")
"""What a bundle of every format that is read holds beside its number, each an object."""


def checked(said: object, where: str = "bundle") -> Mapping[str, Any]:
    """The decoded bundle, its format one that is read; `RuleFileErrors` with the remedy when it is not."""
    if not isinstance(said, Mapping) or "format" not in said:
        raise RuleFileErrors([Fault(where, 1, "Ce n'est pas un recueil de règles.", remedy=PUBLISH)])
    number = said["format"]
    if type(number) is not int or number not in READ:
        raise RuleFileErrors([_unknown(where, number)])
    if not all(isinstance(said.get(part), dict) for part in PARTS):
        raise RuleFileErrors([Fault(where, 1, f"Ce n'est pas un recueil de règles au format {number}.")])
    return said


PUBLISH = "Publiez les fichiers de règles par « aiguillage rules publish »."


def _unknown(where: str, number: object) -> Fault:
    return Fault(
        where,
        1,
        "Le recueil est d'un format que cette version ne lit pas.",
        found=str(number)[:20],
        allowed=", ".join(map(str, sorted(READ))),
        remedy=f"Ouvrez-le par la version d'Aiguillage qui l'a écrit. Sinon : {PUBLISH}",
    )
