"""Keeps persons out: refuses a field that names one, at any depth, before anything is stored.

The services need no applicant: events speak of dwellings, organisations and counts. Only the path of the
refused field is kept, so the message may not even be stored among the rejected ones.
"""

import re
import unicodedata
from functools import lru_cache

from contracts.reading import LEVELS_AT_MOST, too_deep
from contracts.rejected import Rejected, RejectionReason

_PERSONS = frozenset(
    {
        "applicant",
        "beneficiaire",
        "candidat",
        "candidate",
        "candidature",
        "conjoint",
        "demandeur",
        "demandeuse",
        "household",
        "individu",
        "locataire",
        "menage",
        "nir",
        "numerounique",
        "nur",
        "occupant",
        "person",
        "personne",
        "tenant",
    }
)
"""Words that name a person, or what identifies one."""
_PARTICULARS = frozenset(
    {
        "birth",
        "birthdate",
        "birthday",
        "courriel",
        "dob",
        "email",
        "firstname",
        "fullname",
        "lastname",
        "mail",
        "mobile",
        "naissance",
        "nationalite",
        "patronyme",
        "phone",
        "portable",
        "prenom",
        "ssn",
        "surname",
        "tel",
        "telephone",
    }
)
"""Words that only persons have."""
_NAMES = frozenset({"name", "nom"})
"""Words that organisations and buildings have too."""
_COUNTED = frozenset(
    {
        "count",
        "left",
        "nb",
        "nombre",
        "percent",
        "taux",
    }
)
"""Beside a word for persons, they make it a figure."""
_JOINED = re.compile(
    "adressemail|birthdate|courriel|dateofbirth|datenaissance|datedenaissance|firstname|fullname|lastname"
    "|nom(?:du|de)?(?:candidat|demandeur|famille|locataire|naissance|usage)|numerodesecu|numerosecu|numerounique"
    "|numunique|prenom|securitesociale|socialsecurity|telephone"
)
_ORGANISATIONS = frozenset(
    {
        "bailleur",
        "commune",
        "dwelling",
        "organisation",
        "organisme",
        "programme",
        "qpv",
        "reservataire",
        "residence",
        "territory",
        "zone",
    }
)
"""What may have a name of its own."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def refuse_persons(node: object, innocent: frozenset[str], path: str = "$", level: int = 1) -> None:
    """Raise `Rejected` at the first key that names a person; also refuses nesting beyond the limit.

    `innocent` are the keys of the contract itself, `path` the place of `node`.
    """
    if level > LEVELS_AT_MOST:
        raise too_deep()
    if type(node) is dict:
        if not node.keys() <= innocent:
            _judge(node.keys() - innocent, path)
        for key, value in node.items():
            if type(value) is dict or type(value) is list:
                refuse_persons(value, innocent, f"{path}.{key}", level + 1)
    elif type(node) is list:
        for position, value in enumerate(node):
            if type(value) is dict or type(value) is list:
                refuse_persons(value, innocent, f"{path}[{position}]", level + 1)


def _judge(keys: set[str], path: str) -> None:
    around = re.sub(r"\[[0-9]+\]", "", path).rpartition(".")[2].rstrip("s")
    for key in sorted(keys):
        if names_a_person(key, around):
            raise Rejected(
                RejectionReason.DONNEE_PERSONNELLE,
                f"{path}.{key}",
                "Ce champ désigne une personne : aucun nom, numéro ni coordonnée n'est admis ici. "
                "Retirez-le ; le message n'a pas été conservé.",
            )


@lru_cache(maxsize=4096)
def names_a_person(key: str, around: str = "") -> bool:
    """Whether a field so called names a person, whatever its case, accents or separators.

    `around` is the key of the object that holds it: an organisation has a ``name``, ``data`` has none.
    """
    words = _words(key)
    if not _PARTICULARS.isdisjoint(words) or _JOINED.search("".join(words)):
        return True
    if not _PERSONS.isdisjoint(words):
        return _COUNTED.isdisjoint(words)
    return not _NAMES.isdisjoint(words) and not _of_an_organisation(words, around)


def _of_an_organisation(words: list[str], around: str) -> bool:
    return around in _ORGANISATIONS or not _ORGANISATIONS.isdisjoint(words)


def _words(key: str) -> list[str]:
    """The words of a key in lower case, no accent, no plural: ``nomsDuCandidat`` → nom, du, candidat."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return [word.lower().rstrip("s") for word in _WORD.findall(plain)]
