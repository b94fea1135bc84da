"""Random search for faults, until its minutes are over: `make search MINUTES=10`.

Each round draws a number and looks with it where `make test` looks in the same places every time: property tests with
other examples, simulated faults of other seeds, other years told to the naive model. It stops at the first round that
fails and prints its command, which plays it again; what it finds becomes an example of a test. Exit code 0 when nothing
was found, 1 when something was.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle

SEEDS_A_ROUND = 200
DECISIONS_A_ROUND = 1_000
BEYOND_CI = 1_000_000
"""The first simulated seed drawn: far from those that every `make test` plays."""

PROPERTIES = (
    sys.executable,
    "-m",
    "pytest",
    "-q",
    "-x",
    "-n",
    "2",
    "-m",
    "property",
    "-p",
    "no:cacheprovider",
)
DIFFERENTIAL = (sys.executable, "-m", "tests.differential")
SIMULATED = (sys.executable, "-m", "tests.faults.simulated")


def main() -> int:
    """Play rounds until the time is over; the seed given is the first round's number, and the clock's without one."""
    parser = argparse.ArgumentParser(prog="make search", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    ends_at = time.monotonic() + asked.minutes * 60
    played = 0
    for command in _rounds(asked.seed):
        if time.monotonic() >= ends_at:
            break
        sys.stdout.write(f"$ {' '.join(('HYPOTHESIS_PROFILE=search', *command))}\n")
        sys.stdout.flush()
        environment = {**os.environ, "HYPOTHESIS_PROFILE": "search"}
        if subprocess.run(command, env=environment, check=False).returncode:  # noqa: S603 - our own commands
            sys.stdout.write(f"found in round {played + 1}: play the command above again\n")
            return 1
        played += 1
    sys.stdout.write(f"{played} rounds from {asked.seed}: nothing found\n")
    return 0


def _rounds(first: int) -> Iterator[tuple[str, ...]]:
    """The command of each round, one kind after the other."""
    for number, kind in enumerate(cycle((_properties, _faults, _model)), start=first):
        yield kind(number)


def _properties(number: int) -> tuple[str, ...]:
    return (*PROPERTIES, f"--hypothesis-seed={number}")


def _model(number: int) -> tuple[str, ...]:
    return (*DIFFERENTIAL, "--decisions", str(DECISIONS_A_ROUND), "--seed", str(BEYOND_CI + number))


def _faults(number: int) -> tuple[str, ...]:
    first = BEYOND_CI + number * SEEDS_A_ROUND
    return (*SIMULATED, "--first", str(first), "--seeds", str(SEEDS_A_ROUND))


if __name__ == "__main__":
    sys.exit(main())
