"""Verdicts a second: the rulebook's core, raw durable_rules and rule-engine on the same rules and facts."""

from collections.abc import Sequence

from bench.material import Question, book, default_rules, fresh_book, questions
from bench.python_rules import PythonRules
from bench.raw_durable import RawRules
from bench.report import Section
from bench.sizes import Sizes
from bench.timing import Run, best_rates
from orientation.rulebook import BookView

FAMILY = "assiette"
COLD, WARM, ENGINE = "core, cold", "core, warm", "core, memo emptied before each"
RAW, PYTHON = "raw durable_rules", "rule-engine"
LEAST = 2.0


def measure(sizes: Sizes) -> Section:
    """The section, with the three checked to say the same of every fact."""
    asked = questions(sizes.verdicts)
    rules = default_rules(FAMILY, asked[0].on)
    raw, python = RawRules(rules), PythonRules(rules)
    messages = [raw.message(question.facts) for question in asked]
    things = [python.thing(question.facts) for question in asked]
    _check_agreement(asked, raw, python)
    rates = best_rates(
        {
            COLD: lambda: _core(fresh_book(), asked),
            WARM: lambda: _core(book(), asked),
            ENGINE: lambda: _core_without_memory(fresh_book(), asked),
            RAW: lambda: lambda: [raw.matched(message) for message in messages],
            PYTHON: lambda: lambda: [python.matched(thing) for thing in things],
        },
        len(asked),
        sizes.turns,
    )
    section = Section("verdicts", f"Verdicts: {len(rules)} rules of {FAMILY}, {len(asked)} vacancies")
    section.rates("verdicts/s", rates, {"raw": RAW, "rule-engine": PYTHON})
    section.at_least("core at least 2 × raw durable_rules, cold", rates[COLD] / rates[RAW], LEAST)
    section.notes += [
        "Cold: rules never asked before, every fact seen once. Facts no rule tells apart share a verdict: that is",
        "the core's way, and the line with its memo emptied says what the engine costs through its adapter.",
        "Peers are given their messages ready-made; all three were checked to match the same rules.",
    ]
    return section


def _core(rules: BookView, asked: Sequence[Question]) -> Run:
    verdict = rules.loaded.verdict

    def run() -> None:
        for each in asked:
            verdict(FAMILY, each.on, each.departement, each.bailleur, each.facts)

    return run


def _core_without_memory(rules: BookView, asked: Sequence[Question]) -> Run:
    first = asked[0]
    compiled = rules.loaded._find((FAMILY, first.on, first.departement, first.bailleur))  # noqa: SLF001 - what is measured

    def run() -> None:
        for each in asked:
            compiled._memo.clear()  # noqa: SLF001 - what is measured
            compiled.verdict(each.facts)

    return run


def _check_agreement(asked: Sequence[Question], raw: RawRules, python: PythonRules) -> None:
    for each in asked:
        verdict = book().loaded.verdict(FAMILY, each.on, each.departement, each.bailleur, each.facts)
        ours = {match.id for match in verdict.matched}
        theirs = raw.matched(raw.message(each.facts)), python.matched(python.thing(each.facts))
        if theirs != (ours, ours):
            raise AssertionError(f"{each.facts}: {ours}, {theirs}")
