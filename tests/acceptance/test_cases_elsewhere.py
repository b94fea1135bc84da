"""Cases on whose rules: delivered ones on the common rules, those given by hand on all; their schema."""

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_cases
from aiguillage.acceptance.running import run
from aiguillage.acceptance.schema import case_schema
from aiguillage.cli import app
from chassis.rulebook import load

RULES = Path(__file__).parents[2] / "rules"
CASES = sorted((RULES / "acceptance").glob("*.yaml"))
CORRECTED = "9a-02"


@pytest.fixture
def with_a_local_order(tmp_path: Path) -> Path:
    """The delivered rules with the fixed order switched on for the bailleur of the cases."""
    rules = copytree(RULES, tmp_path / "rules")
    text = (rules / "rotation" / "rotation-ordre-fixe.yaml").read_text(encoding="utf-8")
    local = rules / "bailleurs" / "999001209" / "rotation" / "rotation-ordre-fixe.yaml"
    local.parent.mkdir(parents=True)
    local.write_text(text.replace("active: non", "active: oui"), encoding="utf-8")
    return rules


def test_a_local_rule_breaks_no_delivered_case(with_a_local_order: Path) -> None:
    ground = Ground(load(with_a_local_order))
    (case,) = [case for case in read_cases(with_a_local_order)[0] if case.number == CORRECTED]
    assert run(case, ground.of(case)).faults == ()
    assert run(case, ground).faults, "the local order does decide otherwise"


def test_a_local_case_stands_on_all_the_rules(with_a_local_order: Path) -> None:
    (file,) = (with_a_local_order / "acceptance").glob(f"{CORRECTED}-*.yaml")
    file.write_text("local: oui\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    ground = Ground(load(with_a_local_order))
    (case,) = [case for case in read_cases(with_a_local_order)[0] if case.number == CORRECTED]
    assert run(case, ground.of(case)).faults


def tried(*words: object) -> Any:  # noqa: ANN401 - a result of the runner
    return CliRunner().invoke(app, ["rules", "test", *map(str, words)])


def test_one_case_or_a_folder_of_cases_is_run_on_all_the_rules(
    with_a_local_order: Path, tmp_path: Path
) -> None:
    (file,) = (RULES / "acceptance").glob(f"{CORRECTED}-*.yaml")
    assert tried(RULES, "--run", file).exit_code == 0
    failed = tried(with_a_local_order, "--run", file)
    assert failed.exit_code == 1
    assert f"  {file}:" in failed.stdout
    folder = tmp_path / "cas"
    folder.mkdir()
    for name in ("1a-01", "3a-01"):
        (case,) = (RULES / "acceptance").glob(f"{name}-*.yaml")
        (folder / case.name).write_bytes(case.read_bytes())
    done = tried(RULES, "--run", folder, "--json")
    said = json.loads(done.stdout)
    assert [(case["number"], case["passed"]) for case in said["cases"]] == [("1a-01", True), ("3a-01", True)]


def test_a_case_that_is_not_there_or_not_a_case_is_told(tmp_path: Path) -> None:
    assert "n'existe pas" in str(tried(RULES, "--run", tmp_path / "x.yaml").exception)
    assert "aucun cas" in str(tried(RULES, "--run", tmp_path).exception)
    (tmp_path / "1a-09-x.yaml").write_text("number: 1a-09\n", encoding="utf-8")
    done = tried(RULES, "--run", tmp_path / "1a-09-x.yaml")
    assert done.exit_code == 1
    assert "Il manque « title »." in done.stdout


VALIDATOR = Draft202012Validator(case_schema().schema)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name[:5])
def test_every_delivered_case_follows_the_schema(case: Path) -> None:
    said = json.loads(json.dumps(yaml.safe_load(case.read_text(encoding="utf-8")), default=_iso))
    assert [error.message for error in VALIDATOR.iter_errors(said)] == []


def _iso(value: object) -> str:
    """Dates and instants as an editor's YAML reads them: texts."""
    return str(value).replace(" ", "T")


@pytest.mark.parametrize(
    "wrong",
    [
        {"titel": "x"},
        {"given": []},
        {"given": [{"event": "vacancy.declaired", "at": "2026-01-01T00:00:00Z"}]},
        {"number": "2b01"},
        {"counts": [{"line": "C", "propozed": 1}]},
    ],
)
def test_a_mistake_in_a_case_is_seen_in_the_editor(wrong: dict[str, Any]) -> None:
    event = {"event": "vacancy.declared", "at": "2026-01-01T00:00:00Z", "data": {}}
    right = {"number": "2b-01", "title": "x", "given": [event], "expect": [{"event": "proposal.issued"}]}
    assert VALIDATOR.is_valid(right)
    assert not VALIDATOR.is_valid({**right, **wrong})
