"""Whatever is said, it is applied or kept on `<topic>.rejected` with its reason, and the stream goes on."""

# ruff: noqa: ANN401 - tests cannot import the classes of a conftest, and JSON is anything

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

import orjson
import pytest
import pytest_asyncio

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio(loop_scope="module")]

SIREN = "999001209"
VACANCIES, CONVENTIONS, OUTCOMES = f"vacancies.{SIREN}", f"conventions.{SIREN}", f"outcomes.{SIREN}"
LARGEST_BYTES = 512 * 1024
LEVELS = 100_000
number = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(a_broker: Any, house_on: Any, says: Any) -> AsyncIterator[Any]:
    """One service for all: two conventions, party topics only, the wall clock."""
    with a_broker() as broker:
        async with house_on(broker) as running:
            for party in ("AL-48", "CD-48"):
                await running.say(CONVENTIONS, orjson.dumps(says.convention(party)))
            await running.until(lambda: len(running.events("convention.recorded")) == 2)
            yield running


@dataclass(frozen=True)
class Hostile:
    """A message nobody may send: what it is made of, and how it must be refused."""

    name: str
    make: Callable[[Any], Any]
    reason: str
    path: str
    topic: str = VACANCIES


def raw(text: str) -> Callable[[Any], bytes]:
    return lambda _: text.encode()


def vacancy(**changes: Any) -> Callable[[Any], Any]:
    return lambda says: says.vacancy("hostile", **changes)


def dwelling(**changes: Any) -> Callable[[Any], Any]:
    return lambda says: says.vacancy("hostile", dwelling=changes)


def enveloped(**changes: Any) -> Callable[[Any], Any]:
    return lambda says: says.vacancy("hostile") | changes


def convention(*, of: str = "AUTRE-48", share: str = "5", **changes: Any) -> Callable[[Any], Any]:
    return lambda says: says.convention(of, share, **changes)


def said_of_dwelling(text: str) -> Callable[[Any], bytes]:
    """A good vacancy, one piece of its JSON written by hand."""
    return lambda says: orjson.dumps(says.vacancy("hostile", {"dwelling_id": "HERE"})).replace(
        b'"HERE"', text.encode()
    )


def without(*path: str) -> Callable[[Any], Any]:
    def make(says: Any) -> Any:
        event = node = says.vacancy("hostile")
        for name in path[:-1]:
            node = node[name]
        del node[path[-1]]
        return event

    return make


def withdrawn_unknown(says: Any) -> Any:
    body = {"vacancy_id": "never", "bailleur": SIREN, "departement": "48", "reason": "Vente annulée."}
    return says.event("vacancy.withdrawn", body)


def of_another_bailleur(siren: str) -> Callable[[Any], Any]:
    return lambda says: says.vacancy("hostile", bailleur=siren, source=f"/bailleurs/{siren}")


HOSTILE = [
    Hostile("not JSON", raw("{'specversion': 1"), "json_invalide", "$"),
    Hostile("NaN", said_of_dwelling("NaN"), "json_invalide", "$"),
    Hostile("a tombstone", lambda _: None, "message_vide", "$"),
    Hostile("not UTF-8", lambda _: b'{"specversion":"\xff"}', "texte_illisible", "$"),
    Hostile("a list for an envelope", raw("[]"), "enveloppe", "$"),
    Hostile("an envelope of another version", enveloped(specversion="0.3"), "enveloppe", "$.specversion"),
    Hostile("an envelope without id", without("id"), "enveloppe", "$.id"),
    Hostile("data that is a text", enveloped(data="vacancy"), "enveloppe", "$.data"),
    Hostile("an unknown type", enveloped(type="fr.aiguillage.vacancy.invented.v1"), "type_inconnu", "$.type"),
    Hostile("a foreign type", enveloped(type="com.example.thing"), "type_inconnu", "$.type"),
    Hostile("a missing field", without("data", "purpose"), "champ_manquant", "$.data.purpose"),
    Hostile(
        "a missing fact of the dwelling",
        without("data", "dwelling", "qpv"),
        "champ_manquant",
        "$.data.dwelling.qpv",
    ),
    Hostile(
        "a SIREN with a wrong key",
        of_another_bailleur("999001200"),
        "valeur_invalide",
        "$.data.bailleur",
        "vacancies.999001200",
    ),
    Hostile(
        "an INSEE code of no département",
        dwelling(commune="20004"),
        "valeur_invalide",
        "$.data.dwelling.commune",
    ),
    Hostile(
        "an INSEE code too short", dwelling(commune="4809"), "valeur_invalide", "$.data.dwelling.commune"
    ),
    Hostile("a commune as a number", dwelling(commune=48095), "type_de_valeur", "$.data.dwelling.commune"),
    Hostile(
        "a typologie nobody builds", dwelling(typologie="T9"), "valeur_inconnue", "$.data.dwelling.typologie"
    ),
    Hostile("a negative surface", dwelling(surface_m2=-1), "valeur_invalide", "$.data.dwelling.surface_m2"),
    Hostile("a time in 1899", enveloped(time="1899-12-31T09:00:00Z"), "date_impossible", "$.time"),
    Hostile("a time next year", enveloped(time="2027-03-02T09:00:00Z"), "date_impossible", "$.time"),
    Hostile("a time without zone", enveloped(time="2026-03-02T09:00:00"), "date_impossible", "$.time"),
    Hostile("a date in 1899", vacancy(available_on="1899-12-31"), "date_impossible", "$.data.available_on"),
    Hostile("30 February", vacancy(available_on="2026-02-30"), "date_impossible", "$.data.available_on"),
    Hostile("U+0000", said_of_dwelling(r'"D\u0000"'), "caractere_interdit", "$"),
    Hostile("a lone surrogate", said_of_dwelling(r'"D\ud800"'), "caractere_interdit", "$"),
    Hostile("deep JSON", raw("[" * LEVELS + "]" * LEVELS), "trop_profond", "$"),
    Hostile("JSON of 33 levels", enveloped(extra=orjson.loads("[" * 33 + "]" * 33)), "trop_profond", "$"),
    Hostile("a key twice", said_of_dwelling('"D","qpv":true'), "cle_en_double", "$"),
    Hostile("more than 512 kB", enveloped(extra="é" * LARGEST_BYTES), "trop_grand", "$"),
    Hostile(
        "a person's name",
        dwelling(nom_du_locataire="Personne"),
        "donnee_personnelle",
        "$.data.dwelling.nom_du_locataire",
    ),
    Hostile("a vacancy among conventions", vacancy(), "topic_inattendu", "$.type", CONVENTIONS),
    Hostile("a shared topic while topics are trusted", vacancy(), "topic_partage", "$.source", "vacancies"),
    Hostile("the topic of another bailleur", vacancy(), "emetteur", "$.source", "vacancies.999109630"),
    Hostile(
        "a source that is not the topic's",
        vacancy(source="/bailleurs/999109630"),
        "emetteur",
        "$.source",
    ),
    Hostile("a body for another bailleur", vacancy(bailleur="999109630"), "emetteur", "$.data.bailleur"),
    Hostile(
        "a réservataire that declares a vacancy",
        vacancy(source="/reservataires/AL-48"),
        "emetteur",
        "$.type",
        "vacancies.AL-48",
    ),
    Hostile("a source that is nobody", vacancy(source="/prefets/48"), "enveloppe", "$.source"),
    Hostile(
        "one share above 100 %",
        convention(share="100.5"),
        "part_excessive",
        "$.data.share_percent",
        CONVENTIONS,
    ),
    Hostile(
        "a State above 30 %",
        convention(share="30.5", kind="etat_prioritaires"),
        "plafond_etat",
        "$.data.share_percent",
        CONVENTIONS,
    ),
    Hostile(
        "overlapping conventions of one trio",
        convention(of="AL-48", convention_id="another"),
        "conventions_chevauchantes",
        "$.data.effective",
        CONVENTIONS,
    ),
    Hostile("a withdrawal of nothing", withdrawn_unknown, "vacance_inconnue", "$.data.vacancy_id"),
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
async def test_a_hostile_message_is_kept_with_its_reason_and_the_next_one_is_decided(
    house: Any, says: Any, reasons: Any, hostile: Hostile
) -> None:
    made = hostile.make(says)
    value = made if made is None or isinstance(made, bytes) else orjson.dumps(made)
    place = await house.say(hostile.topic, value)
    kept = await house.refused(place)
    said = reasons(kept)
    assert (said["reason"], said["path"]) == (hostile.reason, hostile.path)
    assert said["message"].endswith((".", ")", "?"))
    digest = sha256(value or b"").hexdigest()
    assert said["sha256"] == digest
    is_withheld = value is None or len(value) > LARGEST_BYTES or hostile.reason == "donnee_personnelle"
    assert kept.value == (orjson.dumps({"sha256": digest}) if is_withheld else value)
    await goes_on(house, says)


async def goes_on(house: Any, says: Any) -> None:
    """A good vacancy said now is decided."""
    name = f"good-{next(number)}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name)))
    assert (await house.decided(name))["outcome"] == "proposed"
    assert not house.decisions("hostile")


HEADERS = [
    [("x-trace", None)],
    [("x-trace", b"\xff\xfe")],
    [("content-type", None)],
    [("reply_to", b"vacancies"), ("x", b"\x00")],
    [("ce_type", None)],
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
async def test_a_header_that_is_null_or_not_text_does_not_keep_a_structured_event_out(
    house: Any, says: Any, headers: Any
) -> None:
    name = f"header-{next(number)}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name)), headers)
    assert (await house.decided(name))["outcome"] == "proposed"


@pytest.mark.parametrize("commune", ["2A004", "2B033", "97411", "01004", "75114"])
async def test_every_departement_of_france_may_speak(house: Any, says: Any, commune: str) -> None:
    name = f"commune-{commune}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name, dwelling={"commune": commune})))
    decision = await house.decided(name)
    assert decision["scope"] == f"{SIREN}:{commune[:3] if commune.startswith('97') else commune[:2]}"
    assert decision["outcome"] == "held"


async def test_an_event_in_binary_mode_is_accepted(house: Any, says: Any) -> None:
    event = says.vacancy(name := f"binary-{next(number)}")
    attributes = {name: value for name, value in event.items() if name not in {"data", "datacontenttype"}}
    headers = [(f"ce_{name}", value.encode()) for name, value in attributes.items()]
    await house.say(VACANCIES, orjson.dumps(event["data"]), [*headers, ("content-type", b"application/json")])
    assert (await house.decided(name))["outcome"] == "proposed"


@pytest.mark.parametrize("broken", [None, b"\xff"], ids=["null", "not UTF-8"])
async def test_a_broken_attribute_in_binary_mode_is_refused(
    house: Any, says: Any, reasons: Any, broken: bytes | None
) -> None:
    event = says.vacancy("hostile")
    attributes = {name: value for name, value in event.items() if name not in {"data", "datacontenttype"}}
    headers = [
        (f"ce_{name}", broken if name == "time" else value.encode()) for name, value in attributes.items()
    ]
    place = await house.say(VACANCIES, orjson.dumps(event["data"]), headers)
    said = reasons(await house.refused(place))
    assert (said["reason"], said["path"]) == ("entete_invalide", "headers.ce_time")
    await goes_on(house, says)


async def test_the_same_id_with_other_content_is_a_conflict(house: Any, says: Any, reasons: Any) -> None:
    name = f"conflict-{next(number)}"
    first = says.vacancy(name)
    await house.say(VACANCIES, orjson.dumps(first))
    await house.decided(name)
    other = says.vacancy(f"{name}-other", id=first["id"])
    said = reasons(await house.refused(await house.say(VACANCIES, orjson.dumps(other))))
    assert (said["reason"], said["path"]) == ("conflit", "$.id")
    await goes_on(house, says)
    assert not house.decisions(f"{name}-other")


async def test_the_same_vacancy_with_other_content_is_refused(house: Any, says: Any, reasons: Any) -> None:
    name = f"twice-{next(number)}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name)))
    await house.decided(name)
    other = says.vacancy(name, dwelling={"typologie": "T4"})
    said = reasons(await house.refused(await house.say(VACANCIES, orjson.dumps(other))))
    assert (said["reason"], said["path"]) == ("vacance_deja_declaree", "$.data.vacancy_id")
    await goes_on(house, says)
    assert len(house.decisions(name)) == 1


async def test_a_contradiction_within_one_batch_leaves_the_first_that_came(
    house: Any, says: Any, reasons: Any
) -> None:
    name = f"batch-{next(number)}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name)))
    place = await house.say(VACANCIES, orjson.dumps(says.vacancy(name, dwelling={"typologie": "T4"})))
    assert reasons(await house.refused(place))["reason"] == "vacance_deja_declaree"
    assert (await house.decided(name))["vacancy"]["dwelling"]["typologie"] == "T3"
    assert len(house.decisions(name)) == 1


async def test_nobody_answers_the_proposal_of_somebody_else(house: Any, says: Any, reasons: Any) -> None:
    name = f"proposal-{next(number)}"
    await house.say(VACANCIES, orjson.dumps(says.vacancy(name)))
    proposal = await house.proposal(name)
    [other] = {"AL-48", "CD-48"} - {proposal["reservataire"]}
    place = await house.say(f"outcomes.{other}", orjson.dumps(says.refusal(proposal, by=other)))
    said = reasons(await house.refused(place))
    assert (said["reason"], said["path"]) == ("proposition_d_autrui", "$.data.proposal_id")
    await house.say(f"outcomes.{proposal['reservataire']}", orjson.dumps(says.refusal(proposal)))
    await house.until(lambda: len(house.decisions(name)) == 2)
    assert house.decisions(name)[1]["reservataire"] == other


async def test_of_a_message_that_names_a_person_the_journal_keeps_the_path_only(
    house: Any, says: Any
) -> None:
    event = says.vacancy("hostile", dwelling={"prenom": "Camille-Introuvable"})
    place = await house.say(VACANCIES, orjson.dumps(event), [("x-name", b"Camille-Introuvable")])
    kept = await house.refused(place)
    told = orjson.dumps([str(kept)] + [str(one) for one in await house.service.journal.rejects(500)])
    assert b"Camille-Introuvable" not in told
    assert b"$.data.dwelling.prenom" in told


async def test_what_was_refused_is_published_once_and_nothing_is_left(house: Any) -> None:
    await house.is_level()
    assert await house.service.journal.unpublished_rejects(500) == []
    stored = await house.service.journal.rejects(500)
    published = [record for record in house.records if record.topic.endswith(".rejected")]
    assert len(published) == len(stored)
