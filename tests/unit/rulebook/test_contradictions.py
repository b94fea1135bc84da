"""Rules that are each well written and cannot be right together: one small directory a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import check

Write = Callable[..., Path]
T1, T2 = "{fact: dwelling.typologie, is: T1}", "{fact: dwelling.typologie, is: T2}"

NEVER = {
    "two values at once": f"{{all: [{T1}, {T2}]}}",
    "a value and a list without it": f"{{all: [{T1}, {{fact: dwelling.typologie, in: [T2, T3]}}]}}",
    "a floor above its ceiling": "{all: [{fact: dwelling.floor, at_least: 10}, {fact: dwelling.floor, at_most: 3}]}",
    "between two whole numbers": "{all: [{fact: dwelling.floor, more_than: 3}, {fact: dwelling.floor, less_than: 4}]}",
    "absent and tested": "{all: [{fact: dwelling.lift, absent: oui}, {fact: dwelling.lift, is: non}]}",
    "neither yes, no nor missing": (
        "{all: [{not: {fact: dwelling.lift, is: oui}}, {not: {fact: dwelling.lift, is: non}},"
        " {fact: dwelling.lift, present: oui}]}"
    ),
    "a commune of another département": (
        "{all: [{fact: dwelling.commune, is: 93001}, {fact: vacancy.departement, is: 75}]}"
    ),
}


@pytest.mark.parametrize("contradiction", NEVER)
def test_a_condition_that_can_never_hold_is_told(write: Write, contradiction: str) -> None:
    (fault,) = check(write("criteres/c.yaml", when=NEVER[contradiction], then="{exclude: oui}"))
    assert str(fault).startswith("criteres/c.yaml:8: Cette condition ne peut jamais être vraie. Trouvé : « ")
    assert "écrivez « any » et non « all »" in str(fault)
    assert fault.check == "jamais-vraie"


def test_the_tests_that_exclude_one_another_are_quoted_alone(write: Write) -> None:
    when = f"{{all: [{{fact: dwelling.floor, at_least: 2}}, {T1}, {T2}]}}"
    (fault,) = check(write("criteres/c.yaml", when=when, then="{exclude: oui}"))
    assert fault.found.count("typologie") == 2
    assert "floor" not in fault.found


def test_a_possibility_that_can_never_hold_is_told(write: Write) -> None:
    when = f"{{any: [{{fact: dwelling.floor, at_least: 2}}, {{all: [{T1}, {T2}]}}]}}"
    (fault,) = check(write("criteres/c.yaml", when=when, then="{exclude: oui}"))
    assert "Une des possibilités de « any » ne peut jamais être vraie." in fault.message


ALERT = 'alert: {kind: essai, severity: info}, advice: "Regarder."'
FOLLOWED = "figure: progress.gap, raise_at: 3, clear_at: 1"
ANSWERED = "{fact: answers.expired, at_least: 3}"


@pytest.mark.parametrize(
    ("when", "then", "because", "words"),
    [
        (ANSWERED, FOLLOWED, "Retard.", "Trouvé : « answers.expired »"),
        (
            "always",
            "figure: answers.issued, raise_at: 3, clear_at: 1",
            "Retard.",
            "Trouvé : « answers.issued »",
        ),
        ("always", FOLLOWED, "{answers.window_days} jours.", "Trouvé : « answers.window_days »"),
        ("always", f"{FOLLOWED}, window_days: 90", "Retard.", "Retirez « window_days »."),
    ],
)
def test_a_rule_says_over_how_many_days_it_counts_answers_and_only_then(
    write: Write, when: str, then: str, because: str, words: str
) -> None:
    then = f"{{{ALERT}, {then}}}"
    (fault,) = check(write("conformite/c.yaml", when=when, then=then, because=because))
    assert str(fault).startswith("conformite/c.yaml:9: ")
    assert words in str(fault)


LOW = "figure: publics.priority_percent, raise_below: 25, clear_above: 25"


def test_an_alert_that_could_flicker_each_evening_is_refused(write: Write) -> None:
    (fault,) = check(write("conformite/c.yaml", when="always", then=f"{{{ALERT}, {LOW}}}"))
    assert str(fault).startswith("conformite/c.yaml:9: Un même seuil allume et éteint chaque soir")
    for steadied in (LOW.replace("above: 25", "above: 27"), f"{LOW}, every: month", f"{LOW}, keep_days: 7"):
        assert not check(write("conformite/c.yaml", when="always", then=f"{{{ALERT}, {steadied}}}"))


def test_a_window_is_no_longer_than_answers_are_remembered(write: Write) -> None:
    then = f"{{{ALERT}, {FOLLOWED}, window_days: 181}}"
    (fault,) = check(write("conformite/c.yaml", when=ANSWERED, then=then))
    assert "de 1 à 180" in str(fault)


POSSIBLE = {
    "numbers between two bounds": (
        "{all: [{fact: dwelling.rent_eur, more_than: 3}, {fact: dwelling.rent_eur, less_than: 4}]}"
    ),
    "one number": "{all: [{fact: dwelling.floor, at_least: 3}, {fact: dwelling.floor, at_most: 3}]}",
    "two patterns on a free text": (
        "{all: [{fact: dwelling.qpv_code, matches: 'QN.*'}, {fact: dwelling.qpv_code, matches: '.*75'}]}"
    ),
    "a free text that is none of two": (
        "{all: [{fact: dwelling.qpv_code, is_not: QN07501M}, {fact: dwelling.qpv_code, is_not: QN07502M}]}"
    ),
    "missing": "{all: [{not: {fact: dwelling.lift, is: oui}}, {not: {fact: dwelling.lift, is: non}}]}",
    "a commune and its département": (
        "{all: [{fact: dwelling.commune, in: [93001, 97411]}, {fact: vacancy.departement, is: 974}]}"
    ),
}


@pytest.mark.parametrize("possibility", POSSIBLE)
def test_a_condition_that_some_vacancy_meets_is_let_through(write: Write, possibility: str) -> None:
    assert check(write("criteres/c.yaml", when=POSSIBLE[possibility], then="{exclude: oui}")) == []


BEATEN = {
    "always": ({"when": "always"}, {"when": T1}),
    "a wider list": ({"when": "{fact: dwelling.typologie, in: [T1, T2]}"}, {"when": T2}),
    "a wider stretch": (
        {"when": "{fact: dwelling.floor, at_least: 1}"},
        {"when": "{fact: dwelling.floor, between: [2, 5]}"},
    ),
    "two possibilities together": (
        {"when": "{any: [{fact: dwelling.lift, is: oui}, {fact: dwelling.lift, absent: oui}]}"},
        {"when": "{not: {fact: dwelling.lift, is: non}}"},
    ),
    "more answers": ({"when": "always", "then": "{attempts: 2, hold_days: 9}"}, {"when": "always"}),
    "longer dates": (
        {"when": "always", "effective": "{from: 2021-11-24}"},
        {"when": "always", "effective": "{from: 2024-01-01, until: 2024-12-31}"},
    ),
}


@pytest.mark.parametrize("case", BEATEN)
def test_a_rule_that_an_earlier_one_always_beats_is_told(write: Write, case: str) -> None:
    wide, narrow = BEATEN[case]
    write("delais/large.yaml", **{"then": "{attempts: 2}", "priority": "10", **wide})
    (fault,) = check(write("delais/etroite.yaml", **{"then": "{attempts: 3}", "priority": "20", **narrow}))
    assert str(fault) == (
        "delais/etroite.yaml:8: Cette règle ne l'emporte jamais : delais/large.yaml répond avant elle dans tous "
        "les cas qu'elle couvre. Trouvé : « priorité 20 ici, 10 là ». Donnez-lui une priorité plus petite que 10, "
        "ou retirez l'une des deux. (contrôle « jamais-gagnante »)"
    )


NOT_BEATEN: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a case of its own": ({"when": T1}, {"when": "{fact: dwelling.typologie, in: [T1, T2]}"}),
    "a missing fact": (
        {"when": "{fact: dwelling.lift, is: oui}"},
        {"when": "{not: {fact: dwelling.lift, is: non}}"},
    ),
    "an answer of its own": ({"when": "always"}, {"when": T1, "then": "{attempts: 3, hold_days: 9}"}),
    "days of its own": (
        {"when": "always", "effective": "{from: 2021-11-24, until: 2025-12-31}"},
        {"when": T1},
    ),
    "switched off": ({"when": "always", "extra": "active: non"}, {"when": T1}),
}


@pytest.mark.parametrize("case", NOT_BEATEN)
def test_a_rule_that_may_win_once_is_let_through(write: Write, case: str) -> None:
    wide, narrow = NOT_BEATEN[case]
    write("delais/large.yaml", **{"then": "{attempts: 2}", "priority": "10", **wide})
    assert check(write("delais/etroite.yaml", **{"then": "{attempts: 3}", "priority": "20", **narrow})) == []


def test_a_rule_of_a_nearer_layer_beats_nobody(write: Write) -> None:
    write("territories/75/delais/paris.yaml", when="always", then="{attempts: 2}")
    assert check(write("delais/france.yaml", when="always", then="{attempts: 3}")) == []


def test_targets_of_different_segments_add_up(write: Write) -> None:
    segments = "qpv:\n  qpv: {label: QPV, values: [oui]}\n  hors_qpv: {label: Hors QPV, values: [non]}\n"
    write("referentiels/segments.yaml", text=segments)
    for name, percent in (("qpv", 40), ("hors_qpv", 60)):
        target = f"{{target: {{dimension: qpv, segment: {name}, percent: {percent}}}}}"
        directory = write(f"criteres/{name}.yaml", when="always", then=target)
    assert check(directory) == []


def test_a_tie_that_only_the_file_name_breaks_is_told(write: Write) -> None:
    write("delais/a.yaml", when=T1, then="{attempts: 2}")
    (fault,) = check(write("delais/b.yaml", when="{fact: dwelling.floor, at_least: 2}", then="{attempts: 3}"))
    assert str(fault) == (
        "delais/b.yaml:7: Cette règle et delais/a.yaml ont la même priorité et se contredisent quand les deux "
        "s'appliquent. Trouvé : « priorité 100, 3 ici, 2 là ». Donnez-leur des priorités différentes : la plus "
        "petite l'emporte. (contrôle « contradiction »)"
    )


NO_TIE = {
    "they agree": {"when": "{fact: dwelling.floor, at_least: 2}", "then": "{attempts: 2}"},
    "they never meet": {"when": T2, "then": "{attempts: 3}"},
    "they answer different questions": {
        "when": "{fact: dwelling.floor, at_least: 2}",
        "then": "{hold_days: 3}",
    },
    "they follow one another": {
        "when": "{fact: dwelling.floor, at_least: 2}",
        "then": "{attempts: 3}",
        "effective": "{from: 2026-01-01}",
    },
    "their priorities differ": {
        "when": "{fact: dwelling.floor, at_least: 2}",
        "then": "{attempts: 3}",
        "priority": "101",
    },
}


@pytest.mark.parametrize("case", NO_TIE)
def test_rules_of_one_priority_may_stand_side_by_side_when(write: Write, case: str) -> None:
    write("delais/a.yaml", when=T1, then="{attempts: 2}", effective="{from: 2021-11-24, until: 2025-12-31}")
    assert check(write("delais/b.yaml", **{"effective": "{from: 2022-01-01}", **NO_TIE[case]})) == []


def test_two_ways_out_of_the_flux_at_one_priority_contradict_each_other(write: Write) -> None:
    write(
        "assiette/a.yaml",
        when="{fact: vacancy.cause, is: mutation}",
        then="{outside_flux: mutation_inter_bailleurs}",
    )
    (fault,) = check(write("assiette/b.yaml", then="{outside_flux: rehabilitation_lourde}"))
    assert "outside_flux: rehabilitation_lourde ici, outside_flux: mutation_inter_bailleurs là" in fault.found


def test_each_rule_is_told_of_one_rival_only(write: Write) -> None:
    for name, attempts in (("a", 2), ("b", 3), ("c", 4)):
        directory = write(f"delais/{name}.yaml", when="always", then=f"{{attempts: {attempts}}}")
    faults = check(directory)
    assert [fault.path for fault in faults] == ["delais/b.yaml", "delais/c.yaml"]


def test_conditions_too_entangled_to_compare_are_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.rulebook.reach.MOST_COMPARISONS", 3)
    either = "{any: [{fact: dwelling.floor, is: %d}, {fact: dwelling.rent_eur, is: 3}]}"
    write("delais/a.yaml", when=either % 1, then="{attempts: 2}")
    (fault,) = check(write("delais/b.yaml", when=either % 2, then="{attempts: 3}"))
    assert "se recouvrent trop pour être comparées" in fault.message
    assert fault.line == 8
