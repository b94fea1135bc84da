"""`rules check` of hundreds of files, against a bare YAML load of the same files."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import yaml

from bench.report import Section
from bench.sizes import Sizes
from bench.timing import best_rates
from bench.varied_rules import varied_rules
from chassis.rulebook import check

CHECK, C_YAML, YAML = "check", "PyYAML, C", "PyYAML, Python"
MOST_SECONDS = 1.0
"""Promised of 500 files."""


def measure(sizes: Sizes) -> Section:
    """The section; the peers parse and understand nothing."""
    with varied_rules(sizes.rules[-1]) as directory:
        files = sorted(directory.rglob("*.yaml"))
        texts = [path for path in files if path.parent.name != "referentiels"]
        rates = best_rates(
            {
                CHECK: lambda: lambda: _sound(directory),
                C_YAML: lambda: lambda: [_loaded(path, yaml.CSafeLoader) for path in files],
                YAML: lambda: lambda: [_loaded(path, yaml.SafeLoader) for path in files],
            },
            len(texts),
            sizes.turns,
        )
        command = min(_command(directory) for _ in range(sizes.turns))
    section = Section("check", f"rules check: {len(texts)} rule files and the delivered lists")
    section.rates("rule files/s", rates, {"C": C_YAML, "Python": YAML})
    section.at_most(f"{len(texts)} files checked within 1 s", len(texts) / rates[CHECK], MOST_SECONDS)
    section.notes += [
        f"The command, interpreter included, took {command:.2f} s for {len(texts)} files.",
        "Checking reads, validates, compares rules with one another and with the law, and compiles them in a process",
        "apart; the peers only parse. The largest list, territoires.yaml, is parsed by all three.",
    ]
    return section


def _sound(directory: Path) -> None:
    faults = check(directory)
    if faults:
        raise AssertionError(str(faults[0]))


def _loaded(path: Path, loader: type) -> object:
    return yaml.load(path.read_bytes(), loader)  # noqa: S506 - both loaders are the safe ones


def _command(directory: Path) -> float:
    """Seconds of the whole command, as an operator types it."""
    start = perf_counter()
    command = [sys.executable, "-c", "from aiguillage.cli import main; main()", "rules", "check", "--alone"]
    subprocess.run([*command, str(directory)], check=True, capture_output=True)  # noqa: S603 - our own command
    return perf_counter() - start
