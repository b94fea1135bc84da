"""The JSON Schema of acceptance cases, for an editor to complete and correct what is typed."""

from aiguillage.acceptance.case import COUNTERS, CaseFile
from chassis.rulebook.scalars import SPELT
from chassis.rulebook.schema import SchemaFile
from chassis.rulebook.schema.conditions import Schema
from chassis.rulebook.schema.described import described

WORDS = {
    "number": "Scénario et rang : 2b-01 ; le nom du fichier commence par lui.",
    "title": "Ce que le cas prouve, en une phrase.",
    "also": "Autres scénarios qu'il combine.",
    "bailleur": "SIREN mis dans chaque événement qui ne le donne pas.",
    "departement": "Département mis dans chaque événement qui ne le donne pas.",
    "local": "oui : joué aussi sur les règles des départements et des bailleurs.",
    "bases": "Morceaux nommés, dont « like » part.",
    "rules": "Règles posées sur le dossier pour ce cas ; null retire un fichier.",
    "referentiels": "Entrées posées sur une liste.",
    "given": "Événements reçus, dans l'ordre.",
    "given.event": "Type court de l'événement.",
    "given.at": "Instant, avec son fuseau.",
    "given.id": "Nom de l'événement.",
    "given.source": "Qui parle.",
    "given.times": "Combien de fois ; {n} y lit 1, 2…",
    "given.every_hours": "Heures entre deux répétitions.",
    "given.data": "Données de l'événement, ou ce qui passe sur une base.",
    "until": "Les attentes qui finissent avant finissent.",
    "expect": "Ce qui doit se trouver dans ce qui est émis.",
    "expect.event": "Type court de ce qui est attendu ; rejected : un refus.",
    "expect.vacancy": "Vacance dont il parle.",
    "expect.of": "Événement refusé.",
    "expect.data": "Ce qui doit s'y trouver.",
    "expect.rules": "Règles qui doivent toutes être citées.",
    "expect.because": "Textes qui doivent être dans une phrase.",
    "expect.times": "Exactement autant de fois.",
    "expect.turns": "Qui tient chaque vacance, dans l'ordre.",
    "counts": "Où en est chaque ligne à la fin.",
    "counts.line": "Convention, ligne, ou BAILLEUR.",
    "counts.year": "Année du flux.",
    "counts.units": "Unités comptées, en logements.",
    "counts.credit": "Crédit, en logements.",
    "counts.engaged": "Engagé, en logements.",
    "counts.carry": "Part du crédit qui vient d'un report.",
    "counts.mix": "Engagé par segment.",
    "closing": "Comment l'année d'une convention se clôt.",
    "closing.convention": "La convention.",
    "closing.at": "Instant : ce qui a été émis avant est clos.",
    "closing.year": "Année du flux.",
    "closing.data": "Ce qui doit s'y trouver.",
}
"""By key of a case; a key of a key follows a point."""


def case_schema() -> SchemaFile:
    """The schema of the files of `acceptance/`; a counter stands beside the other keys of `counts`."""
    said = described(CaseFile, WORDS)
    _counters_beside(said["properties"]["counts"]["items"])
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Un cas d'acceptation"}
    words = "Des événements reçus, et ce qui doit en sortir."
    return SchemaFile("cas.schema.json", {**head, "description": words, **said}, ("acceptance/*.yaml",))


def _counters_beside(standing: Schema) -> None:
    properties = standing["properties"]
    del properties["counters"]
    for name in COUNTERS:
        for counter in (name, f"apart_{name}"):
            properties[counter] = {"description": "Compteur de la ligne.", **SPELT["whole"]}
