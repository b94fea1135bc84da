"""Rules right one by one that cannot be meant together: a union that shadows, targets above all, no flux left."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from chassis.rulebook import check, load
from chassis.rulebook.loading import examine

Write = Callable[..., Path]
SEGMENTS = """\
typologie:
  petits: {label: Petits, values: [T1, T2]}
  moyens: {label: Moyens, values: [T3]}
  deux_et_trois: {label: Deux et trois, values: [T2, T3]}
rent:
  bas: {label: Bas, to: 300}
  haut: {label: Haut, from: 301}
"""


def floor(said: str) -> str:
    return f"{{fact: dwelling.floor, {said}}}"


def test_a_rule_that_several_beat_together_is_told_with_their_names(write: Write) -> None:
    write("delais/bas.yaml", when=floor("at_most: 3"), then="{attempts: 2}", priority="10")
    write("delais/haut.yaml", when=floor("at_least: 4"), then="{attempts: 3}", priority="11")
    directory = write(
        "delais/dedans.yaml", when=floor("between: [2, 6]"), then="{attempts: 4}", priority="20"
    )
    (fault,) = check(directory)
    assert (fault.path, fault.line, fault.check) == ("delais/dedans.yaml", 8, "jamais-gagnante")
    assert fault.found == "delais/bas.yaml (priorité 10), delais/haut.yaml (priorité 11)"
    assert "plus petite que 10" in fault.remedy


def test_a_rule_that_several_beat_on_each_of_its_days_in_turn_is_told(write: Write) -> None:
    write(
        "delais/avant.yaml",
        when="always",
        then="{attempts: 2}",
        priority="10",
        effective="{from: 2021-11-24, until: 2025-12-31}",
    )
    write(
        "delais/apres.yaml",
        when="always",
        then="{attempts: 3}",
        priority="10",
        effective="{from: 2026-01-01}",
        extra="replaces: avant",
    )
    directory = write(
        "delais/c.yaml",
        when=floor("is: 2"),
        then="{attempts: 4}",
        priority="20",
        effective="{from: 2024-01-01}",
    )
    assert [fault.path for fault in check(directory)] == ["delais/c.yaml"]


def test_a_rule_that_has_a_day_a_case_or_an_answer_of_its_own_is_let_through(write: Write) -> None:
    write("delais/bas.yaml", when=floor("at_most: 3"), then="{attempts: 2}", priority="10")
    write("delais/haut.yaml", when=floor("at_least: 4"), then="{attempts: 3}", priority="11")
    own_answer = write(
        "delais/c.yaml", when=floor("is: 2"), then="{attempts: 4, hold_days: 3}", priority="20"
    )
    assert check(own_answer) == []
    assert (
        check(write("delais/c.yaml", when="always", then="{attempts: 4}", priority="20")) == []
    )  # no floor known
    write(
        "delais/haut.yaml",
        when=floor("at_least: 4"),
        then="{attempts: 3}",
        priority="11",
        effective="{from: 2026-01-01}",
    )
    assert (
        check(write("delais/c.yaml", when=floor("between: [2, 6]"), then="{attempts: 4}", priority="20"))
        == []
    )


def test_a_union_too_long_to_look_at_is_a_warning_that_says_what_was_not_looked_at(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.rulebook.lint.cover.Cover.__init__.__defaults__", (3,), raising=False)
    for place, (typologie, qpv) in enumerate(product(("T1", "T2", "T3", "T4"), ("oui", "non"))):
        when = f"{{all: [{{fact: dwelling.typologie, is: {typologie}}}, {{fact: dwelling.qpv, is: {qpv}}}]}}"
        write(f"delais/r{place}.yaml", when=when, then="{attempts: 2}", priority=str(place))
    directory = write(
        "delais/z.yaml", when="{fact: dwelling.typologie, in: [T1, T2, T3, T4]}", then="{attempts: 3}"
    )
    examined = examine(directory, is_whole=False)
    assert examined.rulebook is not None
    assert ["si d'autres la devancent toujours" in str(one) for one in examined.warnings] == [True]
    assert examined.warnings[0].check == "trop-de-cas"


@pytest.mark.parametrize(
    ("first", "second", "percents", "total"),
    [
        (("typologie", "petits"), ("typologie", "moyens"), (70, 70), "140 %"),
        (("rent", "bas"), ("rent", "haut"), (60, 41), "101 %"),
        (("typologie", "petits"), ("typologie", "moyens"), (60, 40), None),
        (("typologie", "petits"), ("typologie", "deux_et_trois"), (70, 70), None),
        (("typologie", "petits"), ("rent", "haut"), (70, 70), None),
    ],
)
def test_targets_of_one_dimension_ask_for_no_more_than_everything(
    write: Write,
    first: tuple[str, str],
    second: tuple[str, str],
    percents: tuple[int, int],
    total: str | None,
) -> None:
    write("referentiels/segments.yaml", text=SEGMENTS)
    for name, (dimension, segment), percent in zip("ab", (first, second), percents, strict=True):
        target = f"{{target: {{dimension: {dimension}, segment: {segment}, percent: {percent}}}}}"
        folder = "criteres" if name == "a" else "territories/75/criteres"
        directory = write(f"{folder}/{name}.yaml", when="always", then=target)
    faults = check(directory)
    assert [(fault.path, fault.check) for fault in faults] == (
        [] if total is None else [("territories/75/criteres/b.yaml", "parts-visees")]
    )
    assert total is None or total in faults[0].message


def test_targets_that_never_hold_together_are_let_through(write: Write) -> None:
    write("referentiels/segments.yaml", text=SEGMENTS)
    for name, kind, segment in (("a", "commune", "petits"), ("b", "epci", "moyens")):
        target = f"{{target: {{dimension: typologie, segment: {segment}, percent: 70}}}}"
        directory = write(f"criteres/{name}.yaml", when=f"{{fact: convention.kind, is: {kind}}}", then=target)
    assert check(directory) == []


EMPTYING = {
    "always, of a bailleur": ("bailleurs/999001209/assiette/e.yaml", "always"),
    "every relocation": ("assiette/e.yaml", "{fact: vacancy.purpose, is: relocation}"),
    "a département": ("assiette/e.yaml", "{fact: vacancy.departement, is: 75}"),
    "a bailleur": ("assiette/e.yaml", "{fact: vacancy.bailleur, is: 999001209}"),
    "each purpose but a sale": ("territories/75/assiette/e.yaml", "{fact: vacancy.purpose, is_not: vente}"),
    "whatever is no reservation": ("assiette/e.yaml", "{fact: vacancy.stock_reservation, absent: oui}"),
}


@pytest.mark.parametrize("slip", EMPTYING)
def test_an_exclusion_that_leaves_nothing_in_the_flux_is_told(write: Write, slip: str) -> None:
    path, when = EMPTYING[slip]
    (fault,) = check(write(path, when=when, then="{outside_flux: rehabilitation_lourde}"))
    assert (fault.path, fault.line, fault.check) == (path, 9, "flux-vide")
    assert "R.441-5" in fault.remedy


def test_exclusions_that_together_leave_nothing_are_told_of_the_last(write: Write) -> None:
    write(
        "assiette/a.yaml",
        when=floor("at_most: 3"),
        then="{outside_flux: rehabilitation_lourde}",
        priority="10",
    )
    write(
        "assiette/b.yaml",
        when=floor("absent: oui"),
        then="{outside_flux: rehabilitation_lourde}",
        priority="11",
    )
    path = "territories/75/assiette/c.yaml"
    directory = write(path, when=floor("at_least: 4"), then="{outside_flux: rehabilitation_lourde}")
    assert [(fault.path, fault.check) for fault in check(directory)] == [(path, "flux-vide")]


def test_an_exclusion_that_leaves_something_is_let_through(write: Write) -> None:
    out = "{outside_flux: rehabilitation_lourde}"
    assert check(write("assiette/a.yaml", when="{fact: dwelling.city, is: 75056}", then=out)) == []
    ordinary = "{fact: vacancy.purpose, is: relocation}, {fact: vacancy.stock_reservation, absent: oui}"
    kept = f"{{all: [{ordinary}, {{fact: dwelling.qpv, is: non}}]}}"
    write("assiette/b.yaml", when=kept, then="{in_flux: oui}", priority="10")
    assert check(write("assiette/a.yaml", when="{fact: vacancy.purpose, is: relocation}", then=out)) == []


ACCEPTED = 'accepts: [{{check: {check}, because: "Arrêté du 3 mars."}}]'
NEGATIVE = "{fact: dwelling.surface_m2, less_than: 0}"


def test_a_named_check_that_a_rule_accepts_with_a_reason_is_silent(write: Write) -> None:
    directory = write(
        "criteres/c.yaml", when=NEGATIVE, then="{exclude: oui}", extra=ACCEPTED.format(check="jamais-vraie")
    )
    (rule,) = load(directory).rules
    assert rule.accepts == {"jamais-vraie": "Arrêté du 3 mars."}


def test_an_acceptance_is_in_the_digest_and_comes_back_from_a_bundle(write: Write) -> None:
    accepts = ACCEPTED.format(check="valeur-peu-plausible")
    when = "{fact: dwelling.surface_m2, less_than: 1850}"
    without = load(write("criteres/c.yaml", when=when, then="{exclude: oui}"))
    book = load(write("criteres/c.yaml", when=when, then="{exclude: oui}", extra=accepts))
    assert book.digest != without.digest
    assert type(book).from_bundle(book.bundle()).rules[0].accepts == book.rules[0].accepts


@pytest.mark.parametrize(
    ("accepts", "words"),
    [
        ("accepts: [{check: jamais-vrai, because: x}]", "Vouliez-vous dire « jamais-vraie »"),
        ("accepts: [{check: loi, because: x}]", "la loi n'en a pas"),
        ("accepts: [{check: jamais-vraie}]", "Il manque « because »"),
        ('accepts: [{check: jamais-vraie, because: " "}]', "Il faut un texte"),
        ("accepts: []", "au moins une valeur"),
        ("accepts: jamais-vraie", "il faut une liste"),
        (
            "accepts: [{check: jamais-vraie, because: x}, {check: jamais-vraie, because: y}]",
            "accepté deux fois",
        ),
    ],
)
def test_an_acceptance_names_a_check_that_is_and_says_why(write: Write, accepts: str, words: str) -> None:
    faults = check(write("criteres/c.yaml", when=NEGATIVE, then="{exclude: oui}", extra=accepts))
    (fault,) = [one for one in faults if one.check == ""]
    assert fault.line == 11
    assert words in str(fault)


def test_a_fault_of_law_is_not_accepted(write: Write) -> None:
    write("assiette/vente.yaml", extra="", regulatory="oui")
    directory = write(
        "territories/75/assiette/vente.yaml", extra=ACCEPTED.format(check="flux-vide") + "\nactive: non"
    )
    assert any(not fault.check and "loi" in fault.message for fault in check(directory))


def test_an_acceptance_that_silences_nothing_is_a_warning(write: Write) -> None:
    directory = write(
        "criteres/c.yaml",
        when=floor("is: 2"),
        then="{exclude: oui}",
        extra=ACCEPTED.format(check="flux-vide"),
    )
    (warning,) = examine(directory, is_whole=False).warnings
    assert (warning.line, warning.found) == (11, "flux-vide")
    assert "inutile" in warning.message
