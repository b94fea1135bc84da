"""One start from a journal that is there, in a process of its own: `python -m bench.restart_run SERVICE URL`."""

import asyncio
import json
import sys
from time import perf_counter

from bench.growth_run import peak_bytes
from chassis.clock import WallClock
from chassis.journal import SqlJournal
from compliance.projections import Projections
from orientation.scopes import IN_MEMORY, Scopes


async def orientation(journal: SqlJournal) -> dict[str, float]:
    """Until it could take its first message; then until as many scopes are held as may be."""
    began = perf_counter()
    scopes = Scopes(journal)
    await scopes.start()
    await journal.unpublished()
    seconds, before = perf_counter() - began, peak_bytes()
    names = sorted(await journal.scopes())
    began = perf_counter()
    for name in names:
        await scopes.load(name)
        scopes.trim()
    held = len(scopes.names())
    return {
        "seconds": seconds,
        "known": len(names),
        "held": held,
        "load_seconds": (perf_counter() - began) / len(names),
        "bytes": (peak_bytes() - before) / held,
        "peak_bytes": peak_bytes(),
        "limit": IN_MEMORY,
    }


async def compliance(journal: SqlJournal) -> dict[str, float]:
    """Until it could take its first item; then until as many projections are held as may be."""
    began = perf_counter()
    projections = Projections(journal)
    await projections.names()
    await journal.unpublished()
    seconds, before, began = perf_counter() - began, peak_bytes(), perf_counter()
    known = len([each.scope async for each in projections.each()])
    held = len(projections.held())
    return {
        "seconds": seconds,
        "known": known,
        "held": held,
        "load_seconds": (perf_counter() - began) / known,
        "bytes": (peak_bytes() - before) / held,
        "peak_bytes": peak_bytes(),
        "limit": projections.in_memory,
    }


async def main(service: str, url: str) -> None:
    """Entry point."""
    journal = SqlJournal(url, WallClock())
    await journal.open()
    found = await (orientation if service == "orientation" else compliance)(journal)
    await journal.close()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
