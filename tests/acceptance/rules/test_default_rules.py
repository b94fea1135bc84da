"""The rules delivered with the house: they load, their examples hold, the law is in them."""

from datetime import date
from pathlib import Path

import pytest

from chassis.rulebook import Rulebook, load
from chassis.rulebook.examples import try_examples
from chassis.rulebook.facts import PURPOSES
from flux.units import share_of_percent

RULES = Path(__file__).parents[3] / "rules"
WHERE = (date(2026, 3, 1), "75", "999001209")
LEGAL_EXCLUSIONS = {
    "mutation_interne",
    "relogement_renouvellement_urbain",
    "relogement_copropriete_degradee",
    "relogement_habitat_indigne",
    "vente",
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load(RULES)


def test_every_rule_has_examples_and_every_example_holds(rulebook: Rulebook) -> None:
    found = try_examples(RULES, rulebook)
    assert [str(fault) for fault in (*found.faults, *found.warnings)] == []


def test_a_wrong_example_would_be_found(rulebook: Rulebook, tmp_path: Path) -> None:
    (tmp_path / "assiette").mkdir()
    said = "- {name: Faux, facts: {vacancy.purpose: relocation}, matches: oui}\n"
    (tmp_path / "assiette" / "mutation-inter-bailleurs.examples.yaml").write_text(said)
    found = [
        str(fault)
        for fault in try_examples(tmp_path, rulebook).faults
        if fault.path.endswith("examples.yaml")
    ]
    assert any("démenti" in fault for fault in found)


def test_exactly_five_purposes_leave_the_flux(rulebook: Rulebook) -> None:
    verdicts = {p: rulebook.verdict("assiette", *WHERE, {"vacancy.purpose": p}) for p in PURPOSES}
    outside = {p for p, v in verdicts.items() if v.winner is not None and "outside_flux" in v.winner.effect}
    assert outside == LEGAL_EXCLUSIONS
    assert all(v.winner is not None and v.winner.regulatory for v in verdicts.values())


def test_a_local_agreement_is_never_regulatory(rulebook: Rulebook) -> None:
    local = [rule for rule in rulebook.rules if not rule.active]
    assert len(local) >= 10
    assert not any(rule.regulatory for rule in local)


def test_the_state_is_capped_at_thirty_percent(rulebook: Rulebook) -> None:
    assert rulebook.verdict("rotation", *WHERE, {}).value("caps") is None
    assert rulebook.law.caps(WHERE[0]).etat.units == share_of_percent("30")


def test_the_bundle_of_the_default_rules_rebuilds_them(rulebook: Rulebook) -> None:
    assert Rulebook.from_bundle(rulebook.bundle()).digest == rulebook.digest


def test_the_referentials_hold_what_routing_needs(rulebook: Rulebook) -> None:
    lists = rulebook.lists.on(date(2026, 3, 1))
    assert lists.arrondissements["75114"] == "75056"
    assert lists.segment_of("construction_period", 1974) == "1949_1974"
    assert lists.financements["13"] == "PLUS"
    assert lists.is_reasoned("sans_motif") is False
    assert lists.zone_of("75114") == "Abis"
    assert lists.territories
