"""Whole decisions a second with ten, a hundred, five hundred rules loaded: more rules must not slow them."""

import gc
from collections.abc import Sequence
from time import process_time

from bench.decisions import routing
from bench.material import SEED, before, declarations, inputs, sample_lines
from bench.report import Row, Section
from bench.sizes import Sizes
from bench.varied_rules import varied_rules
from chassis.rulebook import Rulebook, load
from contracts.inputs import Input
from orientation.rulebook import BookView

FLAT = 1.5


def measure(sizes: Sizes) -> Section:
    """The section. Steady: the rulebook decided another year before; cold: it was never asked anything."""
    lines, other = sample_lines(sizes.decisions), sample_lines(sizes.decisions, SEED + 1)
    known, vacancies = inputs(before(lines)), inputs(declarations(lines))
    before_known, before_vacancies = inputs(before(other)), inputs(declarations(other))
    section = Section("rules", f"Whole decisions by number of rules: {len(vacancies)} vacancies")
    books = {number: _loaded(number) for number in sizes.rules}
    steady = dict.fromkeys(books, float("inf"))
    cold = dict(steady)
    for _ in range(sizes.turns):
        for number, bundle in books.items():
            view = BookView(Rulebook.from_bundle(bundle))
            cold[number] = min(cold[number], _seconds(before_known, before_vacancies, view))
            steady[number] = min(steady[number], _seconds(known, vacancies, view))
    fewest = steady[sizes.rules[0]]
    for number in books:
        figures = {
            "decisions/s": len(vacancies) / steady[number],
            "cold": len(before_vacancies) / cold[number],
            "× with the fewest": fewest / steady[number],
        }
        section.rows.append(Row(f"{number} rules", figures))
    slowest = max(steady.values()) / min(steady.values())
    section.at_most("decisions/s flat within 1.5 × whatever the rules", slowest, FLAT)
    section.notes.append(
        "Steady: the year before, another sample, was decided by the same rulebook. Cold starts with nothing compiled. "
        "Time is CPU time. Nearly every dwelling differs to these rules, so the engine is asked anew for most: the "
        "memo's worst case."
    )
    return section


def _loaded(number: int) -> bytes:
    with varied_rules(number) as directory:
        return load(directory).bundle()


def _seconds(known: Sequence[Input], vacancies: Sequence[Input], view: BookView) -> float:
    """CPU time of the vacancies, the collector's debts of what came before paid first."""
    run = routing(known, vacancies, view)
    gc.collect()
    start = process_time()
    run()
    return process_time() - start
