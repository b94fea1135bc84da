"""A rulebook travels as one message and is read again from its first byte, whoever wrote it."""

import base64
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from chassis.rulebook import Rulebook, load
from chassis.rulesource import publication
from chassis.rulesource.publication import TooLargeError, message_of, offer_of

RULES = Path(__file__).parents[3] / "rules"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load(RULES)


def _altered(book: Rulebook, **changes: object) -> bytes:
    body = orjson.loads(message_of(book, "drihl", "Premier recueil", AT).value)
    return orjson.dumps({**body, "data": {**body["data"], **changes}})


def test_what_is_published_is_what_is_read(book: Rulebook) -> None:
    message = message_of(book, "drihl", "Premier recueil", AT)
    offer = offer_of(message.value)
    assert offer.faults == ()
    assert offer.sound().digest == book.digest
    assert (offer.author, offer.message) == ("drihl", "Premier recueil")
    assert message.key == book.digest.encode()


def test_the_same_publication_is_the_same_bytes(book: Rulebook) -> None:
    assert message_of(book, "a", "b", AT) == message_of(book, "a", "b", AT)


def _packed(content: object) -> dict[str, object]:
    bundle = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return {
        "digest": sha256(bundle).hexdigest(),
        "bundle": base64.b64encode(zlib.compress(bundle, 9)).decode(),
    }


@pytest.mark.parametrize(
    ("rules", "lists", "words"),
    [
        ({f"assiette/r{n}.yaml": {} for n in range(5_001)}, {}, "rulebooks:1: Plus de 5000 fichiers"),
        ({"assiette/a.yaml": {"x": "a" * 131_072}}, {}, "assiette/a.yaml:1: Plus de 128 ko pour un seul"),
        ({}, {"zones": {"x": "a" * 4_194_304}}, "zones:1: Plus de 4096 ko pour un seul"),
    ],
    ids=["too many", "a rule", "a list"],
)
def test_a_rulebook_beyond_what_a_directory_may_hold_is_refused_before_it_is_read(
    book: Rulebook, rules: dict[str, object], lists: dict[str, object], words: str
) -> None:
    offer = offer_of(_altered(book, **_packed({"format": 1, "rules": rules, "referentiels": lists})))
    assert offer.book is None
    assert [str(fault)[: len(words)] for fault in offer.faults] == [words]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "0" * 64}, "n'est pas celle du recueil"),
        ({"bundle": "pas du base64 !"}, "abîmé"),
        ({"bundle": base64.b64encode(zlib.compress(b"test")).decode()}, "Ce n'est pas un recueil"),
        ({"bundle": base64.b64encode(zlib.compress(b"{}")).decode()}, "Ce n'est pas un recueil"),
        ({"bundle": base64.b64encode(zlib.compress(b"[" * 100_000)).decode()}, "Ce n'est pas un recueil"),
        ({"bundle": None}, "ne publie pas de règles. Trouvé : « bundle"),
        ({"author": ""}, "ne publie pas de règles. Trouvé : « author"),
    ],
)
def test_a_message_that_lies_is_refused_with_its_reason(
    book: Rulebook, changes: dict[str, object], words: str
) -> None:
    offer = offer_of(_altered(book, **changes))
    assert offer.book is None
    assert words in str(offer.faults[0])


@pytest.mark.parametrize("value", [None, b"", b"{}", b"[]", b"\xff", b'{"data": 3}'])
def test_anything_else_on_the_topic_is_refused(value: bytes | None) -> None:
    offer = offer_of(value)
    assert offer.book is None
    assert "ne publie pas de règles" in offer.faults[0].message


def test_a_bundle_whose_rules_contradict_the_law_is_refused_though_its_digest_is_right(
    book: Rulebook,
) -> None:
    said = orjson.loads(book.bundle())
    rule = said["rules"]["rotation/rotation-par-avancement.yaml"]
    rule["then"] = {**rule["then"], "caps": {"etat": "60", "etat_agents": "5"}}
    offer = offer_of(_of_bundle(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)))
    assert offer.book is None
    assert "plafond légal" in str(offer.faults[0])


def _of_bundle(bundle: bytes) -> bytes:
    data = {"author": "x", "message": "y", "digest": sha256(bundle).hexdigest()}
    data["bundle"] = base64.b64encode(zlib.compress(bundle)).decode()
    head = {"id": "1", "source": "/aiguillage/rules", "time": AT.isoformat()}
    return orjson.dumps({**head, "type": "fr.aiguillage.rulebook.published.v1", "data": data})


def test_a_bundle_that_swells_without_end_is_not_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "LARGEST_BUNDLE_BYTES", 1_000)
    offer = offer_of(_of_bundle(b" " * 100_000))
    assert "trop grand" in str(offer.faults[0])


def test_a_rulebook_above_the_size_of_a_message_is_not_published(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "LARGEST_VALUE_BYTES", 10_000)
    with pytest.raises(TooLargeError, match="allégez"):
        message_of(book, "drihl", "Trop grand", AT)
