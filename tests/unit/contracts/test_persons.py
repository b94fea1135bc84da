"""No person enters, whatever the field is called and wherever it hides; organisations and counts may."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts.catalogue import EMITTED
from contracts.generate import schema_of
from contracts.persons import names_a_person
from contracts.rejected import Rejected

PERSONAL = [
    "nom",
    "NOM",
    "noms",
    "prenom",
    "Prénom",
    "name",
    "nom_candidat",
    "nomDuCandidat",
    "candidateName",
    "applicant_name",
    "applicant",
    "candidat",
    "candidats",
    "demandeur",
    "demandeurId",
    "nir",
    "NIR",
    "nur",
    "numero_unique",
    "numeroUnique",
    "numéro-unique",
    "num_unique",
    "birth_date",
    "birthDate",
    "date_naissance",
    "date_de_naissance",
    "dateNaissance",
    "email",
    "e-mail",
    "adresse_mail",
    "telephone",
    "téléphone",
    "phone",
    "phoneNumber",
    "locataire",
    "securite_sociale",
    "lastname",
    "nomfamille",
]
HARMLESS = [
    "candidates_left",
    "nombre_candidats",
    "nb_demandeurs",
    "count",
    "surface_m2",
    "hotel",
    "dpe",
    "chauffage",
    "reservataire_name",
    "programme_nom",
    "nom_commune",
    "nomenclature",
    "numero_lot",
    "denombrement",
    "traceparent",
    "unirent",
]


@pytest.mark.parametrize("key", PERSONAL)
def test_a_field_naming_a_person_is_recognised(key: str) -> None:
    assert names_a_person(key)


@pytest.mark.parametrize("key", HARMLESS)
def test_a_field_naming_no_person_is_left_alone(key: str) -> None:
    assert not names_a_person(key)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.candidat", {"nom": "X"}),
        ("data.dwelling.email", "x"),
        ("data.dwelling.piece", [{"a": [{"prenom": "X"}]}]),
        ("applicant", "x"),
        ("data.name", None),
    ],
)
def test_a_person_is_refused_at_any_depth_and_nothing_of_it_is_said(
    refuse: Callable[..., Rejected], path: str, value: object
) -> None:
    rejected = refuse(changes={path: value})
    assert rejected.reason == "donnee_personnelle"
    assert rejected.path.startswith(f"$.{path}")
    assert "X" not in rejected.message


def test_the_path_leads_to_the_very_field(refuse: Callable[..., Rejected]) -> None:
    rejected = refuse(changes={"data.pieces": [{"a": 1}, {"a": [{"prenom": "X"}]}]})
    assert rejected.path == "$.data.pieces[1].a[0].prenom"


def test_an_organisation_keeps_its_name(accept: Callable[..., Any]) -> None:
    assert accept("convention.signed").data["reservataire"]["name"] == "Préfecture de Paris"
    assert accept("programme.opened", {"data.programme": {"name": "Les Lilas"}}).type == "programme.opened"


@pytest.mark.parametrize("kind", EMITTED)
def test_nothing_we_emit_has_room_for_a_person(kind: str) -> None:
    assert [path for path in _fields(schema_of(kind), "") if names_a_person(*path)] == []


def _fields(node: object, around: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, part in node.get("properties", {}).items():
            yield name, node.get("title", "").casefold()
            yield from _fields(part, name)
        for key, part in node.items():
            if key != "properties":
                yield from _fields(part, around)
    elif isinstance(node, list):
        for part in node:
            yield from _fields(part, around)
