import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import SECTIONS

ROOT = Path(__file__).parents[2]
PROMISED = (
    "raw durable_rules",
    "decisions/s flat",
    "checked within 1 s",
    "in force within 2 s",
    "time per vacancy flat",
)


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(  # noqa: S603 - our own module
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.embedded
@pytest.mark.slow
def test_every_section_of_the_bench_runs_and_says_which_targets_are_met() -> None:
    done = run("--quick", "--json")
    assert done.returncode == 0, done.stderr
    sections = {section["name"]: section for section in json.loads(done.stdout)["sections"]}
    assert {*SECTIONS, "breakdown"} == set(sections)
    without = {name for name, section in sections.items() if not section["rows"]}
    assert without <= {"kafka"}
    assert all(sections[name]["notes"][0].startswith("not available: ") for name in without)
    assert not (without and os.environ.get("CI") == "true"), "the servers must be there under CI"
    promises = [target["promise"] for section in sections.values() for target in section["targets"]]
    assert len(promises) >= len(PROMISED)
    assert all(any(said in promise for promise in promises) for said in PROMISED)
    assert done.stderr.count("met  ") == len(promises)


def test_a_section_that_does_not_exist_is_refused_with_its_name() -> None:
    done = run("--quick", "verdict")
    assert done.returncode == 2
    assert "no such section: verdict" in done.stderr
