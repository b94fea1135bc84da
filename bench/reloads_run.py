"""Reloads one after the other, apart: `python -m bench.reloads_run NUMBER RULES`; 0 rules: as delivered."""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.material import RULES, Question, questions
from bench.varied_rules import varied_rules
from chassis.rulebook import Rulebook, load

STATUS = Path("/proc/self/status")
FAMILIES = ("assiette", "criteres", "delais")
ASKED = 200
"""Vacancies whose verdicts are asked of each rulebook."""
WARM = 100
"""Reloads before memory counts, a third of them at most: caches fill, the allocator finds its size."""


def run(reloads: int, rules: int) -> dict[str, float]:
    """Edit, load, prepare, swap, ask: so many times; memory grown after the first ones, time of each."""
    asked, warm = questions(ASKED), min(WARM, reloads // 3)
    with _directory(rules) as directory:
        book, before, seconds = load(directory), 0, list[float]()
        _ask(book, asked)
        for number in range(reloads):
            if number == warm:
                before = _resident_bytes()
            _edit(directory, 1 + number % 28)
            start = perf_counter()
            following = load(directory)
            following.prepare(book)
            seconds.append(perf_counter() - start)
            book = following
            _ask(book, asked)
        after = _resident_bytes()
    return {
        "reloads": reloads,
        "rules": len(book.rules),
        "counted": reloads - warm,
        "grown_bytes": after - before,
        "resident_bytes": after,
        "median_seconds": sorted(seconds)[len(seconds) // 2],
        "worst_seconds": max(seconds),
    }


@contextmanager
def _directory(rules: int) -> Iterator[Path]:
    if rules:
        with varied_rules(rules) as directory:
            yield directory
    else:
        with TemporaryDirectory() as folder:
            yield Path(copytree(RULES, Path(folder) / "rules"))


def _edit(directory: Path, days: int) -> None:
    """Save the ordinary delay with another number of days, in place."""
    path = directory / "delais" / "delais-ordinaires.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("then:"))
    lines[place] = f"then: {{respond_within_days: {days}, {lines[place].partition(', ')[2]}"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


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
