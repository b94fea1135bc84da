"""The format of a rulebook's bundle: the number a bundle begins to be read by, and the formats this version reads.

A bundle is canonical JSON, `{"format": <number>, "law": […], "rules": {…}, "referentiels": {…}}`. The number changes
whenever the same bytes would mean something else, or when something new is covered by the digest. Journals keep bundles
for ever: a format once written by a release from 1.0 on stays in `READ`.
"""

from collections.abc import Mapping
from typing import Any

from chassis.rulebook.faults import Fault, RuleFileErrors

WRITTEN = 2
"""The format `Rulebook.bundle` writes: the law its decisions are bound by, rules, referentials."""
PARTS: Mapping[int, Mapping[str, type]] = {
    1: {"rules": dict, "referentiels": dict},
    2: {"law": list, "rules": dict, "referentiels": dict},
}
"""What a bundle of each format holds beside its number; 1 is that of 0.2, whose rules said the law."""
READ = frozenset(PARTS)
"""The formats `unbundle` reads."""


def checked(said: object, where: str = "bundle") -> Mapping[str, Any]:
    """The decoded bundle, its format one that is read; `RuleFileErrors` with the remedy when it is not."""
    if not isinstance(said, Mapping) or "format" not in said:
        raise RuleFileErrors([Fault(where, 1, "Ce n'est pas un recueil de règles.", remedy=PUBLISH)])
    number = said["format"]
    if type(number) is not int or number not in READ:
        raise RuleFileErrors([_unknown(where, number)])
    if not all(isinstance(said.get(part), kind) for part, kind in PARTS[number].items()):
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
