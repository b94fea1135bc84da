"""What a published rulebook may hold: no more than a directory of rule files may."""

from collections.abc import Iterator, Mapping
from typing import Any

from chassis.rulebook.directory import LARGEST_REFERENTIEL_BYTES, LARGEST_RULE_BYTES, MOST_FILES
from chassis.rulebook.faults import Fault, bounded
from chassis.rulebook.loading import decoded
from contracts import canonical

QUOTED = 2
"""A bundle is JSON, which puts in quotes what YAML leaves bare: a file's text may double on its way."""


def above_limits(bundle: bytes, where: str) -> tuple[Fault, ...]:
    """What is too large or too many in a bundle, by path, or `where` it comes from.

    Raises `RuleFileErrors` when it is no bundle.
    """
    said = decoded(bundle)
    count = sum(map(len, said.values()))
    if count > MOST_FILES:
        message = f"Plus de {MOST_FILES} fichiers dans le recueil publié."
        remedy = "Retirez ce qui ne sert pas, et publiez de nouveau."
        return (Fault(where, 1, message, str(count), remedy=remedy),)
    return bounded(
        [
            *_too_large(said["rules"], QUOTED * LARGEST_RULE_BYTES),
            *_too_large(said["referentiels"], QUOTED * LARGEST_REFERENTIEL_BYTES),
        ]
    )


def _too_large(entries: Mapping[str, Any], most: int) -> Iterator[Fault]:
    for path, value in entries.items():
        size = len(canonical.encode(value))
        if size > most:
            message = f"Plus de {most // 1024} ko pour un seul fichier du recueil publié."
            remedy = "Séparez-le en plusieurs, et publiez de nouveau."
            yield Fault(path, 1, message, f"{size // 1024} ko", remedy=remedy)
