"""A bilan of N vacancies from a journal and from a file, in a process of its own: `python -m bench.bilan_run N`."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from aiguillage.stream_file import read_stream_file
from bench.forecasts import Regime, played_facts
from chassis.clock import WallClock
from chassis.journal import SqlJournal
from compliance.bilan import as_csv, as_json, as_xlsx
from compliance.bilan.document import Asked, Document, bilan
from compliance.bilan.parties import Watched
from compliance.domain.projection import apply
from compliance.gathering import gather_from_journal, gather_from_stream
from compliance.items import Item
from compliance.projections import Projections
from contracts.envelope import emit
from orientation.domain.instants import instant

DEPARTEMENT, SEED, YEAR = "75", 2026, 2026
PLAYED, BATCH = 4_000, 2_000
ONCE = frozenset({"convention.recorded", "forecast.recorded"})
ASKED = Asked(YEAR, (DEPARTEMENT,))
Steps = dict[str, float]


def items(vacancies: int) -> Iterator[Item]:
    """A played year, each of its items for several vacancies, so that so many were declared in one year."""
    played = min(vacancies, PLAYED)
    facts = played_facts(Regime("ordinary").lines(DEPARTEMENT, played, SEED))
    sequences: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    for kind, data in facts:
        for copy in range(1 if kind in ONCE else max(vacancies // played, 1)):
            yield _item(kind, data, copy, next(sequences[data["scope"]]))


def _item(kind: str, data: dict[str, Any], copy: int, sequence: int) -> Item:
    own = {**data, "sequence": sequence}
    if "vacancy_id" in own:
        own["vacancy_id"] = f"{own['vacancy_id']}-{copy}"
    identity = sha256(f"{data['scope']} {sequence}".encode()).hexdigest()
    return Item(identity, kind, data["scope"], sequence, instant(data["at"]), own)


async def _fill(journal: SqlJournal, file: Path, vacancies: int) -> int:
    """Write the journal as the service does, and the same items as the topic has them."""
    projections, stream, written = Projections(journal), items(vacancies), 0
    with file.open("wb") as lines:
        while batch := list(islice(stream, BATCH)):
            folded: dict[str, list[Item]] = defaultdict(list)
            for item in batch:
                apply(await projections.of(item.scope), item.kind, item.data)
                folded[item.scope].append(item)
                lines.write(_line(item))
            await projections.write(folded)
            written += len(batch)
    return written


def _line(item: Item) -> bytes:
    source = "/aiguillage/orientation"
    return (
        emit(
            type=item.kind,
            id=item.identity,
            source=source,
            time=item.time,
            subject=None,
            data=item.canonical,
        )
        + b"\n"
    )


def _written(watched: Sequence[Watched], gathered: float) -> tuple[Steps, list[bytes]]:
    """How long each step took, and the three forms."""
    began = process_time()
    document = bilan(watched, ASKED)
    steps = {"gather": gathered, "tables, checks": process_time() - began}
    if not document.is_sound:
        raise AssertionError([check.lines() for check in document.checks if not check.holds])
    forms: dict[str, Callable[[Document], bytes]] = {
        "xlsx": as_xlsx.write,
        "csv": as_csv.write,
        "json": as_json.write,
    }
    files = []
    for name, write in forms.items():
        began = process_time()
        files.append(write(document))
        steps[name] = process_time() - began
    return steps, files


async def run(vacancies: int, folder: Path) -> dict[str, Any]:
    """Both sources; their files must be the same bytes."""
    file = folder / "stream.jsonl"
    journal = SqlJournal(f"sqlite+aiosqlite:///{folder / 'compliance.sqlite'}", WallClock())
    await journal.open()
    written = await _fill(journal, file, vacancies)
    began = process_time()
    watched = await gather_from_journal(journal, ASKED.concerns)
    ours, files = _written(watched, process_time() - began)
    await journal.close()
    began = process_time()
    watched = gather_from_stream(read_stream_file(str(file)), ASKED.concerns)
    theirs, same = _written(watched, process_time() - began)
    if files != same:
        raise AssertionError("the journal and the file give other bytes")
    return {
        "vacancies": vacancies,
        "items": written,
        "sources": {"journal": ours, "file of the stream": theirs},
    }


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        sys.stdout.write(json.dumps(asyncio.run(run(int(sys.argv[1]), Path(scratch)))))
