"""How things are timed: the best of a few runs, contenders taking turns."""

import gc
from collections.abc import Callable, Mapping
from time import perf_counter

Run = Callable[[], object]
Prepare = Callable[[], Run]
"""Makes a contender ready, untimed, and returns what is timed."""


def best_rates(contenders: Mapping[str, Prepare], operations: int, turns: int) -> dict[str, float]:
    """Operations a second of each contender, the best of `turns`; taking turns shares the machine's moods."""
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(turns):
        for name, prepare in contenders.items():
            best[name] = min(best[name], seconds_of(prepare()))
    return {name: operations / seconds for name, seconds in best.items()}


def seconds_of(run: Run) -> float:
    """How long a run takes, the collector's debts of those before it paid first."""
    gc.collect()
    start = perf_counter()
    run()
    return perf_counter() - start
