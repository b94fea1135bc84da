"""One scope's projection rebuilt from N items, in a process of its own: `python -m bench.projections_run N`."""

import json
import sys
from collections.abc import Iterator
from itertools import count
from time import process_time
from typing import Any

from bench.forecasts import Regime, played_facts
from bench.growth_run import peak_bytes
from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze
from compliance.domain.telling import progress_of
from contracts.canonical import decode, encode_own

VACANCIES, SEED, CHUNK = 400, 2026, 5_000
ONCE = frozenset({"convention.recorded", "forecast.recorded"})


def stream() -> Iterator[tuple[str, bytes]]:
    """The largest scope of a played year, again and again with other vacancies; as its journal holds it."""
    facts = played_facts(Regime("ordinary").lines("75", VACANCIES, SEED))
    scopes = [data["scope"] for _, data in facts]
    largest = max(set(scopes), key=scopes.count)
    year = [(kind, data) for kind, data in facts if data["scope"] == largest]
    sequence = count(1)
    for turn in count():
        for kind, data in year:
            if turn == 0 or kind not in ONCE:
                item = {**data, "sequence": next(sequence)}
                if "vacancy_id" in item:
                    item["vacancy_id"] = f"{item['vacancy_id']}-{turn}"
                yield kind, encode_own(item)


def run(items: int) -> dict[str, float]:
    """Fold so many items from their bytes; what it took."""
    source, projection, seconds, before = stream(), Projection(""), 0.0, peak_bytes()
    for start in range(0, items, CHUNK):
        chunk = [next(source) for _ in range(min(CHUNK, items - start))]
        began = process_time()
        for kind, row in chunk:
            data: Any = decode(row)
            projection.scope = data["scope"]
            apply(projection, kind, data)
        seconds += process_time() - began
    began = process_time()
    bodies = [progress_of(projection, name) for name in projection.conventions]
    told = (process_time() - began) / len(bodies)
    return {
        "items": items,
        "cpu_seconds": seconds,
        "grown_bytes": peak_bytes() - before,
        "peak_bytes": peak_bytes(),
        "snapshot_bytes": len(freeze(projection)),
        "progress_seconds": told,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(int(sys.argv[1]))))
