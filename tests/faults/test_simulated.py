"""Hundreds of histories under faults, each from its seed: nothing is lost, doubled, leaked or told two ways."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from compliance.watching import Watching
from tests.faults.simulated.mutants import MUTANTS, breaks_once_committed
from tests.faults.simulated.processes import Blind
from tests.faults.simulated.proving import Proved, again, prove

SEEDS, AT_ONCE = 300, 20
A_FEW_SEEDS = 30
"""By then a mutant is found."""
KINDS_OF_FAULT = {
    "acknowledgement lost",
    "broker lost, joined again",
    "broker out",
    "clock jumped ahead",
    "clocks apart",
    "corrupted read",
    "flood",
    "meaning repeated",
    "way from broker cut",
    "way to broker cut",
    "clock jumped back",
    "database compliance out",
    "database orientation out",
    "disk compliance out",
    "disk orientation out",
    "journal answer lost after effect",
    "journal call lost",
    "journal commit lost after effect",
    "message lost",
    "journal forgotten",
    "message repeated",
    "offsets expired",
    "offsets lost",
    "older dump restored",
    "other cluster",
    "process cancelled",
    "process frozen",
    "process killed",
    "process not let in",
    "publication refused",
    "rebalance",
    "rules edited",
    "slow fsync",
}


@cache
def proved(seed: int) -> Proved:
    return prove(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_whatever_fails_at_whatever_await_nothing_is_lost_doubled_leaked_or_told_two_ways(first: int) -> None:
    found = [proved(seed) for seed in range(first, first + AT_ONCE)]
    wrong = [str(each) for each in found if not each.is_sound]
    assert not wrong, "\n".join(wrong)
    assert all(each.counts["inputs applied"] > 0 for each in found)


def test_a_watch_that_sees_no_evening_leaves_out_only_what_a_watch_does() -> None:
    left_out = {name for name in vars(Blind) if not name.startswith("__")}
    assert left_out == {"until", "again", "is_judged_by_the_rules_in_force"}
    assert left_out <= vars(Watching).keys()


@pytest.mark.slow
def test_every_kind_of_fault_strikes_and_everything_that_can_happen_happens() -> None:
    found = [proved(seed) for seed in range(A_FEW_SEEDS)]
    assert sum((each.met for each in found), Counter[str]()).keys() == KINDS_OF_FAULT
    counts = sum((each.counts for each in found), Counter[str]())
    assert (
        min(counts[name] for name in ("waits ended", "messages refused", "decisions", "proposals"))
        > A_FEW_SEEDS
    )


def test_one_seed_is_one_history_byte_for_byte_in_any_process() -> None:
    seed = 5
    command = [sys.executable, "-m", "tests.faults.simulated", "--seed", str(seed)]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    root = Path(__file__).parents[2]
    other = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    assert prove(seed).digest == prove(seed).digest
    assert other.stdout.splitlines()[0] == f"history {prove(seed).digest}", other.stderr
    assert other.stdout.splitlines()[-1] == "0 lost, 0 doubled, 0 leaked, 0 disagreements"
    assert other.returncode == 0


@pytest.mark.slow
def test_a_defect_that_breaks_on_what_was_just_applied_refuses_none_of_it() -> None:
    found = [prove(seed, breaks_once_committed) for seed in range(A_FEW_SEEDS)]
    assert not [str(each) for each in found if not each.is_sound]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_build_broken_on_purpose_is_found_within_a_few_seeds(name: str) -> None:
    parts, kind = MUTANTS[name]
    found = (prove(seed, parts) for seed in range(A_FEW_SEEDS))
    caught = next(each for each in found if any(v.startswith(kind) for v in each.violations))
    assert again(caught.seed) in str(caught)
