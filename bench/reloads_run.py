"""Reloads one after the other, in a process of their own: `python -m bench.reloads_run NUMBER RULES`."""

import gc
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.reload_material import edit, write_rules
from bench.material import Question, questions
from chassis.rulebook import Rulebook, load

STATUS = Path("/proc/self/status")
FAMILIES = ("assiette", "criteres", "delais")
ASKED = 200
WARM = 50
"""Reloads before memory counts: caches fill, the allocator finds its size."""


def run(reloads: int, rules: int) -> dict[str, float]:
    """Edit, load, prepare, swap, decide: so many times; memory grown after the first ones, time of each."""
    asked = questions(ASKED)
    with TemporaryDirectory() as folder:
        directory = write_rules(Path(folder) / "rules", rules)
        book, before, seconds = load(directory), 0, list[float]()
        _ask(book, asked)
        for number in range(reloads):
            if number == min(WARM, reloads // 2):
                before = _resident_bytes()
            edit(directory, 1 + number % 28)
            start = perf_counter()
            following = load(directory)
            following.prepare(book)
            seconds.append(perf_counter() - start)
            book = following
            _ask(book, asked)
        grown = _resident_bytes() - before
    counted = reloads - min(WARM, reloads // 2)
    return {
        "reloads": reloads,
        "rules": len(book.rules),
        "grown_bytes": grown,
        "bytes_a_reload": grown / counted,
        "median_seconds": sorted(seconds)[len(seconds) // 2],
        "worst_seconds": max(seconds),
        "resident_bytes": _resident_bytes(),
    }


def _ask(book: Rulebook, asked: list[Question]) -> None:
    for each in asked:
        for family in FAMILIES:
            book.verdict(family, each.on, each.departement, each.bailleur, each.facts)


def _resident_bytes() -> int:
    """What the process holds now, after a collection; 0 where the system does not tell."""
    gc.collect()
    if not STATUS.exists():
        return 0
    held = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(held.split()[1]) * 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
