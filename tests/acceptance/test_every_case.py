"""Every acceptance case delivered passes, and leaves the accounts of its scopes in balance."""

from pathlib import Path

import pytest

from aiguillage.acceptance.case import Case
from aiguillage.acceptance.events import events_of
from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.playing import play
from aiguillage.acceptance.reading import read_cases
from aiguillage.acceptance.report import report
from aiguillage.acceptance.running import run
from aiguillage.acceptance.scenarios import SCENARIOS
from contracts.inputs import TOPIC_OF, read

RULES = Path(__file__).parents[2] / "rules"
CASES, UNREADABLE = read_cases(RULES)


def test_every_file_of_the_cases_can_be_read() -> None:
    assert [str(fault) for fault in UNREADABLE] == []
    assert len(CASES) == len(list((RULES / "acceptance").glob("*.yaml")))


def test_every_scenario_has_a_case_of_its_own() -> None:
    assert {case.scenario for case in CASES} >= set(SCENARIOS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_a_case_passes(case: Case, ground: Ground) -> None:
    assert [str(fault) for fault in run(case, ground).faults] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_the_credits_of_a_case_sum_to_its_engagements(case: Case, ground: Ground) -> None:
    played = play(case, events_of(case, []), ground.under(case, []))
    assert played.facts
    for ledger in played.ledgers.values():
        for year in ledger.years.values():
            assert sum(year.credit.values()) == sum(year.engaged.values())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.number)
def test_what_a_case_gives_are_events_of_the_contract(case: Case) -> None:
    """Another implementation receives them as they are: each is accepted by the published contract."""
    for event in events_of(case, []):
        kind = case.said.given[event.place].event
        assert read(event.line, (), TOPIC_OF[kind], now=None, trust="open").type == kind


def test_the_delivered_rules_leave_nothing_untried(ground: Ground) -> None:
    found = report(RULES, ground.rulebook)
    assert [str(fault) for fault in found.faults] == []
    assert [str(gap) for gap in found.coverage.gaps] == []
    assert found.coverage.unproved == ()
