"""What an operator reads when a setting cannot be used, or is none."""

from collections.abc import Mapping

import pytest

from chassis.environment import drop_service_links
from chassis.settings import SettingFault, read_settings


def _fault_of(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> list[str]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingFault) as raised:
        read_settings()
    return str(raised.value).splitlines()


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("AIGUILLAGE_PORT", "abc", "« abc » ne convient pas. Admis : un nombre entier."),
        ("AIGUILLAGE_PORT", "70000", "« 70000 » ne convient pas. Admis : un nombre d'au plus 65535."),
        ("AIGUILLAGE_CLOCK", "sundial", "« sundial » ne convient pas. Admis : wall ou event."),
        ("AIGUILLAGE_SCOPES_IN_MEMORY", "0", "« 0 » ne convient pas. Admis : un nombre plus grand que 0."),
        ("AIGUILLAGE_CHECKPOINT_EVERY_SECONDS", "x", "« x » ne convient pas. Admis : un nombre."),
        ("AIGUILLAGE_BUS__FETCH_MAX_BITES", "1", "réglage inconnu."),
        (
            "AIGUILLAGE_KAFKA_SECURITY_PROTOCOL",
            "TLS",
            "« TLS » ne convient pas. Admis : PLAINTEXT ou SSL ou SASL_PLAINTEXT ou SASL_SSL.",
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_its_variable_and_what_it_admits(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    assert _fault_of(monkeypatch, {variable: value}) == [f"{variable} : {sentence}"]


def test_every_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_fault_of(monkeypatch, {"AIGUILLAGE_PORT": "abc", "AIGUILLAGE_CLOCK": "sundial"})) == 2


def test_a_variable_nobody_reads_is_refused_with_the_nearest_that_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _fault_of(monkeypatch, {"AIGUILLAGE_DATABSE": "x"}) == [
        "AIGUILLAGE_DATABSE : réglage inconnu. Vouliez-vous dire AIGUILLAGE_DATABASE ?"
    ]


def test_a_variable_like_no_other_is_refused_with_all_that_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    (sentence,) = _fault_of(monkeypatch, {"AIGUILLAGE_XYZZY": "x"})
    assert "Réglages connus : " in sentence
    assert "AIGUILLAGE_KAFKA_CA_FILE" in sentence


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = _fault_of(monkeypatch, {"AIGUILLAGE_KAFKA_PASSWORD": "hunter2", "AIGUILLAGE_PORT": "abc"})
    assert "hunter2" not in "\n".join(lines)


def test_what_an_orchestrator_sets_for_a_service_named_like_ours_is_dropped_and_named() -> None:
    environment = {
        "AIGUILLAGE_PORT": "tcp://10.0.0.1:8000",
        "AIGUILLAGE_PORT_8000_TCP": "tcp://10.0.0.1:8000",
        "AIGUILLAGE_PORT_8000_TCP_ADDR": "10.0.0.1",
        "AIGUILLAGE_SERVICE_HOST": "10.0.0.1",
        "AIGUILLAGE_SERVICE_PORT_HTTP": "8000",
        "AIGUILLAGE_KAFKA_PORT": "tcp://10.0.0.2:9092",
        "AIGUILLAGE_KAFKA_SERVICE_HOST": "10.0.0.2",
        "AIGUILLAGE_KAFKA": "kafka:9092",
        "OTHER_PORT": "tcp://10.0.0.3:1",
    }
    dropped = drop_service_links(environment)
    assert len(dropped) == 7
    assert environment == {"AIGUILLAGE_KAFKA": "kafka:9092", "OTHER_PORT": "tcp://10.0.0.3:1"}


def test_a_port_that_is_a_number_is_kept() -> None:
    environment = {"AIGUILLAGE_PORT": "8001"}
    assert drop_service_links(environment) == []
    assert environment == {"AIGUILLAGE_PORT": "8001"}
