"""Whether a simulation's time and memory stay flat as vacancies are added: each size in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Mapping

from bench.report import Row, Section
from bench.sizes import Sizes

FLAT, MOST_BYTES = 1.3, 200.0
CLOSED_PERCENT = 99.0


def measure(sizes: Sizes) -> Section:
    """The section. Memory above a constant is what the largest size takes more than the one before it."""
    runs = [_run(size) for size in sizes.growth]
    section = Section(
        "growth", "simulate: one département, conventions and vacancies, every proposal answered at once"
    )
    for run in runs:
        section.rows.append(Row(f"{run['vacancies']:.0f} vacancies", _figures(run)))
    times = [run["cpu_seconds"] / run["vacancies"] for run in runs]
    section.at_most("time per vacancy flat within 1.3 ×", max(times) / min(times), FLAT)
    before, last = runs[-2], runs[-1]
    growth = (last["peak_bytes"] - before["peak_bytes"]) / (last["closed"] - before["closed"])
    section.at_most("memory at most 200 bytes per closed vacancy above a constant", growth, MOST_BYTES)
    closed = min(100 * run["closed"] / run["vacancies"] for run in runs)
    section.at_least("at least 99 % of the vacancies closed in every run", closed, CLOSED_PERCENT)
    section.notes += [
        "Vacancies are made one by one and spread over a year; the sample's parties answer each proposal within",
        "seconds, to a lease or a refusal, so that dossiers close. Time is CPU time, answers and projections included.",
        "Memory is the peak resident size; the constant holds the rules, the interpreter and bounded caches.",
    ]
    return section


def _figures(run: Mapping[str, float]) -> dict[str, float]:
    return {
        "closed": run["closed"],
        "inputs": run["inputs"],
        "refused": run["refused"],
        "µs CPU/vacancy": 1e6 * run["cpu_seconds"] / run["vacancies"],
        "µs CPU/input": 1e6 * run["cpu_seconds"] / run["inputs"],
        "peak kB": run["peak_bytes"] / 1024,
    }


def _run(vacancies: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.growth_run", str(vacancies)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found
