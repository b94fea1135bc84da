"""Take any rule away and somebody notices: a case fails, or an example names another winner."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aiguillage.acceptance.case import Case
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.running import Result, run
from chassis.rulebook import Rulebook, load
from chassis.rulebook.examples import Tried, try_examples
from chassis.rulebook.rule import Rule
from chassis.rulebook.scalars import yes_or_no
from contracts import canonical

RULES = Path(__file__).parents[2] / "rules"
BOOK = load(RULES)
IN_FORCE = [rule for rule in BOOK.rules if rule.active]
OFF = [rule for rule in BOOK.rules if not rule.active]


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    return list(try_examples(RULES, BOOK).tried)


def noticed_by(rule: Rule, ground: Ground, results: Iterable[Result], tried: Iterable[Tried]) -> str | None:
    """Which case or example notices that a rule file is gone; its own examples go with it."""
    without = ground.without(rule)
    for result in results:
        if _speaks_in(rule, result) and not run(result.case, without).is_passed:
            return result.case.number
    for one in tried:
        names_it = one.rule.id != rule.id and one.example.winner == rule.id
        if names_it and one.winner_in(without.rulebook) != rule.id:
            return one.example.name
    return None


def _speaks_in(rule: Rule, result: Result) -> bool:
    """Whether a rule is heard in a case that does not lean on its file itself."""
    overlays = result.case.said.rules
    leans = {*overlays, *(_base(written) for written in overlays.values())}
    speaker = (rule.room.family, rule.id, rule.room.layer, rule.room.owner)
    return rule.path not in leans and speaker in result.heard.spoke


def _base(written: dict[str, object] | None) -> str | None:
    return None if written is None else str(written.get("like"))


@pytest.mark.parametrize("rule", IN_FORCE, ids=lambda rule: rule.id)
def test_deleting_a_rule_in_force_is_noticed(
    rule: Rule, ground: Ground, results: list[Result], tried: list[Tried]
) -> None:
    assert noticed_by(rule, ground, results, tried) is not None


def test_a_rule_that_changes_nothing_would_be_found(results: list[Result], tried: list[Tried]) -> None:
    idle = replace(
        next(rule for rule in BOOK.rules if rule.id == "gestion-directe"),
        id="gestion-directe-encore",
        path="gestion/gestion-directe-encore.yaml",
        priority=501,
    )
    bundle: Any = canonical.decode(BOOK.bundle())
    wider = Ground(Rulebook([*BOOK.rules, idle], BOOK.lists, bundle["referentiels"]))
    assert noticed_by(idle, wider, [run(result.case, wider) for result in results[:20]], tried) is None


def switched_on_by(rule: Rule, case: Case) -> list[str]:
    """The overlays of a case that turn an inactive rule on."""
    return [
        path
        for path, written in case.said.rules.items()
        if written and written.get("like") == rule.path and yes_or_no(written.get("active", "non"))
    ]


@pytest.mark.parametrize("rule", OFF, ids=lambda rule: rule.id)
def test_a_rule_that_is_off_is_proved_by_a_case_that_fails_without_its_overlay(
    rule: Rule, ground: Ground, results: list[Result]
) -> None:
    proofs = []
    for case in (result.case for result in results):
        for path in switched_on_by(rule, case):
            rules = {name: written for name, written in case.said.rules.items() if name != path}
            bare = replace(case, said=case.said.model_copy(update={"rules": rules}))
            proofs.append((case.number, run(bare, ground).is_passed))
    assert proofs, "no case turns it on"
    assert any(not passed for _, passed in proofs), f"passes without it: {proofs}"
