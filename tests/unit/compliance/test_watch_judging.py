"""An alert is raised at one threshold and cleared at another, whatever the figure does in between."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.rulebook import Rulebook, load
from chassis.rulebook.conditions import Comparison
from compliance.domain.watch.evening import Told
from compliance.domain.watch.judging import Subject, judge
from compliance.domain.watch.standing import Standing
from compliance.domain.watch.telling import body_of
from contracts.canonical import decode, encode
from contracts.events.alerts import AlertCleared, AlertRaised
from flux.scope import Scope

BOOK = load(Path(__file__).parents[3] / "rules")
LISTS: Any = decode(BOOK.bundle())
ANY_RULE = next(rule for rule in BOOK.rules if rule.id == "alerte-vacance-longue")
FIGURE, SCOPE = "progress.late_percent", Scope("999001209", "75")
FIRST = date(2026, 1, 1)

Values = Sequence[int | None]


def ruled(*thens: dict[str, Any], name: str = "alerte") -> Rulebook:
    """A rulebook of rules on one figure, all of one kind unless they say otherwise, the first foremost."""
    rules = [
        replace(
            ANY_RULE,
            id=f"{name}-{place}",
            path=f"conformite/{name}-{place}.yaml",
            priority=100 + place,
            because=f"Valeur : {{{FIGURE}}}.",
            then={
                "alert": {"kind": "essai", "severity": "warning"},
                "advice": "Regarder.",
                "figure": FIGURE,
                **then,
            },
        )
        for place, then in enumerate(thens)
    ]
    return Rulebook(rules, BOOK.lists, LISTS["referentiels"])


def told(book: Rulebook, values: Values, standing: Standing | None = None) -> list[Told]:
    """What is told of a figure, evening after evening from the first of January; None: it is not known."""
    standing, found = Standing() if standing is None else standing, list[Told]()
    for number, value in enumerate(values):
        on = FIRST + timedelta(days=number)
        figures = {} if value is None else {FIGURE: Decimal(value)}
        subject = Subject(SCOPE, 2026, {"vacancy.departement": "75", **figures}, "C-AL")
        for judgement in judge(subject, standing.of("C-AL", 2026), book, on):
            body = body_of(judgement, book, on, standing.sequence + 1)
            found.append(("alert.raised" if judgement.is_raised else "alert.cleared", body))
            standing.apply(*found[-1])
    return found


def days(found: list[Told]) -> list[tuple[str, int]]:
    """What was told, on which evening (from 0)."""
    return [
        (kind.removeprefix("alert."), (date.fromisoformat(str(body["watched_on"])) - FIRST).days)
        for kind, body in found
    ]


def expected(
    values: Values, is_beyond: Callable[[int], bool], is_back: Callable[[int], bool], keep: int
) -> list[tuple[str, int]]:
    """The same by hand: raised once beyond, cleared once back and kept long enough."""
    found, since = list[tuple[str, int]](), None
    for day, value in enumerate(values):
        if since is None and value is not None and is_beyond(value):
            found.append(("raised", day))
            since = day
        elif since is not None and day - since >= keep and (value is None or is_back(value)):
            found.append(("cleared", day))
            since = None
    return found


SERIES = st.lists(st.none() | st.integers(0, 12), max_size=40)
THRESHOLDS = st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1])


@given(SERIES, THRESHOLDS, st.integers(0, 9))
def test_a_figure_to_be_kept_low_is_raised_at_the_upper_threshold_and_cleared_at_the_lower(
    values: Values, thresholds: tuple[int, int], keep: int
) -> None:
    clear, high = thresholds
    book = ruled({"raise_at": str(high), "clear_at": str(clear), "keep_days": keep})
    by_hand = expected(values, lambda v: v >= high, lambda v: v <= clear, keep)
    assert days(told(book, values)) == by_hand


@given(SERIES, THRESHOLDS, st.integers(0, 9))
def test_a_figure_to_be_kept_high_is_raised_under_the_lower_threshold_and_cleared_at_the_upper(
    values: Values, thresholds: tuple[int, int], keep: int
) -> None:
    low, clear = thresholds
    book = ruled({"raise_below": str(low), "clear_above": str(clear), "keep_days": keep})
    by_hand = expected(values, lambda v: v < low, lambda v: v >= clear, keep)
    assert days(told(book, values)) == by_hand


@given(SERIES, THRESHOLDS, st.sampled_from(["week", "month"]))
def test_a_rule_looks_only_when_its_week_or_its_month_ends(
    values: Values, thresholds: tuple[int, int], every: str
) -> None:
    book = ruled({"raise_at": str(thresholds[1]), "clear_at": str(thresholds[0]), "every": every})
    for _, body in told(book, values):
        on = date.fromisoformat(str(body["watched_on"]))
        assert on.isoweekday() == 7 if every == "week" else (on + timedelta(days=1)).day == 1


@pytest.mark.parametrize(("every", "evening"), [("day", 0), ("week", 3), ("month", 30)])
def test_a_rule_that_looks_once_in_a_while_alerts_then(every: str, evening: int) -> None:
    """The first of January 2026 is a Thursday."""
    book = ruled({"raise_at": "5", "clear_at": "2", "every": every})
    assert days(told(book, [9] * 31)) == [("raised", evening)]


GRAVE = {"alert": {"kind": "essai", "severity": "critical"}, "raise_at": "9", "clear_at": "7"}
MILD = {"raise_at": "5", "clear_at": "2"}


@given(SERIES)
def test_a_graver_rule_raises_again_under_the_same_id_and_never_twice_the_same(values: Values) -> None:
    severity = None
    ids = set[object]()
    for kind, body in told(ruled(GRAVE, MILD), values):
        if kind == "alert.cleared":
            assert body["severity"] == severity
            assert {body["alert_id"]} == ids
            severity, ids = None, set()
        else:
            assert body["severity"] != severity
            assert not ids or {body["alert_id"]} == ids
            severity, ids = body["severity"], {body["alert_id"]}


def test_what_is_no_longer_grave_stands_until_the_milder_threshold_is_passed() -> None:
    found = told(ruled(GRAVE, MILD), [9, 4, 3, 2])
    assert [(kind, body["severity"]) for kind, body in found] == [
        ("alert.raised", "critical"),
        ("alert.raised", "warning"),
        ("alert.cleared", "warning"),
    ]
    assert days(found) == [("raised", 0), ("raised", 1), ("cleared", 3)]


def test_a_milder_alert_does_not_become_grave_between_the_graver_thresholds() -> None:
    assert days(told(ruled(GRAVE, MILD), [6, 8, 8, 9])) == [("raised", 0), ("raised", 3)]


def test_another_reading_of_the_same_kind_has_its_own_figure_to_show() -> None:
    """Its thresholds were never passed: it does not keep what the first reading raised."""
    other = {"figure": "progress.ahead_percent", "raise_at": "5", "clear_at": "0"}
    assert days(told(ruled(MILD, other), [6, 1])) == [("raised", 0), ("cleared", 1)]


def test_without_a_figure_an_alert_stands_as_long_as_its_rule_applies() -> None:
    """Here the rule always applies."""
    book = ruled({"figure": None})
    assert days(told(book, [0, 5, 0])) == [("raised", 0)]


def test_an_alert_whose_rule_is_gone_is_cleared_and_says_so() -> None:
    standing = Standing()
    told(ruled(MILD), [6], standing)
    (cleared,) = told(ruled({**MILD, "alert": {"kind": "autre", "severity": "info"}}), [4], standing)
    assert cleared[0] == "alert.cleared"
    assert cleared[1]["because"] == ["L'alerte s'éteint : aucune règle en vigueur ne s'y applique plus."]


@given(SERIES, SERIES)
def test_a_rule_that_replaces_another_goes_on_with_its_alert(before: Values, after: Values) -> None:
    """A threshold is never edited: its rule is ended, and another file says what follows."""
    apart, together = Standing(), Standing()
    told(ruled(GRAVE, MILD), before, apart)
    told(ruled(GRAVE, MILD), before, together)
    followed = told(ruled(GRAVE, MILD, name="suite"), after, apart)
    assert days(followed) == days(told(ruled(GRAVE, MILD), after, together))
    assert not any("aucune règle" in str(body["because"]) for _, body in followed)


@pytest.mark.parametrize(
    ("value", "because"),
    [
        (1, "L'alerte s'éteint. Retard, réponses attendues déduites, en % de l'attendu : 1 ; seuil : 2."),
        (None, "L'alerte s'éteint : ce qu'elle suit ne se mesure plus."),
    ],
)
def test_an_alert_that_is_over_says_why(value: int | None, because: str) -> None:
    assert told(ruled(MILD), [6, value])[-1][1]["because"] == [because]


@given(SERIES)
def test_what_stands_is_the_fold_of_what_was_told(values: Values) -> None:
    """Read back from its bytes, as the journal and the topic hold it; every body fits the contract."""
    standing, again = Standing(), Standing()
    for number, (kind, body) in enumerate(told(ruled(GRAVE, MILD), values, standing), 1):
        model = AlertRaised if kind == "alert.raised" else AlertCleared
        model.model_validate(decode(encode(body)))
        assert body["sequence"] == number
        read: Any = decode(encode(body))
        again.apply(kind, read)
    assert again == standing


def guarded(then: dict[str, Any]) -> Rulebook:
    """A rule that asks for ten proposals before it alerts."""
    condition = next(rule for rule in BOOK.rules if rule.id == "alerte-derive-qpv").when
    (rule,) = ruled({**then, "window_days": 180}).rules
    return Rulebook([replace(rule, when=condition)], BOOK.lists, LISTS["referentiels"])


def test_an_alert_does_not_come_and_go_with_the_number_of_cases() -> None:
    standing, found = Standing(), list[str]()
    for number, (issued, late) in enumerate([(10, 40), (9, 40), (10, 40), (9, 40), (9, 1)]):
        facts, answers = {"vacancy.departement": "75", FIGURE: Decimal(late)}, {"answers.issued": issued}
        on, book = FIRST + timedelta(days=number), guarded(MILD)
        subject = Subject(SCOPE, 2026, facts, "C-AL", within={180: answers}.__getitem__)
        for judgement in judge(subject, standing.of("C-AL", 2026), book, on):
            found.append("raised" if judgement.is_raised else "cleared")
            standing.apply(f"alert.{found[-1]}", body_of(judgement, book, on, standing.sequence + 1))
    assert found == ["raised", "cleared"]


@given(st.dictionaries(st.integers(1, 180), st.integers(0, 9), min_size=1, max_size=4), st.integers(1, 9))
def test_each_rule_is_asked_about_its_own_window(refused: dict[int, int], threshold: int) -> None:
    expired = {"figure": "answers.expired", "raise_at": "1", "clear_at": "0"}
    thens = [
        {**expired, "window_days": days, "alert": {"kind": f"sur_{days}", "severity": "info"}}
        for days in refused
    ]
    sentence = "Sur {answers.window_days} jours : {answers.expired}."
    enough = Comparison("answers.expired", "at_least", Decimal(threshold))
    rules = [replace(rule, when=enough, because=sentence) for rule in ruled(*thens).rules]
    book = Rulebook(rules, BOOK.lists, LISTS["referentiels"])

    def within(window_days: int) -> dict[str, int]:
        return {"answers.window_days": window_days, "answers.expired": refused[window_days]}

    subject = Subject(SCOPE, 2026, {"vacancy.departement": "75"}, "C-AL", within=within)
    raised = {each.kind: body_of(each, book, FIRST, 1) for each in judge(subject, {}, book, FIRST)}
    assert {kind: body["because"] for kind, body in raised.items()} == {
        f"sur_{days}": [f"Sur {days} jours : {number}."]
        for days, number in refused.items()
        if number >= threshold
    }


def test_an_alert_is_told_again_when_it_is_about_something_more_and_names_only_what_is_beyond() -> None:
    book = ruled({"figure": "waiting.days", "raise_at": "120", "clear_at": "90"})
    standing, found = Standing(), list[tuple[str, ...]]()
    for number, waiting in enumerate(
        [{"V1": 120, "V2": 60}, {"V1": 150, "V2": 100}, {"V1": 180, "V2": 120}, {"V2": 121}, {"V2": 89}]
    ):
        facts = {"vacancy.departement": "75", "waiting.days": max(waiting.values())}
        on, subject = (
            FIRST + timedelta(days=number),
            Subject(SCOPE, None, facts, concerned={"waiting.days": waiting}),
        )
        for judgement in judge(subject, standing.of("", 0), book, on):
            body = body_of(judgement, book, on, standing.sequence + 1)
            kind = "raised" if judgement.is_raised else "cleared"
            found.append((kind, *(str(name) for name in body.get("concerned", ()))))
            standing.apply(f"alert.{kind}", body)
            assert "year" not in body
    assert found == [("raised", "V1"), ("raised", "V1", "V2"), ("cleared", "V1", "V2")]


def test_what_is_cleared_names_the_rules_that_cleared_it() -> None:
    standing = Standing()
    told(ruled(MILD), [6], standing)
    milder = ruled({**MILD, "raise_at": "200", "clear_at": "100"})
    (cleared,) = told(milder, [6], standing)
    assert cleared[0] == "alert.cleared"
    assert cleared[1]["rulebook"] == milder.digest
