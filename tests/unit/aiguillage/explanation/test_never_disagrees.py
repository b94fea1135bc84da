"""An explanation never disagrees with the decision: not in a test, not in a rule, not in a turn."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiguillage.explanation import Situation, read_question, situation_of
from aiguillage.explanation.answer import answer
from aiguillage.explanation.consultation import MATCHED
from aiguillage.explanation.explaining import explain
from aiguillage.explanation.hearing import hear
from aiguillage.explanation.obstacles import Obstacle
from aiguillage.explanation.steps import TERMS
from aiguillage.lines import type_of
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook.alternatives import TooBranchedError
from chassis.rulebook.conditions import AllOf, AnyOf, Comparison, Condition, Not
from chassis.rulebook.rule import Layer, Room, Rule
from chassis.rulebook.ruleset import RuleSet
from chassis.rulebook.trace import Joined, Trace, decisive, trace
from chassis.rulebook.wording import condition_words, met_words, unmet_words
from contracts.rejected import Rejected
from flux.units import BAILLEUR
from orientation.domain.facts import of_convention, of_line
from orientation.rulebook import BookView

WORDS = st.sampled_from(["T1", "été", "e\u0301te\u0301", "", "10", "9", "true", "01004"])
NUMBERS = st.one_of(st.integers(-3, 4), st.sampled_from([2**53 + 1, 10**17])).map(Decimal)
FACTS: Mapping[str, st.SearchStrategy[Any]] = {
    "vacancy.programme_id": WORDS,
    "dwelling.lift": st.booleans(),
    "dwelling.floor": NUMBERS.map(int),
    "dwelling.surface_m2": st.one_of(NUMBERS, st.decimals(-4, 4, places=1, allow_nan=False)),
}
SOME_FACTS = st.fixed_dictionaries({}, optional={name: st.none() | value for name, value in FACTS.items()})
ORDERS = st.sampled_from(["at_least", "at_most", "more_than", "less_than"])


@st.composite
def a_comparison(draw: st.DrawFn) -> Comparison:
    fact = draw(st.sampled_from(sorted(FACTS)))
    if draw(st.booleans()) and draw(st.booleans()):
        return Comparison(fact, draw(st.sampled_from(["present", "absent"])), True)
    if fact == "dwelling.lift":
        return Comparison(fact, draw(st.sampled_from(["is", "is_not"])), draw(st.booleans()))
    if fact == "vacancy.programme_id":
        return draw(_about_text(fact))
    return draw(_about_number(fact))


def _about_text(fact: str) -> st.SearchStrategy[Comparison]:
    """Operands as the loader hands them over: in composed form, lists sorted."""
    words = st.sampled_from(["T1", "été", "", "10", "9"])
    one = st.builds(Comparison, st.just(fact), st.sampled_from(["is", "is_not"]), words)
    several = st.lists(words, min_size=1, max_size=3).map(lambda said: tuple(sorted(set(said))))
    listed = st.builds(Comparison, st.just(fact), st.sampled_from(["in", "not_in"]), several)
    patterns = st.sampled_from(["T[0-9]", "\\d+", "é.é", ".*"])
    return st.one_of(one, listed, st.builds(Comparison, st.just(fact), st.just("matches"), patterns))


def _about_number(fact: str) -> st.SearchStrategy[Comparison]:
    one = st.builds(Comparison, st.just(fact), ORDERS | st.sampled_from(["is", "is_not"]), NUMBERS)
    pair = st.tuples(NUMBERS, NUMBERS).map(lambda two: tuple(sorted(two)))
    between = st.builds(Comparison, st.just(fact), st.just("between"), pair)
    several = st.lists(NUMBERS, min_size=1, max_size=3).map(lambda said: tuple(sorted(set(said))))
    return st.one_of(
        one, between, st.builds(Comparison, st.just(fact), st.sampled_from(["in", "not_in"]), several)
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    a_comparison(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def a_rule(when: Condition) -> Rule:
    room, first_day = Room(Layer.DEFAULT, "", "delais"), date(2021, 11, 24)
    return Rule(
        *("delais/r.yaml", room, "r", "Une règle", (), "essai", first_day, None, None, False, True, 1),
        when=when,
        then={"attempts": 3},
        because="Essai.",
    )


@settings(max_examples=500, deadline=None)
@given(when=CONDITIONS, cases=st.lists(SOME_FACTS, min_size=4, max_size=8))
def test_a_condition_traced_holds_exactly_when_the_engine_matches_it(
    when: Condition, cases: list[dict[str, Any]]
) -> None:
    try:
        rules = RuleSet([a_rule(when)])
    except TooBranchedError:
        return
    for facts in cases:
        assert trace(when, facts).holds == bool(rules.verdict(facts).matched)
        assert trace(when, facts, wanted=False).holds != trace(when, facts).holds


def _leaves(traced: Trace) -> Iterator[bool]:
    if isinstance(traced, Joined):
        for part in traced.parts:
            yield from _leaves(part)
    else:
        yield traced.holds


@settings(max_examples=300, deadline=None)
@given(when=CONDITIONS, facts=SOME_FACTS)
def test_what_is_told_of_a_verdict_is_only_what_settled_it(when: Condition, facts: dict[str, Any]) -> None:
    traced = trace(when, facts)
    settled = decisive(traced)
    assert settled.holds == traced.holds
    assert set(_leaves(settled)) == {traced.holds}
    assert met_words(traced) if traced.holds else unmet_words(traced)
    assert condition_words(when)


@pytest.fixture(scope="module")
def year() -> list[bytes]:
    """A synthetic year of one département: every bailleur, every kind of réservataire."""
    return list(make_sample("93", 160, 5))


@pytest.fixture(scope="module")
def decided(year: list[bytes], book: BookView) -> dict[str, Mapping[str, Any]]:
    """The first decision of each vacancy when the whole year goes through the core."""
    found: dict[str, Mapping[str, Any]] = {}

    def follow(kind: str, data: dict[str, Any]) -> None:
        if kind == "orientation.decided":
            found.setdefault(data["vacancy_id"], data)

    with Scratch() as scratch:
        simulation = Simulation(book, scratch, follow)
        for line in year:
            if not type_of(line).startswith("sample."):
                try:
                    simulation.apply(line)
                except Rejected as rejected:
                    pytest.fail(str(rejected))
    return found


@pytest.fixture(scope="module")
def situations(year: list[bytes], book: BookView) -> list[Situation]:
    """Every sixth vacancy of the year, as it stood before it was decided."""
    vacancies = [line for line in year if type_of(line) == "vacancy.declared"]
    return [situation_of(read_question(line, None), book, year) for line in islice(vacancies, 0, None, 6)]


def test_the_decision_explained_is_the_decision_taken(
    situations: list[Situation], decided: Mapping[str, Mapping[str, Any]]
) -> None:
    assert len(situations) > 20
    for situation in situations:
        explained = explain(situation).decision
        assert explained is not None
        taken = decided[explained["vacancy_id"]]
        assert explained == {name: taken[name] for name in explained}


def test_the_rules_said_to_apply_are_those_the_engine_matched(situations: list[Situation]) -> None:
    for situation in situations:
        hearing = hear(situation)
        lines = {line.party: (convention, line) for convention, line in hearing.lines_in_force()}
        conventions = {convention.id: convention for convention, _ in lines.values()}
        for reading in explain(situation).steps:
            told = [rule.id for rule in reading.rules if rule.status == MATCHED]
            for party in reading.parties or (None,):
                more: Mapping[str, Any] = {}
                if party is not None:
                    convention, line = lines.get(party) or (conventions[party], None)
                    more = of_convention(convention)
                    if line is not None and reading.family not in TERMS:
                        more = of_line(convention, line, inside=hearing.is_inside(line))
                verdict = hearing.work.verdict(reading.family, hearing.facts, more)
                assert [rule.id for rule in verdict.matched] == told
                for key in reading.keys:
                    giver = verdict.rule_for(key.key)
                    assert key.rule is None or (giver is not None and giver.id == key.rule)


def test_every_party_reads_what_the_decision_says_of_it(situations: list[Situation]) -> None:
    seen = set()
    for situation in situations:
        hearing = hear(situation)
        parties = {c.reservataire for c in hearing.state.conventions.values()} | {BAILLEUR, "INCONNU"}
        for party in sorted(parties):
            said = answer(hearing, party)
            rows = [row for row in hearing.decision["alternatives"] if row["reservataire"] == party]
            seen.add(said.obstacle)
            assert said.is_chosen == _takes_it(hearing.decision, party)
            in_turn = {Obstacle.NONE, Obstacle.NOT_ITS_TURN}
            assert (said.obstacle in in_turn) == any(row["eligible"] for row in rows)
            assert said.is_chosen == (said.first_change == "")
    assert seen >= {
        *(Obstacle.NONE, Obstacle.NOT_ITS_TURN, Obstacle.CAP),
        *(Obstacle.OUTSIDE_TERRITORY, Obstacle.OUTSIDE_FLUX, Obstacle.NO_CONVENTION),
    }


def _takes_it(decision: Mapping[str, Any], party: str) -> bool:
    if party == BAILLEUR:
        return bool(decision["outcome"] == "kept_by_bailleur")
    return bool(decision["reservataire"] == party)


def test_the_same_question_has_the_same_explanation_to_the_byte(
    situations: list[Situation], year: list[bytes], book: BookView
) -> None:
    cause = situations[3].question.cause
    line = next(line for line in year if cause.data["vacancy_id"].encode() in line)
    again = situation_of(read_question(line, None), book, list(year))
    told = [orjson.dumps(explain(one, BAILLEUR).to_json()) for one in (situations[3], again)]
    assert told[0] == told[1]
