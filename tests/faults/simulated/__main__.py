"""`make faults-simulated SEEDS=…` or `SEED=…`: plays seeds under faults and proves each; exit code 1 if one is not."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.faults.simulated.proving import Proved, prove

TAKEN_AT_ONCE = 20


def main() -> int:
    """One seed is told with the digest of its history; many are added up."""
    parser = argparse.ArgumentParser(prog="make faults-simulated", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    asked = parser.parse_args()
    if asked.seed is not None:
        proved = prove(asked.seed)
        sys.stdout.write(f"history {proved.digest}\n")
        return _report([proved])
    return _report(_all(range(asked.first, asked.first + asked.seeds)))


def _all(seeds: range) -> Iterator[Proved]:
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        yield from processes.map(prove, seeds, chunksize=TAKEN_AT_ONCE)


def _report(every: Iterable[Proved]) -> int:
    counts, met, kinds, played = Counter[str](), Counter[str](), Counter[str](), 0
    for proved in every:
        played += 1
        counts += proved.counts
        met += proved.met
        kinds.update(violation.partition(":")[0] for violation in proved.violations)
        if not proved.is_sound:
            sys.stdout.write(f"{proved}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{played} seeds: {_listed(counts)}\n")
    sys.stdout.write(f"faults: {met.total()} in all: {_listed(met)}\n")
    broke = f", {kinds['broke']} broke" if kinds["broke"] else ""
    sys.stdout.write(
        f"{kinds['lost']} lost, {kinds['doubled']} doubled, {kinds['leaked']} leaked, "
        f"{kinds['disagreement']} disagreements{broke}\n"
    )
    return 1 if kinds else 0


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counted.items())


if __name__ == "__main__":
    sys.exit(main())
