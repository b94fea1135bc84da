"""A rule of `echelle` that names a territory: its scale has names, and its communes are known."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import check

Write = Callable[..., Path]
RULE = "echelle/une-regle.yaml"
ZONES = 'est: {label: "Est parisien", communes: "75111 75112"}\n'


def faults(directory: Path) -> list[str]:
    (directory / "referentiels").mkdir(exist_ok=True)
    (directory / "referentiels" / "zones.yaml").write_text(ZONES, encoding="utf-8")
    return [str(fault) for fault in check(directory)]


def test_a_zone_of_the_list_is_a_territory(write: Write) -> None:
    assert faults(write(RULE, then="{scale: zone, code: est}")) == []


@pytest.mark.parametrize("scale", ["scale: departement", "scale: communes", "covers: oui"])
def test_a_name_goes_with_a_scale_that_has_names(write: Write, scale: str) -> None:
    (said,) = faults(write(RULE, then=f"{{{scale}, code: est}}"))
    assert said.startswith(f"{RULE}:9: « code » nomme le territoire d'une échelle qui en a plusieurs.")
    assert "Admis : scale: epci, scale: ept, scale: zone." in said


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("{scale: zone, code: esst}", "Territoire inconnu de referentiels/zones.yaml. Trouvé : « esst »."),
        ("{scale: ept, code: 200057867}", "Territoire inconnu de referentiels/territoires.yaml."),
    ],
)
def test_a_territory_nobody_listed_is_a_fault_once_the_rule_is_on(
    write: Write, then: str, words: str
) -> None:
    (said,) = faults(write(RULE, then=then))
    assert said.startswith(f"{RULE}:9: {words}")
    assert faults(write(RULE, then=then, extra="active: non")) == []


def test_the_message_suggests_the_zone_that_was_meant(write: Write) -> None:
    (said,) = faults(write(RULE, then="{scale: zone, code: esst}"))
    assert "Vouliez-vous dire « est » ?" in said
