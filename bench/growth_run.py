"""One simulation of a given number of vacancies, in a process of its own: `python -m bench.growth_run NUMBER`."""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from pathlib import Path
from time import process_time
from typing import Any

from aiguillage.lines import event_time
from aiguillage.parties import Player
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from bench.long_year import LongYear
from bench.material import book
from compliance.domain.projection import Projection, apply
from contracts.rejected import Rejected
from orientation.domain.instants import instant

STATUS = Path("/proc/self/status")


class Prompt:
    """Follows a simulation as `aiguillage simulate --parties` does: counters, and answers in order of time."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self._projections: dict[str, Projection] = {}
        self._answers: list[tuple[datetime, int, bytes]] = []
        self._said = 0

    def follow(self, kind: str, data: dict[str, Any]) -> None:
        """Take in a fact."""
        scope = data["scope"]
        apply(self._projections.setdefault(scope, Projection(scope)), kind, data)
        at = instant(data["at"])
        if kind == "proposal.issued":
            self._keep(self._player.answers(data, at))
        elif kind == "orientation.decided":
            self._keep(self._player.confirmations(data, at))

    def _keep(self, answers: list[tuple[datetime, bytes]]) -> None:
        for at, answer in answers:
            self._said += 1
            heappush(self._answers, (at, self._said, answer))

    def due(self, before: datetime | None) -> Iterator[bytes]:
        """Answers whose time is before an instant, those they cause included; all when None."""
        while self._answers and (before is None or self._answers[0][0] < before):
            yield heappop(self._answers)[2]


class Meter:
    """Applies lines and counts them, with the CPU time that took."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.inputs = self.refused = 0
        self.cpu_seconds = 0.0

    def apply(self, line: bytes, prompt: Prompt, before: datetime | None) -> None:
        """Apply a line, then every answer due before an instant."""
        start = process_time()
        self._one(line)
        for answer in prompt.due(before):
            self._one(answer)
        self.cpu_seconds += process_time() - start

    def _one(self, line: bytes) -> None:
        self.inputs += 1
        try:
            self._simulation.apply(line)
        except Rejected:
            self.refused += 1


def run(vacancies: int) -> dict[str, float]:
    """Simulate them; what it took."""
    year = LongYear(vacancies)
    prompt = Prompt(Player(year.parties()))
    with Scratch() as scratch:
        simulation = Simulation(book(), scratch, prompt.follow)
        for line in year.before():
            simulation.apply(line)
        meter = Meter(simulation)
        for line, following in _in_pairs(year.vacancies()):
            meter.apply(line, prompt, None if following is None else event_time(following))
        still_open = sum(len(state.dossiers) for state in simulation.states.values())
    return {
        "vacancies": vacancies,
        "closed": vacancies - still_open,
        "inputs": meter.inputs,
        "refused": meter.refused,
        "cpu_seconds": meter.cpu_seconds,
        "peak_bytes": peak_bytes(),
    }


def _in_pairs(lines: Iterator[bytes]) -> Iterator[tuple[bytes, bytes | None]]:
    """Each line with the one that follows it."""
    line = next(lines)
    for following in lines:
        yield line, following
        line = following
    yield line, None


def peak_bytes() -> int:
    """The most memory this process ever had resident; what a parent had before it is not counted on Linux."""
    if STATUS.exists():
        high_water = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(high_water.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))))
