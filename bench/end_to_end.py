"""Vacancies a second from topic to topic, against loops that only move bytes; and where the time goes."""

import asyncio
from dataclasses import replace
from functools import partial
from statistics import fmean

from bench.peers import Emissions, bare_loop, one_at_a_time
from bench.report import Row, Section
from bench.service_run import STEPS, Served, serve
from bench.sizes import Sizes
from bench.stream import Lap

SERVICE, BARE, ONE = "service", "bare aiokafka loop", "one-at-a-time FastStream handler"
PEERS = {"bare loop": BARE, "one at a time": ONE}
LEAST_OF_BARE, LEAST_OF_ONE = 0.25, 2.0


def measure(sizes: Sizes) -> list[Section]:
    """Two sections of the same runs."""
    served = _best([asyncio.run(serve(sizes.end_to_end)) for _ in range(sizes.turns)])
    emissions = partial(Emissions, served.published, sizes.end_to_end)
    bare = [asyncio.run(bare_loop(sizes.end_to_end, emissions())) for _ in range(sizes.turns)]
    one = asyncio.run(one_at_a_time(sizes.one_at_a_time, emissions()))
    laps = {SERVICE: served.lap, BARE: max(bare, key=lambda lap: lap.rate), ONE: one}
    return [_race(served, laps, sizes), _breakdown(served, sizes.end_to_end)]


def _best(runs: list[Served]) -> Served:
    return min(runs, key=lambda run: run.lap.seconds)


def _race(served: Served, laps: dict[str, Lap], sizes: Sizes) -> Section:
    title = f"End to end: {sizes.end_to_end} vacancies through the embedded broker and the journal (SQLite)"
    section = Section("end_to_end", title)
    section.rates("vacancies/s", {name: lap.rate for name, lap in laps.items()}, PEERS)
    section.rows = [
        replace(row, figures={**row.figures, "µs CPU/vacancy": laps[row.what].cpu_microseconds})
        for row in section.rows
    ]
    bare, one = (laps[SERVICE].rate / laps[peer].rate for peer in (BARE, ONE))
    section.at_least("service at least 0.25 × the bare loop", bare, LEAST_OF_BARE)
    section.at_least("service at least 2 × the one-at-a-time handler", one, LEAST_OF_ONE)
    messages = len(served.published) / sizes.end_to_end
    size = fmean(len(message.value) for message in served.published)
    section.notes.append(
        f"The service emits {messages:.2f} messages a vacancy, of {size:,.0f} bytes on average; its peers emit the "
        f"same ones, keys and bytes. One at a time: {sizes.one_at_a_time} vacancies. Every vacancy is in the broker "
        "before the clock starts, with the first batch in hand; it stops when the last is committed or journalled. "
        "The broker is a thread of the same process: its CPU time is in everybody's."
    )
    return section


def _breakdown(served: Served, vacancies: int) -> Section:
    section = Section("breakdown", "Where the time goes, end to end")
    whole = served.lap.seconds
    steps = {step: served.steps.get(step, 0.0) for step in STEPS}
    steps["fetch, commit, all else"] = whole - sum(steps.values())
    for step, seconds in steps.items():
        section.rows.append(Row(step, {"µs/vacancy": seconds * 1e6 / vacancies, "%": 100 * seconds / whole}))
    section.rows.append(Row("all", {"µs/vacancy": whole * 1e6 / vacancies, "%": 100.0}))
    section.notes.append(
        "Real functions, wrapped by the bench; a step that waits for others counts its wait."
    )
    return section
