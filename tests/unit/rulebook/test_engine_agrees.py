"""The compiled rules answer as the plain evaluator does, whatever the rules and the facts."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chassis.rulebook.alternatives import TooBranchedError
from chassis.rulebook.document import Document
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


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(whens=st.lists(CONDITIONS, min_size=1, max_size=6), cases=st.lists(SOME_FACTS, min_size=3, max_size=8))
def test_the_engine_matches_exactly_the_rules_that_hold(
    holds: Callable[[Any, Mapping[str, Any]], bool], whens: list[Any], cases: list[dict[str, Any]]
) -> None:
    try:
        rules = RuleSet([a_rule(number, when) for number, when in enumerate(whens)])
    except TooBranchedError:
        assume(False)
        raise
    for facts in cases:
        expected = [f"r{number:02}" for number, when in enumerate(whens) if holds(when, facts)]
        assert [match.id for match in rules.verdict(facts).matched] == expected


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
