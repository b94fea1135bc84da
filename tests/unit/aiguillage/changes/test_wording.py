"""Conditions and effects in French say exactly what the engine compares."""

from decimal import Decimal

import pytest

from chassis.rulebook.conditions import ALWAYS, AllOf, AnyOf, Comparison, Condition, Not, Operand
from chassis.rulebook.effect_words import LABELS, effects_of, label_of
from chassis.rulebook.effects import EFFECTS
from chassis.rulebook.trace import trace
from chassis.rulebook.wording import condition_words, needed_words, unmet_words

FLOOR, LIFT, KIND = "dwelling.floor", "dwelling.lift", "dwelling.typologie"


def floor(operator: str, *numbers: int) -> Comparison:
    operand: Operand = Decimal(numbers[0]) if len(numbers) == 1 else tuple(Decimal(n) for n in numbers)
    return Comparison(FLOOR, operator, operand)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (ALWAYS, "toujours"),
        (Comparison(LIFT, "is", True), "« ascenseur » vaut oui"),
        (Comparison(KIND, "is_not", "T1"), "« typologie » ne vaut pas T1"),
        (Comparison(KIND, "not_in", ("T1", "T2")), "« typologie » ne vaut pas T1 ou T2"),
        (floor("at_least", 4), "« étage » vaut 4 au moins"),
        (floor("at_most", 4), "« étage » vaut 4 au plus"),
        (floor("more_than", 4), "« étage » vaut plus de 4"),
        (floor("less_than", 4), "« étage » vaut moins de 4"),
        (floor("between", 1, 3), "« étage » vaut entre 1 et 3"),
        (
            Comparison("dwelling.surface_m2", "at_least", Decimal("18.5")),
            "« surface en m² » vaut 18,5 au moins",
        ),
        (
            Comparison("vacancy.programme_id", "matches", "P-\\d+"),
            "« programme neuf » suit le motif « P-\\d+ »",
        ),
        (Comparison(LIFT, "present", True), "« ascenseur » est renseigné"),
        (Comparison(LIFT, "absent", True), "« ascenseur » n'est pas renseigné"),
        (Not(Comparison(LIFT, "present", True)), "« ascenseur » n'est pas renseigné"),
        (Not(floor("at_least", 4)), "« étage » vaut moins de 4 (ou n'est pas renseigné)"),
        (Not(floor("between", 1, 3)), "« étage » vaut moins de 1 ou plus de 3 (ou n'est pas renseigné)"),
        (
            Not(Comparison("vacancy.programme_id", "matches", "P.")),
            "« programme neuf » ne suit pas le motif « P. » (ou n'est pas renseigné)",
        ),
        (
            Not(AllOf((floor("at_least", 4), Comparison(LIFT, "is", False)))),
            (
                "« étage » vaut moins de 4 (ou n'est pas renseigné), "
                "ou « ascenseur » ne vaut pas non (ou n'est pas renseigné)"
            ),
        ),
        (
            AllOf(
                (Comparison(KIND, "is", "T1"), AnyOf((floor("less_than", 2), Comparison(LIFT, "is", True))))
            ),
            "« typologie » vaut T1, et (« étage » vaut moins de 2, ou « ascenseur » vaut oui)",
        ),
    ],
)
def test_a_condition_is_said_in_words(condition: Condition, words: str) -> None:
    assert condition_words(condition) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Comparison(KIND, "in", ("T1", "T2")), "dwelling.typologie : attendu T1 ou T2, trouvé T3"),
        (floor("at_most", 3), "dwelling.floor : non renseigné (attendu 3 au plus)"),
        (Comparison(FLOOR, "present", True), "dwelling.floor : non renseigné"),
        (Comparison(KIND, "absent", True), "dwelling.typologie : attendu non renseigné, trouvé T3"),
        (Not(Comparison(LIFT, "is", True)), "dwelling.lift : attendu autre que oui, trouvé oui"),
        (
            AnyOf((Comparison(KIND, "is", "T1"), Comparison(LIFT, "is", False))),
            (
                "aucune des possibilités : dwelling.typologie : attendu T1, trouvé T3 ; "
                "dwelling.lift : attendu non, trouvé oui"
            ),
        ),
    ],
)
def test_a_failed_test_says_what_was_wanted_and_what_was_found(condition: Condition, words: str) -> None:
    assert unmet_words(trace(condition, {KIND: "T3", LIFT: True})) == (words,)


def test_every_failed_test_of_a_conjunction_is_said_and_no_other() -> None:
    condition = AllOf((Comparison(LIFT, "is", True), Comparison(KIND, "is", "T1"), floor("is", 1)))
    assert unmet_words(trace(condition, {KIND: "T3", LIFT: True, FLOOR: 2})) == (
        "dwelling.typologie : attendu T1, trouvé T3",
        "dwelling.floor : attendu 1, trouvé 2",
    )


def test_what_a_condition_still_needs_is_said_with_its_alternatives() -> None:
    condition = AnyOf((floor("at_least", 4), Comparison(LIFT, "is", True)))
    assert (
        needed_words(trace(condition, {LIFT: False})) == "dwelling.floor : 4 au moins, ou dwelling.lift : oui"
    )


@pytest.mark.parametrize("family", EFFECTS)
def test_every_key_of_every_family_has_a_french_name(family: str) -> None:
    assert set(EFFECTS[family].model_fields) <= set(LABELS)


def test_a_key_within_a_key_is_named_after_it() -> None:
    then = {"restore": {"sans_reponse": False}, "caps": {"etat": "30"}}
    assert [(label_of(key), value) for key, value in effects_of(then)] == [
        ("tour rendu, sans_reponse", "non"),
        ("plafond de l'État, en % du flux", "30"),
    ]
