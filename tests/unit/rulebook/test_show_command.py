"""`aiguillage rules show`: the law first, then the rules in force."""

import json
from pathlib import Path

from typer.testing import CliRunner

from aiguillage.cli import app
from chassis.rulebook import load
from flux.law import LAW

RULES = Path(__file__).parents[3] / "rules"


def show(*words: object) -> str:
    done = CliRunner().invoke(app, ["rules", "show", str(RULES), *map(str, words)], terminal_width=200)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_law_comes_first_then_the_rules() -> None:
    told = show("--on", "2026-03-01")
    assert "La loi au 01/03/2026" in told
    assert told.index("plafond") < told.index("Les règles en vigueur")


def test_json_holds_the_digest_every_entry_of_law_and_every_rule_in_force() -> None:
    said = json.loads(show("--on", "2026-03-01", "--json"))
    book = load(RULES)
    assert said["digest"] == book.digest
    assert said["law"] == LAW.document()
    assert {rule["path"] for rule in said["rules"]} == {rule.path for rule in book.rules if rule.active}


def test_before_the_law_and_the_rules_there_is_nothing() -> None:
    said = json.loads(show("--on", "2019-03-01", "--json"))
    assert (said["law"], said["rules"]) == ([], [])


def test_with_a_place_the_rules_come_in_the_order_they_are_asked() -> None:
    said = json.loads(show("--on", "2026-03-01", "--departement", "75", "--json"))
    first = [rule["id"] for rule in said["rules"] if rule["path"].startswith("delais/")]
    assert first == ["delais-zone-tendue", "delais-ordinaires"]
