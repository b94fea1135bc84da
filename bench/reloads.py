"""Whether a service may reload its rules for ever: memory grown over many reloads, and the time of each."""

import json
import subprocess
import sys

from bench.report import Row, Section
from bench.sizes import Sizes

MOST_GROWTH_BYTES, MOST_SECONDS = 20 * 2**20, 2.0
MANY_RULES, FEWER = 500, 10
"""With very many rules, so many times fewer reloads: what counts there is the time of one."""


def measure(sizes: Sizes) -> Section:
    """The section: the delivered rules, then five hundred; one file is edited before each reload."""
    delivered, many = _run(sizes.reloads, 0), _run(sizes.reloads // FEWER, MANY_RULES)
    section = Section("reloads", f"Reloads of the rules: {sizes.reloads:.0f}, each asked for verdicts")
    for run in (delivered, many):
        section.rows.append(
            Row(
                f"{run['rules']:.0f} rules",
                {
                    "reloads": run["reloads"],
                    "ms each, median": 1e3 * run["median_seconds"],
                    "ms, worst": 1e3 * run["worst_seconds"],
                    "kB grown": run["grown_bytes"] / 1024,
                    "resident kB": run["resident_bytes"] / 1024,
                },
            )
        )
    grown = delivered["grown_bytes"] / 2**20
    section.at_most(
        f"{sizes.reloads} reloads grow memory by at most 20 MiB", grown, MOST_GROWTH_BYTES / 2**20
    )
    section.at_most(f"{MANY_RULES} rules reloaded within 2 s, at worst", many["worst_seconds"], MOST_SECONDS)
    section.notes += [
        "A reload reads, checks, tries out in a process apart, and compiles what the rulebook before it was asked.",
        "Growth is of the resident size after a collection, the first reloads apart (a third, a hundred at most).",
    ]
    return section


def _run(reloads: int, rules: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.reloads_run", str(reloads), str(rules)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found
