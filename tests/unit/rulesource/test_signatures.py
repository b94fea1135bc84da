"""A rulebook signed by a trusted key is taken, and nothing else is, where keys are set."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import compress

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chassis.bus import Cluster
from chassis.rulebook import Rulebook, load
from chassis.rulesource import rule_source
from chassis.rulesource.publication import message_of, offer_of, publication_in
from chassis.rulesource.signatures import Signed, SigningKey, TrustedKeys
from chassis.settings import SettingFault, Settings

RULES = Path(__file__).parents[3] / "rules"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load(RULES)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[SigningKey, SigningKey]:
    """An office's key and the one that follows it, as PEM files `old`, `new`; their public halves in `trusted`."""
    made = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
    for name, key in zip(("old", "new"), made, strict=True):
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / name).write_bytes(pem)
    public = [key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in made]
    (tmp_path / "trusted").write_bytes(b"# both keys of the office\n" + b"\n".join(public))
    (tmp_path / "only old").write_bytes(public[0])
    return SigningKey.read(tmp_path / "old"), SigningKey.read(tmp_path / "new")


def test_two_keys_are_trusted_at_once_so_that_one_can_follow_the_other(
    book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> None:
    trusted = TrustedKeys.read(tmp_path / "trusted")
    for key in keys:
        offer = offer_of(message_of(book, "drihl", "Premier recueil", AT, key).value, trusted)
        assert offer.sound().digest == book.digest
        assert offer.signed is not None
        assert offer.signed.signature.key_id == key.id


@pytest.mark.usefixtures("keys")
def test_an_unsigned_rulebook_is_refused_where_keys_are_set_and_taken_elsewhere(
    book: Rulebook, tmp_path: Path
) -> None:
    message = message_of(book, "drihl", "Premier recueil", AT).value
    [fault] = offer_of(message, TrustedKeys.read(tmp_path / "trusted")).faults
    assert "n'est pas signée" in str(fault)
    assert offer_of(message).sound().digest == book.digest


def test_a_key_that_is_not_trusted_here_is_named(
    book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> None:
    _, new = keys
    message = message_of(book, "drihl", "Premier recueil", AT, new).value
    [fault] = offer_of(message, TrustedKeys.read(tmp_path / "only old")).faults
    assert f"clé {new.id}" in str(fault)


@pytest.mark.parametrize(
    "changed",
    [{"author": "autre"}, {"message": "autre"}, {"digest": "0" * 64}, {"signature": "0" * 128}],
    ids=["author", "message", "digest", "signature"],
)
def test_a_publication_that_was_changed_after_it_was_signed_is_refused(
    book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path, changed: dict[str, str]
) -> None:
    body = orjson.loads(message_of(book, "drihl", "Premier recueil", AT, keys[0]).value)
    body["data"] |= changed
    [fault] = offer_of(orjson.dumps(body), TrustedKeys.read(tmp_path / "trusted")).faults
    assert "n'est pas celle de cette publication" in str(fault)


def test_its_time_is_signed_too(book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path) -> None:
    body = orjson.loads(message_of(book, "drihl", "Premier recueil", AT, keys[0]).value)
    body["time"] = (AT + timedelta(days=1)).isoformat()
    assert offer_of(orjson.dumps(body), TrustedKeys.read(tmp_path / "trusted")).book is None


def test_another_rulebook_under_a_signed_digest_is_refused(
    book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> None:
    first = orjson.loads(message_of(book, "drihl", "Premier recueil", AT, keys[0]).value)
    other = b64encode(compress(book.bundle().replace(b"30", b"31")))
    first["data"]["bundle"] = other.decode()
    assert offer_of(orjson.dumps(first), TrustedKeys.read(tmp_path / "trusted")).book is None


def test_what_is_kept_with_a_rulebook_can_be_proved_again(
    book: Rulebook, keys: tuple[SigningKey, SigningKey], tmp_path: Path
) -> None:
    said = publication_in(message_of(book, "drihl", "Premier recueil", AT, keys[0]).value)
    assert said.signature is not None
    kept = Signed.decoded(Signed(said.claim, said.signature).encoded())
    assert TrustedKeys.read(tmp_path / "trusted").why_refused(kept.claim, kept.signature) is None


def test_a_file_without_an_ed25519_key_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1())
    (tmp_path / "private").write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "public").write_bytes(public)
    (tmp_path / "text").write_bytes(b"no key\n")
    with pytest.raises(SettingFault, match="openssl genpkey -algorithm ed25519"):
        SigningKey.read(tmp_path / "private")
    for name in ("public", "text"):
        with pytest.raises(SettingFault, match="openssl pkey"):
            TrustedKeys.read(tmp_path / name)


@pytest.mark.usefixtures("keys")
async def test_a_folder_of_rules_refuses_to_start_where_keys_are_set(tmp_path: Path) -> None:
    settings = Settings(rules=RULES, rules_keys=tmp_path / "trusted")
    with pytest.raises(SettingFault, match="AIGUILLAGE_RULES=topic"):
        async with rule_source(settings, Cluster("nowhere:1")):
            pass
