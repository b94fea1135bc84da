"""What a good message becomes."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from contracts.canonical import decode, encode
from contracts.inputs import Input

Accept = Callable[..., Input]
Build = Callable[..., dict[str, Any]]


def test_a_declared_vacancy_is_read_with_its_identity_and_scope(accept: Accept) -> None:
    cause = accept()
    assert cause.identity == sha256(f"{cause.source}\0{cause.id}".encode()).hexdigest()
    assert (cause.type, cause.scope, cause.source) == (
        "vacancy.declared",
        "999001209:75",
        "/bailleurs/999001209",
    )
    assert cause.time == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_what_the_core_sees_is_what_the_canonical_bytes_say(accept: Accept) -> None:
    cause = accept()
    assert decode(cause.canonical) == {
        "data": cause.data,
        "id": cause.id,
        "source": cause.source,
        "time": "2026-03-01T08:00:00Z",
        "type": "vacancy.declared",
    }
    assert encode(decode(cause.canonical)) == cause.canonical


def test_amounts_are_exact_decimals_and_codes_stay_texts(accept: Accept) -> None:
    raw = b'"dwelling_id":"1","commune":"01004","typologie":"T1bis","financement":"PLAI","qpv":true'
    body = (
        b'{"specversion":"1.0","id":"1","source":"/bailleurs/999001209","time":"2026-03-01T00:00:00Z",'
        b'"type":"fr.aiguillage.vacancy.declared.v1","data":{"vacancy_id":"V","bailleur":"999001209",'
        b'"available_on":"2026-03-01","cause":"conge","purpose":"relocation",'
        b'"dwelling":{' + raw + b',"rent_eur":412.30,"charges_eur":95,"surface_m2":0.1}}}'
    )
    dwelling = accept(raw=body).data["dwelling"]
    assert dwelling["rent_eur"] == Decimal("412.3")
    assert isinstance(dwelling["rent_eur"], Decimal)
    assert dwelling["charges_eur"] == 95
    assert dwelling["surface_m2"] == Decimal("0.1")
    assert dwelling["commune"] == "01004"


def test_unknown_and_null_fields_are_not_stored(accept: Accept) -> None:
    data = accept(changes={"data.chauffage": "gaz", "data.dwelling.dpe": "C"}).data
    assert "chauffage" not in data
    assert "dpe" not in data["dwelling"]
    assert "stock_reservation" not in data
    assert "qpv_code" not in data["dwelling"]


def test_a_free_text_is_kept_apart_and_its_digest_in_the_data(accept: Accept) -> None:
    cause = accept("vacancy.withdrawn")
    text = "Le congé a été annulé."
    digest = sha256(text.encode()).hexdigest()
    assert cause.texts == {digest: text}
    assert cause.data["reason_sha256"] == digest
    assert "reason" not in cause.data
    assert text.encode() not in cause.canonical


def test_the_code_of_a_refusal_is_no_free_text(accept: Accept) -> None:
    cause = accept("proposal.refused")
    assert cause.data["reason"] == "loyer_trop_eleve"
    assert set(cause.data) >= {"note_sha256"}
    assert list(cause.texts.values()) == ["Au-dessus des ressources du public visé."]


def test_the_same_message_spaced_and_ordered_otherwise_is_the_same_input(
    accept: Accept, an_event: Build
) -> None:
    event = an_event()
    shuffled = dict(reversed(list(event.items())))
    again = accept(raw=json.dumps(shuffled, indent=4).replace("412.3", "412.300").encode())
    assert again == accept()


def test_binary_mode_reads_the_same_input(accept: Accept, an_event: Build) -> None:
    event = an_event()
    data = json.dumps(event.pop("data")).encode()
    headers = [("content-type", b"application/json; charset=utf-8")]
    event.pop("datacontenttype")
    headers += [(f"ce_{name}", str(value).encode()) for name, value in event.items()]
    assert accept(raw=data, headers=headers) == accept()


@pytest.mark.parametrize(
    "headers",
    [
        [("trace", None)],
        [("trace", b"\xff\xfe")],
        [("ce_id", None), ("ce_type", b"\xff")],
        [("content-type", b"application/cloudevents+json; charset=UTF-8"), ("ce_specversion", b"\xff")],
        [("content-type", None)],
        [("content-type", b"\xff")],
    ],
    ids=repr,
)
def test_unreadable_headers_do_not_harm_structured_mode(accept: Accept, headers: object) -> None:
    assert accept(headers=headers) == accept()


def test_a_time_with_an_offset_is_read_in_utc(accept: Accept) -> None:
    cause = accept(changes={"time": "2026-03-01T09:00:00.250+01:00"})
    assert cause.time == datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
    assert b'"time":"2026-03-01T08:00:00.250000Z"' in cause.canonical


def test_on_the_event_clock_no_event_is_in_the_future(accept: Accept) -> None:
    assert accept(changes={"time": "2031-03-01T08:00:00Z"}, now=None).time.year == 2031


@pytest.mark.parametrize(
    ("commune", "departement"),
    [("2A004", "2A"), ("97411", "974"), ("98818", "988"), ("01004", "01"), ("75114", "75")],
)
def test_the_departement_follows_from_the_commune(accept: Accept, commune: str, departement: str) -> None:
    assert accept(changes={"data.dwelling.commune": commune}).scope == f"999001209:{departement}"


def test_a_reservataire_speaks_of_its_own_on_its_own_topic(accept: Accept) -> None:
    cause = accept("candidates.designated", topic="outcomes.AL-75", trust="topics")
    assert cause.source == "/reservataires/AL-75"


def test_a_bailleur_speaks_on_its_own_topic(accept: Accept) -> None:
    assert accept(topic="vacancies.999001209", trust="topics").scope == "999001209:75"


def test_a_bailleur_may_report_a_candidates_refusal(accept: Accept) -> None:
    changes = {"source": "/bailleurs/999001209", "data.by": "candidat", "data.note": None}
    assert accept("proposal.refused", changes).data["by"] == "candidat"


def test_an_escaped_accent_and_an_emoji_pair_are_no_surrogates(accept: Accept) -> None:
    cause = accept(changes={"data.vacancy_id": "V-é-😀"})
    assert cause.data["vacancy_id"] == "V-é-😀"


def test_an_input_is_a_value(accept: Accept) -> None:
    assert replace(accept(), id="x") != accept()


def test_a_criterion_keeps_the_names_of_the_interface(accept: Accept) -> None:
    data = accept("convention.adjusted").data
    assert data["criteria"][0]["in"] == ["T4", "T5"]
    assert (data["criteria"][1]["from"], data["criteria"][1]["to"]) == (0, 1)
    assert data["effective"] == {"from": "2026-01-01", "until": "2026-12-31"}
    assert data["carry_over"]["units"] == Decimal("2.5")
