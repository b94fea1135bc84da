"""Settings that let nobody in to a cluster are told at start: which one, what is wrong, what to do."""

import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.bus import Access, AccessFault, Cluster
from chassis.bus.cluster import HUNG_UP
from chassis.bus.not_let_in import EXPIRED, OTHER_HOST, WORDS, refusal
from chassis.settings import Settings
from tests.authority import Authority

SECRET = "un-mot-de-passe"  # noqa: S105 - of nobody
NOW = datetime.now(UTC)
TLS, BY_PASSWORD = {"security_protocol": "SSL"}, {"security_protocol": "SASL_SSL", "user": "aiguillage"}
PAST, EARLY = (NOW - timedelta(days=90), NOW - timedelta(days=1)), (NOW + timedelta(days=1),)
UNKNOWN_ISSUER = 20
"""OpenSSL's code of a certificate nobody known has signed."""
PAGE = Path(__file__).parents[3] / "docs" / "operateur" / "acces.md"


def _disbelieved(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code, error.verify_message = code, "as OpenSSL says it"
    return error


def _unspoken(reason: str) -> ssl.SSLError:
    error = ssl.SSLError()
    error.reason = reason
    return error


FAULTS = [
    (TLS | {"ca_file": "absent.pem"}, "CA_FILE : le fichier {}/absent.pem est illisible (il n'existe pas)."),
    (TLS | {"ca_file": "folder"}, "CA_FILE : le fichier {}/folder est illisible (c'est un dossier)."),
    (
        TLS | {"ca_file": "text.pem/absent"},
        "CA_FILE : le fichier {}/text.pem/absent est illisible (son chemin passe par un fichier).",
    ),
    (TLS | {"ca_file": "loop.pem"}, "CA_FILE : le fichier {}/loop.pem est illisible (ELOOP)."),
    (TLS | {"ca_file": "text.pem"}, "CA_FILE : {}/text.pem ne contient pas de certificat PEM."),
    (TLS | {"ca_file": "Ancienne.pem"}, "CA_FILE : le certificat {}/Ancienne.pem a expiré le "),
    (
        TLS | {"certificate_file": "ours.pem"},
        "KEY_FILE : manque, alors que AIGUILLAGE_KAFKA_CERTIFICATE_FILE est donné.",
    ),
    (
        TLS | {"key_file": "ours.key"},
        "CERTIFICATE_FILE : manque, alors que AIGUILLAGE_KAFKA_KEY_FILE est donné.",
    ),
    (
        TLS | {"certificate_file": "expired.pem", "key_file": "expired.key"},
        "CERTIFICATE_FILE : le certificat {}/expired.pem a expiré le ",
    ),
    (
        TLS | {"certificate_file": "early.pem", "key_file": "early.key"},
        "CERTIFICATE_FILE : le certificat {}/early.pem ne vaut qu'à partir du ",
    ),
    (
        TLS | {"certificate_file": "ours.pem", "key_file": "other.key"},
        "KEY_FILE : {0}/other.key n'est pas la clé de {0}/ours.pem.",
    ),
    (
        TLS | {"certificate_file": "ours.pem", "key_file": "text.pem"},
        "KEY_FILE : {}/text.pem n'est pas une clé lisible",
    ),
    (
        TLS | {"certificate_file": "ours.pem", "key_file": "ours.encrypted.key"},
        "KEY_FILE : {}/ours.encrypted.key n'est pas une clé lisible",
    ),
    (
        {"ca_file": "Autorité.pem"},
        "CA_FILE : sans effet avec AIGUILLAGE_KAFKA_SECURITY_PROTOCOL=PLAINTEXT. Choisissez",
    ),
    (TLS | {"user": "aiguillage"}, "USER : sans effet avec AIGUILLAGE_KAFKA_SECURITY_PROTOCOL=SSL."),
    (
        {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN"},
        "SASL_MECHANISM : PLAIN enverrait le mot de passe en clair avec AIGUILLAGE_KAFKA_SECURITY_PROTOCOL=",
    ),
    ({"security_protocol": "SASL_SSL", "password": SECRET}, "USER : manque."),
    (BY_PASSWORD, "PASSWORD : le mot de passe manque. Donnez AIGUILLAGE_KAFKA_PASSWORD_FILE"),
    (BY_PASSWORD | {"password_file": "bytes"}, "PASSWORD_FILE : {}/bytes n'est pas un texte."),
    (BY_PASSWORD | {"password_file": "empty"}, "PASSWORD_FILE : le mot de passe manque."),
    (BY_PASSWORD | {"password_file": "absent"}, "PASSWORD_FILE : le fichier {}/absent est illisible"),
    (
        BY_PASSWORD | {"password_file": "password", "password": SECRET},
        "PASSWORD_FILE : le mot de passe est donné deux fois. Retirez AIGUILLAGE_KAFKA_PASSWORD.",
    ),
]
"""What is given, the files by their names, and how the fault begins."""
REFUSALS = [
    *(kind() for kind in WORDS),
    *(_disbelieved(code) for code in (EXPIRED, OTHER_HOST, UNKNOWN_ISSUER)),
    *(_unspoken(reason) for reason in ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "WRONG_VERSION_NUMBER")),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, a client's certificate and key, and what an operator may mistake for them."""
    folder = tmp_path_factory.mktemp("access")
    authority = Authority.named("Autorité", folder)
    authority.issue("ours")
    authority.issue("other")
    authority.issue("expired", *PAST)
    authority.issue("early", *EARLY)
    Authority.named("Ancienne", folder, *PAST)
    (folder / "folder").mkdir()
    (folder / "loop.pem").symlink_to(folder / "loop.pem")
    (folder / "text.pem").write_text("bonjour\n")
    (folder / "password").write_text(f"{SECRET}\n")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    (folder / "empty").write_text("\n")
    return folder


@pytest.mark.parametrize(("given", "told"), FAULTS)
def test_what_lets_nobody_in_is_told_with_its_place_and_remedy(
    files: Path, given: dict[str, str], told: str
) -> None:
    said = _fault(files, given)
    assert said.startswith(f"AIGUILLAGE_KAFKA_{told.format(files)}")
    assert said.endswith((".", "»."))
    assert SECRET not in said


def test_the_operators_page_tells_each_sentence_of_the_code_and_no_other(files: Path) -> None:
    table = PAGE.read_text().partition("| le message dit | faites |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [re.findall("`([^`]+)`", row.split(" | ")[0])[0] for row in table.splitlines()]
    told = [re.compile(re.escape(row).replace("…", ".+")) for row in rows]
    said = (
        [_fault(files, given) for given, _ in FAULTS]
        + [str(refusal(error)) for error in REFUSALS]
        + [HUNG_UP]
    )
    assert [sentence for sentence in said if not any(row.match(sentence) for row in told)] == []
    assert [row.pattern for row in told if not any(row.match(sentence) for sentence in said)] == []


def test_every_refusal_says_what_to_look_at() -> None:
    sentences = [*map(str, map(refusal, REFUSALS)), HUNG_UP]
    orders = ("vérifiez", "l'ACL", "doit le renouveler", "appelez-le", "attend-il")
    assert [said for said in sentences if not any(order in said for order in orders)] == []


def _fault(files: Path, given: dict[str, str]) -> str:
    in_place = {name: files / value if "file" in name else value for name, value in given.items()}
    with pytest.raises(AccessFault) as raised:
        Cluster("broker:9093", Access.model_validate(in_place))
    return str(raised.value)


def test_every_way_in_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, files: Path) -> None:
    for name, value in {
        "SECURITY_PROTOCOL": "SASL_SSL",
        "CA_FILE": files / "Autorité.pem",
        "CERTIFICATE_FILE": files / "ours.pem",
        "KEY_FILE": files / "ours.key",
        "SASL_MECHANISM": "SCRAM-SHA-256",
        "USER": "aiguillage",
        "PASSWORD_FILE": files / "password",
    }.items():
        monkeypatch.setenv(f"AIGUILLAGE_KAFKA_{name}", str(value))
    client = Cluster("broker:9093", Settings().access).client()
    assert client.pop("ssl_context").get_ca_certs()
    assert client == {
        "bootstrap_servers": "broker:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": "aiguillage",
        "sasl_plain_password": SECRET,
    }


def test_a_password_is_in_no_representation_and_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SECURITY_PROTOCOL": "SASL_SSL", "USER": "aiguillage", "PASSWORD": SECRET}.items():
        monkeypatch.setenv(f"AIGUILLAGE_KAFKA_{name}", value)
    settings = Settings()
    cluster = Cluster("broker:9093", settings.access)
    assert cluster.client()["sasl_plain_password"] == SECRET
    assert (
        SECRET not in f"{settings!r} {settings} {settings.access!r} {cluster!r} {settings.model_dump_json()}"
    )
    monkeypatch.setenv("AIGUILLAGE_KAFKA_SECURITY_PROTOCOL", SECRET)
    with pytest.raises(ValidationError, match="security_protocol") as raised:
        Settings()
    assert SECRET not in str(raised.value)


def test_an_address_alone_is_a_cluster_that_takes_whoever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_KAFKA_SECURITY_PROTOCOL", "SSL")
    client = Cluster.of("127.0.0.1:9092").client()
    assert client == {"bootstrap_servers": "127.0.0.1:9092", "security_protocol": "PLAINTEXT"}


async def test_a_host_name_that_is_none_is_told_as_a_broker_that_does_not_answer() -> None:
    told = await Cluster("kafka..example:9092").no_answer(OSError())
    assert "kafka..example:9092" in str(told)
