"""The compiled rules answer as the plain evaluator does, whatever the rules and the facts."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chassis.rulebook.alternatives import TooBranchedError
from chassis.rulebook.document import Document
from chassis.rulebook.extent import MOST_SUBTRACTED, Extents, may_be, meet
from chassis.rulebook.facts import CATALOGUE
from chassis.rulebook.rule import Layer, Room, Rule, read_rule
from chassis.rulebook.ruleset import RuleSet

WORDS = st.sampled_from(
    ["T1", "T2", "été", "e\u0301te\u0301", "", "10", "9", "true", "1", "null", "01004", "NO"]
)
CAUSES = st.sampled_from(["conge", "deces", "neuf", "autre"])
WHOLES = st.one_of(st.integers(-3, 4), st.sampled_from([10**17, 2**53 + 1, -(10**17)]))
DECIMALS = st.one_of(
    st.sampled_from(["0", "-0", "0.1", "0.10", "9", "10", "62.5", "62.500000001", "1" * 30]),
    st.decimals(-5, 5, places=1, allow_nan=False).map(str),
)
FACTS = {
    "vacancy.programme_id": WORDS,
    "vacancy.cause": CAUSES,
    "dwelling.lift": st.booleans(),
    "dwelling.floor": WHOLES,
    "dwelling.surface_m2": DECIMALS.map(Decimal),
}
OPERANDS: dict[str, st.SearchStrategy[str]] = {
    **FACTS,
    "dwelling.lift": st.sampled_from(["oui", "non"]),
    "dwelling.floor": WHOLES.map(str),
    "dwelling.surface_m2": DECIMALS,
}
NUMBERS = {"dwelling.floor", "dwelling.surface_m2"}


@st.composite
def a_test(draw: st.DrawFn) -> dict[str, Any]:
    fact = draw(st.sampled_from(sorted(FACTS)))
    operators = ["is", "is_not", "present", "absent"]
    if fact != "dwelling.lift":
        operators += ["in", "not_in"]
    if fact in NUMBERS:
        operators += ["at_least", "at_most", "more_than", "less_than", "between"]
    if fact == "vacancy.programme_id":
        operators += ["matches"]
    operator = draw(st.sampled_from(operators))
    return {"fact": fact, operator: draw(_operand(fact, operator))}


def _operand(fact: str, operator: str) -> st.SearchStrategy[Any]:
    values = OPERANDS[fact]
    match operator:
        case "present" | "absent":
            return st.just("oui")
        case "in" | "not_in":
            return st.lists(values, min_size=1, max_size=4)
        case "between":
            return st.lists(values, min_size=2, max_size=2).map(lambda bounds: sorted(bounds, key=Decimal))
        case "matches":
            return st.sampled_from(["T[0-9]", "\\d+", ".*t.*", "é.é", "(T1|NO)"])
        case _:
            return values


CONDITIONS = st.recursive(
    a_test(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
SOME_FACTS = st.fixed_dictionaries({}, optional={name: st.none() | value for name, value in FACTS.items()})
Holds = Callable[[Any, Mapping[str, Any]], bool]


def a_rule(number: int, when: Any) -> Rule:  # noqa: ANN401 - a YAML value
    said = {
        "id": f"r{number:02}",
        "title": "Une règle",
        "references": [{"title": "Essai"}],
        "owner": "essai",
        "effective": {"from": "2021-11-24"},
        "regulatory": "non",
        "priority": "100",
        "when": _composed(when),
        "then": {"attempts": "3"},
        "because": "Essai.",
    }
    faults: list[Any] = []
    rule = read_rule(
        Document(f"delais/r{number:02}.yaml", said, {}), Room(Layer.DEFAULT, "", "delais"), faults
    )
    assert rule is not None, faults
    return rule


def _composed(when: Any) -> Any:  # noqa: ANN401 - a YAML value
    """The parser hands texts over in composed form (NFC)."""
    if isinstance(when, dict):
        return {key: _composed(value) for key, value in when.items()}
    if isinstance(when, list):
        return [_composed(value) for value in when]
    return normalize("NFC", when)


POOL: Mapping[str, list[Any]] = {
    "vacancy.programme_id": [
        "T1",
        "T2",
        "été",
        "e\u0301te\u0301",
        "",
        "10",
        "9",
        "true",
        "NO",
        "01004",
        "T" * 300,
    ],
    "vacancy.cause": ["conge", "deces", "neuf", "autre"],
    "dwelling.lift": [True, False],
    "dwelling.floor": [-3, -1, 0, 1, 2, 3, 4, 10**17, 2**53, 2**53 + 1, 2**63, 2**64 + 1, -(10**17), 10**40],
    "dwelling.surface_m2": [
        *map(Decimal, ("0", "-0", "0.1", "0.10", "-4.9", "9", "10", "62.5", "62.500000001", "1e-7", "1e16")),
        *(Decimal("1" * 30), Decimal("1" * 30) + Decimal("0.1"), 7),
    ],
}
"""Values of facts: accents composed or not, empty and long texts, decimals that equal, numbers past 2⁶⁴."""
MISSING_ONE_TIME_IN = 4


def some_facts(drawn: random.Random) -> dict[str, Any]:
    """Each fact absent or None one time in four, else one of its values."""
    facts: dict[str, Any] = {}
    for name, values in POOL.items():
        if drawn.randrange(MISSING_ONE_TIME_IN):
            facts[name] = drawn.choice(values)
        elif drawn.randrange(2):
            facts[name] = None
    return facts


def kinds(when: Any, facts: Mapping[str, Any]) -> set[str]:  # noqa: ANN401 - a YAML value
    """What makes a pair of interest, among the facts its condition tests."""
    tested = {facts.get(name) for name in POOL if name in repr(when)}
    return {
        kind
        for kind, is_one in (
            ("missing", lambda value: value is None),
            ("accents", lambda value: isinstance(value, str) and not value.isascii()),
            ("empty", lambda value: value == ""),
            ("decimal", lambda value: isinstance(value, Decimal) and value != value.to_integral_value()),
            ("big", lambda value: isinstance(value, int | Decimal) and abs(value) >= 10**16),
        )
        if any(is_one(value) for value in tested)
    }


def test_the_engine_and_the_plain_evaluator_agree_on_ten_thousand_pairs(holds: Holds) -> None:
    pairs: set[tuple[str, str]] = set()
    seen: Counter[str] = Counter()

    @settings(max_examples=1_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(whens=st.lists(CONDITIONS, min_size=3, max_size=6), seed=st.integers(0, 2**32))
    def agree(whens: list[Any], seed: int) -> None:
        try:
            rules = RuleSet([a_rule(number, when) for number, when in enumerate(whens)])
        except TooBranchedError:
            assume(False)
            raise
        drawn = random.Random(seed)
        for facts in [some_facts(drawn) for _ in range(20)]:
            expected = [f"r{number:02}" for number, when in enumerate(whens) if holds(when, facts)]
            assert [match.id for match in rules.verdict(facts).matched] == expected
            for when in whens:
                pairs.add((repr(when), repr(facts)))
                seen.update([*kinds(when, facts), "holds" if holds(when, facts) else "fails"])

    agree()
    assert len(pairs) >= 10_000
    interest = ("missing", "accents", "empty", "decimal", "big", "holds", "fails")
    assert min(seen[kind] for kind in interest) >= 300, seen


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(when=CONDITIONS, facts=SOME_FACTS)
def test_a_condition_and_its_negation_never_hold_together(
    when: dict[str, Any], facts: dict[str, Any]
) -> None:
    try:
        rules = RuleSet([a_rule(0, when), a_rule(1, {"not": when})])
    except TooBranchedError:
        assume(False)
        raise
    assert len(rules.verdict(facts).matched) == 1


def test_a_hundred_and_fifty_rules_can_match_at_once() -> None:
    rules = RuleSet([a_rule(number, "always") for number in range(150)])
    assert len(rules.verdict({}).matched) == 150


def test_facts_may_come_in_two_parts() -> None:
    rules = RuleSet(
        [a_rule(0, {"all": [{"fact": "dwelling.floor", "is": "3"}, {"fact": "dwelling.lift", "is": "oui"}]})]
    )
    assert rules.verdict({"dwelling.floor": 3}, {"dwelling.lift": True}).matched
    assert not rules.verdict({"dwelling.floor": 3}).matched


def possible(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Some facts without those that lie outside what bounds them: nobody declares a floor of 10¹⁶."""
    return {
        name: value
        for name, value in facts.items()
        if isinstance(value, bool | str | None) or may_be(CATALOGUE[name], Decimal(value))
    }


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=CONDITIONS, other=CONDITIONS, seed=st.integers(0, 2**32))
def test_what_is_said_of_two_conditions_holds_of_every_fact(
    holds: Holds, one: dict[str, Any], other: dict[str, Any], seed: int
) -> None:
    first, second = a_rule(0, one).when, a_rule(1, other).when
    extents = Extents([first, second])
    try:
        ours, theirs = extents.ways(first), extents.ways(second)
    except TooBranchedError:
        assume(False)
        raise
    together, within = meet(ours, theirs), all(extents.within(way, theirs) for way in ours)
    drawn = random.Random(seed)
    for facts in [possible(some_facts(drawn)) for _ in range(40)]:
        here, there = holds(one, facts), holds(other, facts)
        assert ours or not here
        assert together or not (here and there)
        assert not within or there or not here


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(when=CONDITIONS)
def test_a_condition_lies_within_itself_and_never_meets_its_negation(when: Any) -> None:  # noqa: ANN401 - a YAML value
    rule, negation = a_rule(0, when), a_rule(1, {"not": when})
    extents = Extents([rule.when])
    try:
        ways, others = extents.ways(rule.when), extents.ways(negation.when)
        either = extents.ways(a_rule(2, {"any": [when, {"not": when}]}).when)
    except TooBranchedError:
        assume(False)
        raise
    assert all(extents.within(way, ways) for way in ways)
    assert not meet(ways, others)
    assert extents.within({}, either) or len(either) > MOST_SUBTRACTED
