"""A campaign that fails says what it had injected, where its logs are and how to play it again."""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.campaign import Campaign, Report, tell
from tests.faults.checker import Verdict
from tests.faults.checker.violation import Violation

ASKED, LOGS = Campaign(7, 20.0), Path("somewhere")
FAILED = """failed: seed 7, 20 minutes, 3 faults: 2 broker killed, 1 process killed
logs: somewhere
again: make faults SEED=7 MINUTES=20
"""
FAULTS = {"broker killed": 2, "process killed": 1}


@pytest.mark.parametrize("ends_by", [AssertionError("ended by itself"), TimeoutError(), KeyboardInterrupt()])
def test_a_campaign_that_breaks_off_tells_how_to_play_it_again(
    capsys: pytest.CaptureFixture[str], ends_by: BaseException
) -> None:
    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        raise ends_by

    with pytest.raises(type(ends_by)):
        tell(ASKED, LOGS, play)
    assert capsys.readouterr().out == FAILED


@pytest.mark.parametrize("violations", [[], [Violation("lost", "V-1", "never told")]])
def test_only_a_campaign_that_proved_nothing_wrong_is_done_with_its_report(
    capsys: pytest.CaptureFixture[str], violations: list[Violation]
) -> None:
    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        return Report(ASKED, injected, 0, 0, Verdict({}, tuple(violations)))

    assert tell(ASKED, LOGS, play) == len(violations)
    said = capsys.readouterr().out
    assert said.startswith("seed 7, 20 minutes, 3 faults: ")
    assert said.endswith(FAILED) == bool(violations)
