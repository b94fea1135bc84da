"""The delivered rules, the cases beside them, and what each case comes to: read and run once."""

from pathlib import Path

import pytest

from aiguillage.acceptance.overlay import Ground
from aiguillage.acceptance.reading import read_cases
from aiguillage.acceptance.running import Result, run
from chassis.rulebook import load

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground(load(RULES))


@pytest.fixture(scope="session")
def results(ground: Ground) -> list[Result]:
    cases, faults = read_cases(RULES)
    assert not [str(fault) for fault in faults]
    return [run(case, ground) for case in cases]
