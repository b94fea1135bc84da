"""Rebuilding compliance's projections: items a second and memory as a scope's stream grows, each in its own process."""

import json
import subprocess
import sys

from bench.report import Row, Section
from bench.sizes import Sizes

FLAT = 1.3


def measure(sizes: Sizes) -> Section:
    """The section."""
    runs = [_run(size) for size in sizes.projected]
    section = Section(
        "projections", "compliance: one scope's projection rebuilt from the rows of its journal"
    )
    for run in runs:
        section.rows.append(
            Row(
                f"{run['items']:.0f} items",
                {
                    "items/s": run["items"] / run["cpu_seconds"],
                    "µs CPU/item": 1e6 * run["cpu_seconds"] / run["items"],
                    "peak kB": run["peak_bytes"] / 1024,
                    "snapshot kB": run["snapshot_bytes"] / 1024,
                    "µs/progress": 1e6 * run["progress_seconds"],
                },
            )
        )
    costs = [run["cpu_seconds"] / run["items"] for run in runs]
    section.at_most("cost per item flat within 1.3 ×", max(costs) / min(costs), FLAT)
    grown = (runs[-1]["peak_bytes"] - runs[-2]["peak_bytes"]) / (runs[-1]["items"] - runs[-2]["items"])
    section.at_most("memory: at most 20 bytes an item above a constant", grown, 20.0)
    section.notes += [
        "Items of a played year (decisions with their alternatives, proposals, outcomes, amendments), repeated with",
        "other vacancies. Each is decoded from its canonical bytes and folded; making them is not timed.",
    ]
    return section


def _run(items: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.projections_run", str(items)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found
