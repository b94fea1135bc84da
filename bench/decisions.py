"""Whole decisions a second, against the verdicts they need asked of raw durable_rules alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bench.material import before, book, declarations, default_rules, fresh_book, inputs, sample_lines
from bench.raw_durable import RawRules
from bench.report import Section
from bench.sizes import Sizes
from bench.timing import Run, best_rates, seconds_of
from chassis.rulebook.facts import FAMILIES
from contracts.inputs import Input
from flux.scope import Scope
from orientation.domain.ports import Facts, Rulebook, Rules, Verdict
from orientation.domain.routing import route
from orientation.domain.state import ScopeState

COLD, WARM, RAW = "route, cold", "route, warm", "its verdicts by raw durable_rules"


def measure(sizes: Sizes) -> Section:
    """The section."""
    lines = sample_lines(sizes.decisions)
    known, vacancies = inputs(before(lines)), inputs(declarations(lines))
    rates = best_rates(
        {
            COLD: lambda: routing(known, vacancies, fresh_book()),
            WARM: lambda: routing(known, vacancies, book()),
        },
        len(vacancies),
        sizes.turns,
    )
    heard = Hearing(book())
    routing(known, vacancies[: sizes.replayed], heard)()
    rates[RAW] = sizes.replayed / min(seconds_of(heard.asked_again) for _ in range(sizes.turns))
    section = Section(
        "decisions", f"Whole decisions: {len(vacancies)} vacancies, {len(known)} conventions and forecasts"
    )
    section.rates("decisions/s", rates, {"raw": RAW})
    asked = sum(heard.counts.values())
    by_family = ", ".join(
        f"{name} {count / sizes.replayed:.1f}" for name, count in sorted(heard.counts.items())
    )
    section.notes.append(
        f"A decision asks {asked / sizes.replayed:.1f} verdicts: {by_family}. "
        f"Raw durable_rules answers {len(heard.calls) / sizes.replayed:.1f} of them (families without an active "
        "rule are spared it) and does nothing else; route also counts, ranks, explains and folds."
    )
    return section


def routing(known: Sequence[Input], vacancies: Sequence[Input], rulebook: Rulebook) -> Run:
    """Vacancies applied one after the other to scopes that know their conventions."""
    states: dict[str, ScopeState] = {}
    for cause in (*known, *vacancies):
        states.setdefault(cause.scope, ScopeState(Scope.parse(cause.scope)))
    for cause in known:
        _apply(states[cause.scope], cause, rulebook)

    def run() -> None:
        for cause in vacancies:
            _apply(states[cause.scope], cause, rulebook)

    return run


def _apply(state: ScopeState, cause: Input, rulebook: Rulebook) -> None:
    route(state, cause, max(state.clock, cause.time), rulebook)
    state.pop_settled()


class Hearing:
    """A rulebook that notes what is asked of it, as raw durable_rules would be asked."""

    def __init__(self, heard: Rulebook) -> None:
        self.lists_on = heard.lists_on
        self.rules: Rules = self
        self.digest, self.law = heard.rules.digest, heard.rules.law
        self.first_day = heard.rules.first_day
        self.render = heard.rules.render
        self.counts: Counter[str] = Counter()
        self.calls: list[tuple[RawRules, str]] = []
        self._heard = heard.rules
        self._raw: dict[str, RawRules | None] = {}

    def verdict(
        self, family: str, on: date, departement: str, bailleur: str, facts: Facts, more: Facts | None = None
    ) -> Verdict:
        """The verdict of the rulebook heard."""
        more = more or {}
        self.counts[family] += 1
        raw = self._raw_of(family, on)
        if raw is not None:
            self.calls.append((raw, raw.message(_joined(facts, more))))
        return self._heard.verdict(family, on, departement, bailleur, facts, more)

    def asked_again(self) -> None:
        """Ask raw durable_rules everything that was asked."""
        for raw, message in self.calls:
            raw.matched(message)

    def _raw_of(self, family: str, on: date) -> RawRules | None:
        if family not in FAMILIES:
            raise ValueError(family)
        if family not in self._raw:
            rules = default_rules(family, on)
            self._raw[family] = RawRules(rules) if rules else None
        return self._raw[family]


def _joined(facts: Mapping[str, Any], more: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**facts, **more}
