"""The page of the operator guide on families: what each decides, its `then`, the facts it may test."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from aiguillage.guide.value_words import coded, value_words
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.facts import CATALOGUE, FAMILIES, FactType, Kind, known_to
from chassis.rulebook.reading import OPERATORS_OF
from chassis.rulebook.rule import RuleFile
from chassis.rulebook.schema.described import described
from chassis.rulebook.schema.family_words import FAMILY_WORDS
from chassis.rulebook.schema.file_words import JOIN_WORDS, OPERATOR_WORDS, RULE_WORDS
from chassis.rulebook.schema.files import then

_HEAD = """\
# Les familles de règles : clés, faits, opérateurs

Cette page est écrite par `make contracts` à partir du code : elle ne peut pas s'en écarter. Retour au
[guide de l'opérateur](../operateur.md).
"""
_FACTS = """\
## Les faits

Un test compare un fait à une valeur. Sur un fait non renseigné aucun test ne tient, sauf `absent`. Tous les faits
acceptent `is`, `is_not`, `present` et `absent` ; la dernière colonne dit ceux qui s'y ajoutent.
"""
_OPERATORS = """\
## Les opérateurs

`when: always` s'applique toujours. Les conditions s'emboîtent :
"""


def families_page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_HEAD, *_file_keys(), *map(_family, FAMILIES), *_facts(), *_operators()])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:], ""])


def _file_keys() -> Iterator[str]:
    yield "## Les clés d'un fichier\n"
    required = described(RuleFile, RULE_WORDS)["required"]
    rows = (
        (f"`{key}`", words, "oui" if key in required else "")
        for key, words in RULE_WORDS.items()
        if "." not in key
    )
    yield _table(("clé", "est", "obligatoire"), rows)


def _family(family: str) -> str:
    decides_for, question = FAMILY_WORDS[family]
    most = "Une seule de ces clés :" if EFFECTS[family].exclusive else "Une ou plusieurs de ces clés :"
    table = _table(("`then`", "dit", "valeurs"), _keys(then(family), ""))
    facts = f"Faits : {coded(_gathered(known_to(family)))}.\n"
    return "\n".join([f"## {family}\n", f"Décide pour {decides_for}. {question}\n\n{most}\n", table, facts])


def _gathered(names: list[str]) -> list[str]:
    """Facts of a prefix that are all known are told as one: `dwelling.*`."""
    told = []
    for name in names:
        prefix = f"{name.partition('.')[0]}."
        alike = {other for other in CATALOGUE if other.startswith(prefix)}
        told.append(f"{prefix}*" if len(alike) > 1 and alike <= set(names) else name)
    return list(dict.fromkeys(told))


def _keys(schema: Mapping[str, Any], above: str) -> Iterator[tuple[str, ...]]:
    """A row for each key, and for each key of a key."""
    for name, inside in schema["properties"].items():
        key = f"{above}{name}"
        yield f"`{key}`", inside["description"], value_words(inside)
        if "properties" in inside:
            yield from _keys(inside, f"{key}.")


def _facts() -> Iterator[str]:
    yield _FACTS
    rows = (
        (f"`{fact.name}`", fact.label, fact.kind.value, _values(fact), coded(_own_operators(fact)))
        for fact in CATALOGUE.values()
    )
    yield _table(("fait", "est", "genre", "valeurs", "opérateurs"), rows)


def _values(fact: FactType) -> str:
    return coded(["oui", "non"] if fact.kind is Kind.FLAG else fact.values)


def _own_operators(fact: FactType) -> list[str]:
    """The operators of a fact, save those that every fact has."""
    shared = set.intersection(*(set(OPERATORS_OF[kind]) for kind in Kind))
    return [operator for operator in OPERATORS_OF[fact.kind] if operator not in shared]


def _operators() -> Iterator[str]:
    yield _OPERATORS
    yield _table(("clé", "tient quand"), ((f"`{join}`", words) for join, words in JOIN_WORDS.items()))
    rows = (
        (f"`{operator}`", words, ", ".join(kind.value for kind in Kind if operator in OPERATORS_OF[kind]))
        for operator, words in OPERATOR_WORDS.items()
    )
    yield _table(("opérateur", "le fait…", "genres"), rows)
