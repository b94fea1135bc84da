"""Values no fact can take, conditions that never or always hold: one small broken rule each, told at its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import check
from chassis.rulebook.lint.geography import communes, departements, exists, with_postcode
from chassis.rulebook.loading import examine

Write = Callable[..., Path]
SEGMENTS = "construction_period:\n  apres_2000: {label: Après 2000, from: 2001}\n"
SPREAD = "{{all: [{{fact: dwelling.typologie, is: T3}},\n  {}]}}"
"""A condition whose second test stands on the ninth line."""

IMPOSSIBLE = {
    "a negative surface": ("{fact: dwelling.surface_m2, less_than: 0}", "jamais-vraie", "de 0 à 1000000"),
    "a negative rent": ("{fact: dwelling.rent_eur, at_most: -1}", "jamais-vraie", "de 0 à"),
    "negative charges": ("{fact: dwelling.charges_eur, is: -5}", "valeur-impossible", "de 0 à"),
    "a year of two digits": (
        "{fact: dwelling.construction_year, less_than: 74}",
        "jamais-vraie",
        "de 1500 à 2100",
    ),
    "a year of two digits, named": (
        "{fact: dwelling.construction_year, in: [74, 1975]}",
        "valeur-impossible",
        "74",
    ),
    "a year of five digits": ("{fact: dwelling.construction_year, at_least: 19745}", "jamais-vraie", "2100"),
    "the nine hundredth floor": ("{fact: dwelling.floor, at_least: 900}", "jamais-vraie", "de -10 à 200"),
    "a thirteenth month": ("{fact: vacancy.month, is: 13}", "valeur-impossible", "de 1 à 12"),
    "before the first attempt": ("{fact: attempt, less_than: 1}", "jamais-vraie", "1 au moins"),
    "a commune that does not exist": ("{fact: dwelling.commune, is: 75999}", "commune-inconnue", "75999"),
    "one of several communes": ("{fact: dwelling.commune, in: [75101, 75999]}", "commune-inconnue", "75999"),
    "a postcode for a commune": ("{fact: dwelling.commune, is: 75014}", "commune-inconnue", "75114"),
    "a postcode of Lyon": ("{fact: dwelling.commune, is: 69003}", "", ""),
    "an arrondissement for a city": (
        "{fact: dwelling.city, is: 75114}",
        "valeur-impossible",
        "Écrivez 75056",
    ),
    "an arrondissement of Lyon": ("{fact: dwelling.city, in: [69123, 69383]}", "valeur-impossible", "69123"),
    "a SIREN whose key is wrong": (
        "{fact: vacancy.bailleur, is: 123456789}",
        "valeur-impossible",
        "clé de contrôle",
    ),
    "an unknown period": (
        "{fact: dwelling.construction_period, is: avant_2000}",
        "valeur-impossible",
        "apres_2000",
    ),
    "a pattern no commune follows": (
        "{fact: dwelling.commune, matches: '75[0-9]'}",
        "valeur-impossible",
        "75.*",
    ),
    "a pattern no département follows": (
        "{fact: vacancy.departement, matches: '99.*'}",
        "valeur-impossible",
        "Aucun code",
    ),
    "a pattern no typologie follows": (
        "{fact: dwelling.typologie, matches: 'F[0-9]'}",
        "jamais-vraie",
        "F[0-9]",
    ),
    "every reservation refused": (
        "{fact: vacancy.stock_reservation, not_in: [defense, securite_interieure, etablissement_sante]}",
        "jamais-vraie",
        "ne vaut pas",
    ),
    "any surface": ("{fact: dwelling.surface_m2, at_least: 0}", "toujours-vraie", "present: oui"),
    "any year": ("{fact: dwelling.construction_year, more_than: 74}", "toujours-vraie", "present: oui"),
    "any typologie": (
        "{fact: dwelling.typologie, in: [T1, T1bis, T2, T3, T4, T5, T6, T7]}",
        "toujours-vraie",
        "present: oui",
    ),
    "no floor that is": ("{not: {fact: dwelling.floor, at_most: 200}}", "toujours-vraie", "200"),
}


@pytest.mark.parametrize("slip", IMPOSSIBLE)
def test_a_value_no_fact_can_take_is_told_at_its_own_line(write: Write, slip: str) -> None:
    test, named, words = IMPOSSIBLE[slip]
    write("referentiels/segments.yaml", text=SEGMENTS)
    faults = check(write("criteres/c.yaml", when=SPREAD.format(test), then="{exclude: oui}"))
    if not named:  # 69003 is a commune of its own, beside being a postcode
        assert not faults
        return
    (fault,) = faults
    assert (fault.path, fault.line, fault.check) == ("criteres/c.yaml", 9, named)
    assert words in str(fault)


ALWAYS = {
    "one or the other is not": (
        "{any: [{fact: dwelling.typologie, is_not: T3}, {fact: dwelling.typologie, is_not: T4}]}"
    ),
    "yes or no": "{any: [{fact: dwelling.lift, is: oui}, {fact: dwelling.lift, is: non}]}",
    "below or above": "{any: [{fact: dwelling.floor, at_most: 3}, {fact: dwelling.floor, at_least: 3}]}",
    "known or not": "{any: [{fact: dwelling.lift, present: oui}, {fact: dwelling.lift, absent: oui}]}",
    "not both": "{not: {all: [{fact: dwelling.floor, at_least: 9}, {fact: dwelling.floor, at_most: 3}]}}",
    "two facts crossed": (
        "{any: [{fact: dwelling.lift, is: oui}, {all: [{fact: dwelling.lift, is: non}, {fact: dwelling.qpv, is: oui}]},"
        " {fact: dwelling.qpv, is: non}]}"
    ),
}


@pytest.mark.parametrize("slip", ALWAYS)
def test_a_condition_that_always_holds_is_told(write: Write, slip: str) -> None:
    (fault,) = check(write("criteres/c.yaml", when=ALWAYS[slip], then="{exclude: oui}"))
    assert (fault.line, fault.check) == (8, "toujours-vraie")
    assert "Écrivez « always » si c'est voulu" in fault.remedy


NOT_ALWAYS = {
    "known": "{fact: dwelling.lift, present: oui}",
    "always, said so": "always",
    "a whole number is skipped": "{any: [{fact: dwelling.floor, at_most: 3}, {fact: dwelling.floor, at_least: 5}]}",
    "a decimal lies between": (
        "{any: [{fact: dwelling.rent_eur, at_most: 3}, {fact: dwelling.rent_eur, at_least: 4}]}"
    ),
    "patterns on a free text": (
        "{any: [{fact: vacancy.programme_id, matches: 'a.*'}, {fact: vacancy.programme_id, is_not: b}]}"
    ),
    "a border of what is": "{fact: dwelling.floor, at_least: -9}",
}


@pytest.mark.parametrize("case", NOT_ALWAYS)
def test_a_condition_that_may_fail_is_let_through(write: Write, case: str) -> None:
    assert check(write("criteres/c.yaml", when=NOT_ALWAYS[case], then="{exclude: oui}")) == []


ELSEWHERE = {
    "its département": ("territories/69", "{fact: vacancy.departement, is: 75}", "territories/75/"),
    "a commune": (
        "territories/69",
        "{fact: dwelling.commune, in: [69001, 75101]}",
        "cette commune est du 75",
    ),
    "a bailleur": ("bailleurs/999001209", "{fact: vacancy.bailleur, is: 552046484}", "bailleurs/552046484/"),
}


@pytest.mark.parametrize("slip", ELSEWHERE)
def test_what_lies_outside_the_folder_of_a_rule_is_told(write: Write, slip: str) -> None:
    folder, when, words = ELSEWHERE[slip]
    (fault,) = check(write(f"{folder}/criteres/c.yaml", when=when, then="{exclude: oui}"))
    assert (fault.line, fault.check) == (8, "autre-territoire")
    assert words in str(fault)


def test_a_condition_that_another_departement_alone_meets_is_told(write: Write) -> None:
    when = "{fact: vacancy.departement, matches: '7[0-9]'}"
    assert check(write("territories/69/criteres/c.yaml", when=when, then="{exclude: oui}")) == []
    when = "{not: {fact: vacancy.departement, is: 69}}"
    (fault,) = check(write("territories/69/criteres/c.yaml", when=when, then="{exclude: oui}"))
    assert "n'est jamais vraie dans le département 69" in fault.message


@pytest.mark.parametrize("code", ["99", "00", "20", "96", "970", "1"])
def test_a_departement_that_does_not_exist_is_refused(write: Write, code: str) -> None:
    (fault,) = check(
        write("criteres/c.yaml", when=f"{{fact: vacancy.departement, is: '{code}'}}", then="{exclude: oui}")
    )
    assert "Valeur impossible pour vacancy.departement" in fault.message
    assert "Dossier mal nommé" in str(check(write(f"territories/{code}/criteres/d.yaml"))[-1])


def test_a_number_that_is_possible_and_hardly_meant_is_a_warning(write: Write) -> None:
    examined = examine(
        write("criteres/c.yaml", when="{fact: dwelling.surface_m2, less_than: 1850}", then="{exclude: oui}"),
        is_whole=False,
    )
    assert examined.rulebook is not None
    (warning,) = examined.warnings
    assert (warning.line, warning.check) == (8, "valeur-peu-plausible")
    assert "point décimal" in warning.remedy


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ("figure: publics.priority_percent, raise_below: 0, clear_above: 5", "ne se lèverait jamais"),
        ("figure: publics.priority_percent, raise_below: 120, clear_above: 130", "serait toujours levée"),
        ("figure: progress.refused_percent, raise_at: 130, clear_at: 100", "ne se lèverait jamais"),
        ("figure: progress.refused_percent, raise_at: 0, clear_at: -1", "serait toujours levée"),
    ],
)
def test_a_threshold_its_figure_never_reaches_is_told(write: Write, then: str, words: str) -> None:
    then = f'{{alert: {{kind: essai, severity: info}}, advice: "Regarder.", {then}}}'
    (fault,) = check(write("conformite/c.yaml", when="always", then=then))
    assert fault.line == 9
    assert words in fault.message


def test_the_list_of_communes_is_whole() -> None:
    assert len(departements()) == 108
    assert 34_900 < len(communes()) < 35_100
    assert all(map(exists, ("01004", "2A004", "13201", "75056", "75120", "97411", "97502")))
    assert not any(map(exists, ("75999", "75014", "20001", "99100")))
    assert [with_postcode(code) for code in ("75014", "69003", "13016", "33000")] == [
        "75114",
        "69383",
        "13216",
        "",
    ]
