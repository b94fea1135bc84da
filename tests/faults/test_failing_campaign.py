"""A campaign that fails says what it had injected, where its logs are and how to play it again."""

from collections import Counter
from pathlib import Path
from shutil import rmtree

import pytest

from tests.faults.campaign import Campaign, Report, tell
from tests.faults.campaign.__main__ import main
from tests.faults.checker import Verdict
from tests.faults.checker.violation import Violation

ASKED = Campaign(7, 20.0)
FAILED = """failed: seed 7, 20 minutes, 3 faults: 2 broker killed, 1 process killed
logs: {}
again: make faults SEED=7 MINUTES=20
"""
NOTHING = "none: no service was started"
FAULTS = {"broker killed": 2, "process killed": 1}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """The folder of a campaign in which a service has told something."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "orientation.log").write_text("started\n")
    return folder


@pytest.mark.parametrize("ends_by", [AssertionError("ended by itself"), TimeoutError(), KeyboardInterrupt()])
def test_a_campaign_that_breaks_off_tells_how_to_play_it_again_and_keeps_its_logs(
    capsys: pytest.CaptureFixture[str], logs: Path, ends_by: BaseException
) -> None:
    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        raise ends_by

    with pytest.raises(type(ends_by)):
        tell(ASKED, logs, play)
    assert capsys.readouterr().out == FAILED.format(logs)
    assert (logs / "orientation.log").is_file()


def test_a_campaign_broken_off_before_any_service_leaves_no_folder(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    (logs / "orientation.log").unlink()

    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tell(ASKED, logs, play)
    assert capsys.readouterr().out == FAILED.format(NOTHING)
    assert not logs.exists()


@pytest.mark.parametrize("violations", [[], [Violation("lost", "V-1", "never told")]])
def test_only_a_campaign_that_proved_nothing_wrong_is_done_with_its_report_and_its_logs(
    capsys: pytest.CaptureFixture[str], logs: Path, violations: list[Violation]
) -> None:
    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        return Report(ASKED, injected, frozenset(), 0, 5, Verdict({}, tuple(violations)))

    assert tell(ASKED, logs, play) == len(violations)
    said = capsys.readouterr().out
    assert said.startswith("seed 7, 20 minutes, 3 faults: ")
    assert said.endswith(FAILED.format(logs)) == logs.exists() == bool(violations)


def test_a_campaign_in_which_no_wait_ended_has_proved_nothing_of_waits_and_fails(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    def play(injected: Counter[str]) -> Report:
        injected.update(FAULTS)
        return Report(ASKED, injected, frozenset(), 0, 0, Verdict({}, ()))

    assert tell(ASKED, logs, play) == 1
    assert "no wait ended while faults went on" in capsys.readouterr().out


@pytest.mark.parametrize("violations", [(), (Violation("lost", "V-1", "never told"),)])
def test_the_command_ends_with_what_was_proved_and_leaves_a_folder_only_of_what_was_not(
    capsys: pytest.CaptureFixture[str], violations: tuple[Violation, ...]
) -> None:
    folders: list[Path] = []

    def play(asked: Campaign, folder: Path, injected: Counter[str]) -> Report:
        folders.append(folder)
        (folder / "orientation.log").write_text("started\n")
        return Report(asked, injected, frozenset(), 0, 5, Verdict({}, violations))

    assert main(["--seed", "7", "--minutes", "20"], play) == len(violations)
    assert capsys.readouterr().out.startswith("seed 7, 20 minutes, ")
    [folder] = folders
    assert folder.exists() == bool(violations)
    rmtree(folder, ignore_errors=True)
