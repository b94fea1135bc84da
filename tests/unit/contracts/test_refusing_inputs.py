"""What a bad message is refused for: the code, the place, the words."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.rejected import Rejected

Refuse = Callable[..., Rejected]
Build = Callable[..., dict[str, Any]]

DWELLING = "data.dwelling."
DEEP = b'{"a":' * 40 + b"1" + b"}" * 40


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "json_invalide"),
        (b"{", "json_invalide"),
        (b"[1,2", "json_invalide"),
        (b"\xef\xbb\xbf{}", "json_invalide"),
        (b'{"a":"\x00"}', "json_invalide"),
        (b'{"a":NaN}', "json_invalide"),
        (b'{"a":-Infinity}', "json_invalide"),
        (b"{'a':1}", "json_invalide"),
        (b"\xff\xfe{\x00}\x00", "texte_illisible"),
        (b'{"a":"\xed\xa0\x80"}', "texte_illisible"),
        (b'{"a":"\\ud800"}', "caractere_interdit"),
        (b'{"\\udfff":1}', "caractere_interdit"),
        (b'{"a":["\\u0000"]}', "caractere_interdit"),
        (b'{"a":1,"a":1}', "cle_en_double"),
        (b'{"data":{"x":{"a":1,"b":2,"a":3}}}', "cle_en_double"),
        (b'{"a":' + b"9" * 5000 + b"}", "trop_grand"),
        (b'{"a":1e99999999999999999999}', "trop_grand"),
        (b'{"a":"' + b"x" * 600_000 + b'"}', "trop_grand"),
        (DEEP, "trop_profond"),
        (b"[" * 100_000 + b"]" * 100_000, "trop_profond"),
        (b"[]", "enveloppe"),
        (b'"vacancy"', "enveloppe"),
        (b"null", "enveloppe"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else value,
)
def test_a_value_that_is_no_message_is_refused(refuse: Refuse, raw: bytes, reason: str) -> None:
    assert refuse(raw=raw).reason == reason


def test_a_tombstone_is_refused() -> None:
    from contracts.inputs import read  # noqa: PLC0415 - the one test that reads without an example

    with pytest.raises(Rejected) as caught:
        read(None, [], "vacancies", now=None, trust="open")
    assert caught.value.reason == "message_vide"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"specversion": ...}, "$.specversion"),
        ({"specversion": "0.3"}, "$.specversion"),
        ({"id": ...}, "$.id"),
        ({"id": ""}, "$.id"),
        ({"id": 7}, "$.id"),
        ({"id": "x" * 300}, "$.id"),
        ({"id": "a\nb"}, "$.id"),
        ({"source": ...}, "$.source"),
        ({"source": "999001209"}, "$.source"),
        ({"source": "/reservataires/al"}, "$.source"),
        ({"type": None}, "$.type"),
        ({"time": ...}, "$.time"),
        ({"data": ...}, "$.data"),
        ({"data": []}, "$.data"),
        ({"datacontenttype": "text/xml"}, "$.datacontenttype"),
    ],
    ids=repr,
)
def test_a_faulty_attribute_is_refused_with_its_place(refuse: Refuse, changes: object, path: str) -> None:
    rejected = refuse(changes=changes)
    assert (rejected.reason, rejected.path) == ("enveloppe", path)


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-01T08:00:00",
        "1899-03-01T08:00:00Z",
        "1999-12-31T23:59:59Z",
        "2027-03-01T08:00:00Z",
        "2026-03-03T00:00:01Z",
        "2026-02-30T08:00:00Z",
        "2026-03-01T25:00:00Z",
        "2026-03-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "hier",
    ],
)
def test_an_impossible_time_is_refused(refuse: Refuse, time: str) -> None:
    rejected = refuse(changes={"time": time})
    assert (rejected.reason, rejected.path) == ("date_impossible", "$.time")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("fr.aiguillage.vacancy.declarred.v1", "Vouliez-vous dire « vacancy.declared »"),
        ("fr.aiguillage.vacancy.declared.v2", "fr.aiguillage.<nom>.v1"),
        ("vacancy.declared", "fr.aiguillage.<nom>.v1"),
        ("fr.aiguillage.orientation.decided.v1", "n'est pas un événement reçu"),
    ],
)
def test_an_unknown_type_is_refused_and_a_likely_one_offered(refuse: Refuse, kind: str, words: str) -> None:
    rejected = refuse(changes={"type": kind})
    assert (rejected.reason, rejected.path) == ("type_inconnu", "$.type")
    assert words in rejected.message


REQUIRED = [
    ("vacancy.declared", "vacancy_id"),
    ("vacancy.declared", "bailleur"),
    ("vacancy.declared", "available_on"),
    ("vacancy.declared", "cause"),
    ("vacancy.declared", "purpose"),
    ("vacancy.declared", "dwelling"),
    *(
        ("vacancy.declared", f"dwelling.{name}")
        for name in ("dwelling_id", "commune", "typologie", "financement", "qpv")
    ),
    ("convention.signed", "convention_id"),
    ("convention.signed", "departement"),
    ("convention.signed", "reservataire"),
    ("convention.signed", "reservataire.kind"),
    ("convention.signed", "year"),
    ("convention.signed", "effective"),
    ("convention.signed", "share_percent"),
    ("convention.signed", "criteria.0.target_percent"),
    ("convention.signed", "territory.scale"),
    ("candidates.designated", "vacancy_id"),
    ("candidates.designated", "count"),
    ("proposal.refused", "by"),
    ("proposal.refused", "reason"),
    ("caleol.decided", "decision"),
    ("lease.signed", "signed_on"),
    ("decision.overridden", "reason"),
    ("concertation.answered", "answer"),
    ("programme.opened", "dwellings"),
    ("forecast.declared", "status"),
]


@pytest.mark.parametrize(("kind", "field"), REQUIRED, ids=".".join)
def test_a_missing_field_is_refused_with_its_place(refuse: Refuse, kind: str, field: str) -> None:
    rejected = refuse(kind, {f"data.{field}": ...})
    assert rejected.reason == "champ_manquant"
    assert rejected.path == "$.data." + field.replace(".0.", "[0].")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data.vacancy_id", 12),
        ("data.available_on", None),
        (DWELLING + "qpv", "oui"),
        (DWELLING + "qpv", 1),
        (DWELLING + "construction_year", "1974"),
        (DWELLING + "construction_year", True),
        (DWELLING + "floor", 1.5),
        (DWELLING + "rent_eur", "412.30"),
        (DWELLING + "rent_eur", True),
        (DWELLING + "commune", 75114),
        ("data.dwelling", "0750012345"),
        ("data.purpose", 3),
    ],
    ids=repr,
)
def test_a_value_of_the_wrong_type_is_never_converted(refuse: Refuse, field: str, value: object) -> None:
    rejected = refuse(changes={field: value})
    assert rejected.reason in {"type_de_valeur", "date_impossible"}
    assert rejected.path == "$." + field


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("data.cause", "congé", "Vouliez-vous dire « conge »"),
        ("data.purpose", "relogement_anru", "mutation_interne"),
        ("data.stock_reservation", "pompiers", "securite_interieure"),
        (DWELLING + "typologie", "t3", "T1, T1bis, T2"),
        (DWELLING + "typologie", "T9", "T1, T1bis, T2"),
        (DWELLING + "financement", "PLUSS", "Vouliez-vous dire « PLUS »"),
    ],
)
def test_an_unknown_value_is_refused_with_the_allowed_ones(
    refuse: Refuse, field: str, value: str, words: str
) -> None:
    rejected = refuse(changes={field: value})
    assert (rejected.reason, rejected.path) == ("valeur_inconnue", "$." + field)
    assert value in rejected.message
    assert words in rejected.message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data.bailleur", "999001208"),
        ("data.bailleur", "99900120"),
        ("data.bailleur", "99900120٩"),
        (DWELLING + "commune", "7511"),
        (DWELLING + "commune", "20004"),
        (DWELLING + "commune", "96001"),
        (DWELLING + "commune", "2a004"),
        (DWELLING + "surface_m2", -1),
        (DWELLING + "surface_m2", 62.123456),
        (DWELLING + "rent_eur", 1e12),
        (DWELLING + "construction_year", 12),
        (DWELLING + "floor", 4000),
        ("data.vacancy_id", ""),
        ("data.vacancy_id", "x" * 200),
        ("data.vacancy_id", "a\u0007b"),
    ],
    ids=repr,
)
def test_an_impossible_value_is_refused(refuse: Refuse, field: str, value: object) -> None:
    rejected = refuse(changes={field: value})
    assert (rejected.reason, rejected.path) == ("valeur_invalide", "$." + field)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("vacancy.declared", "available_on", "1899-01-01"),
        ("vacancy.declared", "available_on", "2036-01-01"),
        ("vacancy.declared", "available_on", "2026-02-30"),
        ("vacancy.declared", "available_on", "01/03/2026"),
        ("vacancy.declared", "available_on", "2026-03-01T00:00:00Z"),
        ("vacancy.declared", "dwelling.construction_year", 2040),
        ("lease.signed", "signed_on", "1999-12-31"),
        ("convention.signed", "effective.from", "2040-01-01"),
        ("convention.signed", "effective.until", "2025-01-01"),
        ("convention.signed", "effective.until", "2126-12-31"),
        ("convention.ended", "on", "2126-12-31"),
    ],
)
def test_an_impossible_date_in_a_body_is_refused(
    refuse: Refuse, kind: str, field: str, value: object
) -> None:
    rejected = refuse(kind, {f"data.{field}": value})
    assert (rejected.reason, rejected.path) == ("date_impossible", f"$.data.{field}")


@pytest.mark.parametrize(
    ("kind", "changes", "path"),
    [
        ("vacancy.declared", {"data.departement": "92"}, "$.data.dwelling.commune"),
        ("programme.opened", {"data.dwellings.1.commune": "92012"}, "$.data.dwellings[1].commune"),
        (
            "convention.adjusted",
            {"data.shares.0.territory.communes": ["75056", "92012"]},
            "$.data.shares[0].territory.communes[1]",
        ),
    ],
)
def test_a_commune_of_another_departement_is_refused(
    refuse: Refuse, kind: str, changes: object, path: str
) -> None:
    rejected = refuse(kind, changes)
    assert (rejected.reason, rejected.path) == ("departement_incoherent", path)


@pytest.mark.parametrize(
    ("changes", "reason", "path"),
    [
        ({"data.share_percent": "100.0000001"}, "part_excessive", "$.data.share_percent"),
        ({"data.share_percent": "250"}, "part_excessive", "$.data.share_percent"),
        ({"data.share_percent": 25}, "type_de_valeur", "$.data.share_percent"),
        ({"data.share_percent": "25,5"}, "valeur_invalide", "$.data.share_percent"),
        ({"data.share_percent": "-1"}, "valeur_invalide", "$.data.share_percent"),
        ({"data.share_percent": "1e1"}, "valeur_invalide", "$.data.share_percent"),
        ({"data.objective": 3}, "valeur_invalide", "$.data.objective"),
        ({"data.reservataire.id": "etat"}, "valeur_invalide", "$.data.reservataire.id"),
        ({"data.reservataire.id": "A/../B"}, "valeur_invalide", "$.data.reservataire.id"),
        ({"data.reservataire.kind": "etat"}, "valeur_inconnue", "$.data.reservataire.kind"),
        ({"data.territory.scale": "communes"}, "champ_manquant", "$.data.territory.communes"),
        ({"data.territory.scale": "epci"}, "champ_manquant", "$.data.territory.code"),
        ({"data.respond_within_days": 0}, "valeur_invalide", "$.data.respond_within_days"),
        ({"data.criteria.0.segment": ...}, "champ_manquant", "$.data.criteria[0].segment"),
        ({"data.criteria.0.in": [True]}, "valeur_invalide", "$.data.criteria[0].in"),
    ],
    ids=repr,
)
def test_a_faulty_convention_is_refused(refuse: Refuse, changes: object, reason: str, path: str) -> None:
    rejected = refuse("convention.signed", changes)
    assert (rejected.reason, rejected.path) == (reason, path)


def test_a_share_of_all_or_nothing_is_accepted(accept: Callable[..., Any]) -> None:
    assert accept("convention.signed", {"data.share_percent": "100"}).data["share_percent"] == "100"
    assert accept("convention.signed", {"data.share_percent": "0"}).data["share_percent"] == "0"


def test_several_faults_are_counted(refuse: Refuse) -> None:
    rejected = refuse(changes={"data.cause": "x", "data.purpose": "y"})
    assert "(1 autre erreur ensuite.)" in rejected.message


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ([("ce_specversion", None)], "headers.ce_specversion"),
        ([("ce_specversion", b"1.0"), ("ce_id", b"\xff")], "headers.ce_id"),
        ([("ce_specversion", b"1.0"), ("ce_id", b"1"), ("ce_id", b"2")], "headers.ce_id"),
        ([("ce_specversion", b"1.0"), ("ce_data", b"{}")], "headers.ce_data"),
    ],
    ids=repr,
)
def test_a_faulty_header_is_refused_in_binary_mode(refuse: Refuse, headers: object, path: str) -> None:
    rejected = refuse(raw=b"{}", headers=headers)
    assert (rejected.reason, rejected.path) == ("entete_invalide", path)


def test_a_missing_attribute_is_refused_in_binary_mode(refuse: Refuse, an_event: Build) -> None:
    data = json.dumps(an_event()["data"]).encode()
    rejected = refuse(raw=data, headers=[("ce_specversion", b"1.0")])
    assert (rejected.reason, rejected.path) == ("enveloppe", "$.id")
