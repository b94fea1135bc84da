"""Settings come from the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from chassis.bus import Tuning
from chassis.settings import Settings


def test_without_an_environment_everything_is_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIGUILLAGE_KAFKA", raising=False)
    settings = Settings()
    assert settings.is_embedded
    assert (settings.clock, settings.trust) == ("wall", "topics")


def test_each_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "KAFKA": "broker:9092",
        "RULES": "/etc/rules",
        "CLOCK": "event",
        "TRUST": "open",
        "PORT": "0",
        "BUS__SESSION_TIMEOUT_MS": "1234",
    }.items():
        monkeypatch.setenv(f"AIGUILLAGE_{name}", value)
    settings = Settings()
    assert not settings.is_embedded
    assert settings.rules == Path("/etc/rules")
    assert (settings.clock, settings.trust, settings.port) == ("event", "open", 0)
    assert settings.tuning.session_timeout_ms == 1234


def test_the_rules_may_come_from_a_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_RULES", "topic")
    assert Settings().rules == "topic"


def test_an_unknown_clock_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_CLOCK", "sundial")
    with pytest.raises(ValidationError, match="clock"):
        Settings()


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]  # the mistake under test


def test_the_bus_is_tuned_for_the_broker_in_use() -> None:
    assert Settings(kafka="embedded").tuning == Tuning.embedded()
    assert Settings(kafka="broker:9092").tuning == Tuning()
