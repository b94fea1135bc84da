"""The operators' page of scenarios is current, complete, and names only what exists."""

from pathlib import Path

from aiguillage.acceptance.page import scenarios_page
from aiguillage.acceptance.reading import read_cases
from aiguillage.acceptance.scenarios import SCENARIOS
from chassis.rulebook import load
from contracts.events.conventions import ConventionTerms

ROOT = Path(__file__).parents[2]
BOOK = load(ROOT / "rules")
CASES, _ = read_cases(ROOT / "rules")
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_rules_and_the_cases_say_today() -> None:
    assert scenarios_page(BOOK, CASES) == PAGE, "run `python -m aiguillage.acceptance`"


def test_every_case_is_on_the_page() -> None:
    assert [number for case in CASES if (number := case.number) not in PAGE] == []


def test_every_file_a_scenario_names_exists_and_every_field_is_a_conventions_own() -> None:
    files = {rule.path.removesuffix(".yaml") for rule in BOOK.rules}
    named = {name for scenario in SCENARIOS.values() for name in scenario.rules}
    assert named <= files
    fields = {name for scenario in SCENARIOS.values() for name in scenario.fields}
    assert fields <= set(ConventionTerms.model_fields)


def test_every_rule_belongs_to_a_scenario() -> None:
    named = {f"{name}.yaml" for scenario in SCENARIOS.values() for name in scenario.rules}
    assert {rule.path for rule in BOOK.rules} == named
