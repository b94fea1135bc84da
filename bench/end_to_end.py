"""Vacancies a second from topic to topic, against loops that only move bytes; and where the time goes."""

import asyncio
from statistics import fmean

from bench.peers import Emissions, bare_loop, one_at_a_time
from bench.report import Row, Section
from bench.service_run import STEPS, Served, serve
from bench.sizes import Sizes

SERVICE, BARE, ONE = "service", "bare aiokafka loop", "one-at-a-time FastStream handler"
LEAST_OF_BARE, LEAST_OF_ONE = 0.25, 2.0


def measure(sizes: Sizes) -> list[Section]:
    """Two sections of the same runs."""
    vacancies = sizes.end_to_end
    runs = [asyncio.run(serve(vacancies)) for _ in range(sizes.turns)]
    best = min(runs, key=lambda run: run.lap.seconds)
    bare = [
        asyncio.run(bare_loop(vacancies, Emissions(best.published, vacancies)))
        for _ in range(sizes.turns)
    ]
    one = asyncio.run(one_at_a_time(sizes.one_at_a_time, Emissions(best.published, vacancies)))
    rates = {SERVICE: best.lap.rate, BARE: max(lap.rate for lap in bare), ONE: one.rate}
    return [_race(best, rates, sizes), _breakdown(best, vacancies)]


def _race(best: Served, rates: dict[str, float], sizes: Sizes) -> Section:
    title = f"End to end: {sizes.end_to_end} vacancies through the embedded broker and the journal (SQLite)"
    section = Section("end_to_end", title)
    section.rates("vacancies/s", rates, {"bare loop": BARE, "one at a time": ONE})
    bare, one = rates[SERVICE] / rates[BARE], rates[SERVICE] / rates[ONE]
    section.at_least("service at least 0.25 × the bare loop", bare, LEAST_OF_BARE)
    section.at_least("service at least 2 × the one-at-a-time handler", one, LEAST_OF_ONE)
    messages = len(best.published) / sizes.end_to_end
    size = fmean(len(message.value) for message in best.published)
    section.notes.append(
        f"The service emits {messages:.2f} messages a vacancy, of {size:,.0f} bytes on average; its peers emit the "
        f"same ones, keys and bytes. One at a time: {sizes.one_at_a_time} vacancies. Every vacancy is in the broker "
        "before the clock starts, with the first batch in hand; it stops when the last is committed or journalled."
    )
    return section


def _breakdown(best: Served, vacancies: int) -> Section:
    section = Section("breakdown", "Where the time goes, end to end")
    whole = best.lap.seconds
    steps = {step: best.steps[step] for step in STEPS}
    steps["fetch, commit, all else"] = whole - sum(steps.values())
    for step, seconds in steps.items():
        section.rows.append(Row(step, {"µs/vacancy": seconds * 1e6 / vacancies, "%": 100 * seconds / whole}))
    section.rows.append(Row("all", {"µs/vacancy": whole * 1e6 / vacancies, "%": 100.0}))
    section.notes.append("Real functions, wrapped by the bench; a step that waits for others counts its wait.")
    return section
