"""The interval of eight chances in ten is honest on years nothing was tuned on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_about_eight_year_ends_in_ten_fall_inside_the_interval_of_their_forecast() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--json", "forecasts"]
    done = subprocess.run(  # noqa: S603 - our own module
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    (section,) = json.loads(done.stdout)["sections"]
    found = {row["what"]: row["figures"] for row in section["rows"]}
    for regime in ("ordinary", "season known", "halved from July", "doubled from July"):
        assert found[regime]["forecasts"] > 30, regime
        assert 70 <= found[regime]["inside %"] <= 98, regime
    assert found["doubled from July, not seen yet"]["inside %"] < found["doubled from July"]["inside %"]
