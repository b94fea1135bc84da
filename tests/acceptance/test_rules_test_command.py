"""`aiguillage rules test`: every scenario with its cases, every failure with its line, what nothing tries."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from aiguillage.acceptance.scenarios import SCENARIOS
from aiguillage.cli import app

RULES = Path(__file__).parents[2] / "rules"
Directory = Callable[[], Path]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the delivered rules with one case a scenario, to break."""
    copied = copytree(RULES, tmp_path / "rules")
    for file in (copied / "acceptance").iterdir():
        if "-01-" not in file.name:
            file.unlink()
    return copied


def outcome_of(directory: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["rules", "test", str(directory), *options])
    return result.exit_code, result.output


def case_of(directory: Path, number: str) -> Path:
    return next((directory / "acceptance").glob(f"{number}-*.yaml"))


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_delivered_rules_pass_with_every_scenario_listed_and_nothing_untried() -> None:
    code, said = outcome_of(RULES, "--strict")
    assert code == 0, said
    rows = [row.split()[0] for row in said.splitlines() if row.startswith("  ") and row.split()]
    assert [word for word in rows if word in SCENARIOS] == list(SCENARIOS)
    assert "échec" not in said
    assert "fautes" not in said


def test_an_expectation_that_fails_is_told_with_its_line_what_was_expected_and_what_was_found(
    directory: Path,
) -> None:
    case = case_of(directory, "3a-01")
    replaced(case, "units: 20,", "units: 19,")
    line = next(n for n, row in enumerate(case.read_text().splitlines(), 1) if "units: 19" in row)
    code, said = outcome_of(directory)
    assert code == 1
    assert f"{case}:{line}: Attendu : C-AL, units 19. Trouvé : « 20 »." in said
    assert "1 fautes" in said


def test_a_scenario_without_a_case_is_a_fault(directory: Path) -> None:
    case_of(directory, "10b-01").unlink()
    code, said = outcome_of(directory)
    assert code == 1
    assert "Le scénario 10b n'a pas de cas (Gestion : déléguée)." in said
    assert "aucun cas" in said


def test_an_event_nobody_expected_to_be_refused_fails_its_case(directory: Path) -> None:
    case = case_of(directory, "5a-01")
    replaced(case, 'share_percent: "25"', 'share_percent: "31"')
    code, said = outcome_of(directory)
    assert code == 1
    assert "Événement 2 refusé" in said
    assert "plafond_etat" in said


def test_an_example_that_is_wrong_is_a_fault(directory: Path) -> None:
    replaced(
        directory / "assiette" / "mutation-inter-bailleurs.examples.yaml", "matches: oui", "matches: non"
    )
    code, said = outcome_of(directory)
    assert code == 1
    assert "assiette/mutation-inter-bailleurs.examples.yaml:" in said
    assert "Exemple démenti" in said


def test_what_nothing_tries_is_told_and_is_a_fault_when_asked(directory: Path) -> None:
    loyer = directory / "criteres" / "exclure-loyer-eleve.examples.yaml"
    replaced(loyer, "dwelling.rent_eur: 600}", "dwelling.rent_eur: 599}")
    replaced(
        directory / "criteres" / "exclure-t1.examples.yaml",
        "dwelling.typologie: T1bis",
        "dwelling.typologie: T1",
    )
    replaced(case_of(directory, "6b-01"), "typologie: T1bis", "typologie: T1")
    code, said = outcome_of(directory)
    assert code == 0, said
    assert "criteres/exclure-loyer-eleve.yaml:10: dwelling.rent_eur : jamais essayé à la borne 600." in said
    assert "valeurs de la liste jamais essayées. Trouvé : « T1bis »." in said
    assert outcome_of(directory, "--strict")[0] == 1


def test_the_report_is_json_when_asked(directory: Path) -> None:
    code, said = outcome_of(directory, "--json")
    found = json.loads(said)
    assert code == 0
    assert [each["scenario"] for each in found["scenarios"]] == list(SCENARIOS)
    assert all(case["passed"] for each in found["scenarios"] for case in each["cases"])
    assert found["examples"] > 100
    assert found["faults"] == []


def test_faulty_rules_are_told_before_any_case_is_run(directory: Path) -> None:
    file = directory / "assiette" / "mutation-inter-bailleurs.yaml"
    replaced(file, "outside_flux: mutation_inter_bailleurs", "outside_flux: mutation_inter_bailleur")
    result = CliRunner().invoke(app, ["rules", "test", str(directory)])
    assert "assiette/mutation-inter-bailleurs.yaml:" in str(result.exception)
