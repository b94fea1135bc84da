"""The office that publishes a rulebook: who answers for it, never a person."""

import re

from chassis.rulebook.book import Rulebook
from chassis.rulebook.faults import listed
from chassis.rulebook.lint.remedies import slug_remedy

OFFICES = (
    *("pole", "service", "direction", "bureau", "cellule", "mission", "unite", "secretariat", "departement"),
    *(
        "prefecture",
        "ddt",
        "ddtm",
        "ddets",
        "drihl",
        "dreal",
        "deets",
        "office",
        "agence",
        "equipe",
        "comite",
    ),
)
"""First words of an office's name; an office that answers for a rule (`owner`) may have any name."""
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


def office(author: str, book: Rulebook) -> str:
    """The author of a publication, when it is an office.

    Written as `owner` is in rules, and either the `owner` of one of them or begun by a word of `OFFICES`. Raises
    `ValueError`, in French, for anything else: a person's name or address has no place on a topic kept for ever.
    """
    name = author.strip()
    owners = sorted({rule.owner for rule in book.rules})
    is_office = name in owners or re.split("[-_]", name)[0] in OFFICES
    if _SLUG.fullmatch(name) and is_office:
        return name
    raise ValueError(
        f"--author « {name[:80]} » : l'auteur d'un recueil est un service, jamais une personne ni son adresse. "
        "Écrivez, en minuscules avec des tirets, un service qui répond d'une règle du recueil "
        f"({listed(owners, 5)}), ou un nom qui commence par {', '.join(OFFICES[:5])}… "
        f"{_remedy(name, owners)}".rstrip()
    )


def _remedy(name: str, owners: list[str]) -> str:
    """The same name as a rule would write it, when that is an office."""
    said = slug_remedy(name)
    written = said.removeprefix("Écrivez ").removesuffix(".")
    return said if written in owners or re.split("[-_]", written)[0] in OFFICES else ""
