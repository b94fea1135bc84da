"""One small broken file per operator mistake, and the words its author reads."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.rulebook import RuleFileErrors, check, load

Write = Callable[..., Path]

MISTAKES = {
    "unknown fact": ({"when": "{fact: vacancy.purpos, is: vente}"}, 8, "« vacancy.purpose »"),
    "fact of another family": ({"when": "{fact: outcome.cause, is: sans_reponse}"}, 8, "famille assiette"),
    "unknown operator": ({"when": "{fact: vacancy.purpose, iss: vente}"}, 8, "« is »"),
    "impossible comparison": ({"when": "{fact: vacancy.purpose, at_least: 3}"}, 8, "ne s'applique pas"),
    "unknown value": ({"when": "{fact: vacancy.purpose, is: ventes}"}, 8, "Vouliez-vous dire « vente »"),
    "two operators": ({"when": "{fact: attempt, at_least: 1, at_most: 3}"}, 8, "un opérateur et un seul"),
    "two joins": ({"when": "{all: [{fact: attempt, is: 1}], any: []}"}, 8, "une seule clé"),
    "empty any": ({"when": "{any: []}"}, 8, "liste de conditions"),
    "a comma in a number": ({"when": '{fact: dwelling.surface_m2, at_least: "62,5"}'}, 8, "virgule"),
    "an exponent": ({"when": "{fact: dwelling.surface_m2, at_least: 1e3}"}, 8, "Trouvé : « 1e3 »"),
    "a half floor": ({"when": "{fact: dwelling.floor, at_least: 2.5}"}, 8, "nombre entier"),
    "bounds upside down": ({"when": "{fact: dwelling.floor, between: [3, 1]}"}, 8, "inversées"),
    "a commune without its zero": ({"when": "{fact: dwelling.commune, is: 1004}"}, 8, "zéros de tête"),
    "a nested repeat": ({"when": '{fact: dwelling.typologie, matches: "(a+)+"}'}, 8, "jamais sur un groupe"),
    "a back reference": ({"when": '{fact: dwelling.typologie, matches: "(a)\\\\1"}'}, 8, "ni renvoi"),
    "a look-ahead": ({"when": '{fact: dwelling.typologie, matches: "(?=a)b"}'}, 8, "Motif refusé"),
    "no condition": ({"when": ""}, 8, "condition est attendue"),
    "unknown effect": ({"then": "{outside_fluxe: vente}"}, 9, "Vouliez-vous dire « outside_flux »"),
    "two effects that exclude each other": ({"then": "{in_flux: oui, stock: defense}"}, 9, "Une seule clé"),
    "in the flux, no": ({"then": "{in_flux: non}"}, 9, "Trouvé : « non »"),
    "empty effect": ({"then": "{}"}, 9, "ne dit rien"),
    "unknown key": ({"extra": "prioritee: 3"}, 11, "Vouliez-vous dire « priority »"),
    "priority in letters": ({"priority": "haute"}, 7, "nombre entier"),
    "a day that does not exist": ({"effective": "{from: 2026-02-30}"}, 5, "date qui existe"),
    "a year of five digits": ({"effective": "{from: 20026-01-01}"}, 5, "date qui existe"),
    "an end out of time": (
        {"effective": "{from: 2026-01-01, until: 9999-12-31}"},
        5,
        "de 1900 à 2999. Une règle sans fin n'écrit pas « until ».",
    ),
    "a first day out of time": ({"effective": "{from: 0026-01-01}"}, 5, "une date de notre temps"),
    "ends before it starts": (
        {"effective": "{from: 2026-02-01, until: 2026-01-01}"},
        5,
        "avant de commencer",
    ),
    "identifier is not the file's name": ({"id": "autre"}, 1, "nom du fichier"),
    "unknown fact in the sentence": (
        {"because": "Vente de {dwelling.typologi}"},
        10,
        "« dwelling.typologie »",
    ),
    "lone brace": ({"because": "Vente {"}, 10, "Accolade"),
    "key twice": ({"extra": "priority: 3"}, 11, "deux fois"),
    "replaces nobody": ({"extra": "replaces: une-regl"}, 11, "n'existe pas"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_in_french(write: Write, mistake: str) -> None:
    parts, line, words = MISTAKES[mistake]
    faults = check(write(**parts))
    assert len(faults) == 1, [str(fault) for fault in faults]
    assert str(faults[0]).startswith(f"assiette/une-regle.yaml:{line}: ")
    assert words in str(faults[0])


def test_all_faults_are_told_at_once_in_order(write: Write) -> None:
    write("assiette/b.yaml", priority="haute")
    directory = write("assiette/a.yaml", then="{}", priority="haute")
    with pytest.raises(RuleFileErrors) as raised:
        load(directory)
    assert [(fault.path, fault.line) for fault in raised.value.faults] == [
        ("assiette/a.yaml", 7),
        ("assiette/a.yaml", 9),
        ("assiette/b.yaml", 7),
    ]


def test_a_missing_reference_owner_or_sentence_is_told(write: Write) -> None:
    faults = check(write(text="id: une-regle\nwhen: always\nthen: {in_flux: oui}\n"))
    missing = {fault.message for fault in faults}
    assert {"Il manque « references ».", "Il manque « owner ».", "Il manque « because »."} <= missing


def test_a_directory_mounted_by_kubernetes_is_read_once(write: Write) -> None:
    directory = write()
    (directory / "assiette").rename(directory / "..2026_03_01")
    (directory / "..data").symlink_to("..2026_03_01")
    (directory / "assiette").symlink_to("..data")
    assert [rule.path for rule in load(directory).rules] == ["assiette/une-regle.yaml"]


def test_a_missing_directory_is_told(tmp_path: Path) -> None:
    assert "n'existe pas" in str(check(tmp_path / "nulle-part")[0])


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("asiette/une-regle.yaml", "Vouliez-vous dire « assiette »"),
        ("une-regle.yaml", "mal rangé"),
        ("assiette/une-regle.yml", "Renommez-le en .yaml"),
        ("territories/750/assiette/une-regle.yaml", "code de département"),
        ("bailleurs/12/assiette/une-regle.yaml", "SIREN"),
        ("referentiels/segment.yaml", "Vouliez-vous dire « segments »"),
    ],
)
def test_a_file_in_the_wrong_place_is_told(write: Write, path: str, words: str) -> None:
    assert any(words in str(fault) for fault in check(write(path)))


def test_branches_that_multiply_are_refused(write: Write) -> None:
    either = "{any: [{fact: dwelling.floor, is: 1}, {fact: dwelling.rent_eur, is: %d}]}"
    faults = check(write(when="{all: [" + ", ".join(either % number for number in range(12)) + "]}"))
    assert "alternatives" in str(faults[0])


def test_the_same_identifier_in_two_families_is_refused(write: Write) -> None:
    write("delais/une-regle.yaml", when="always", then="{attempts: 3}")
    assert "autre famille" in str(check(write())[0])


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ("", "n'a pas de fin"),
        (", until: 2025-12-30", "laissent un vide"),
        (", until: 2026-01-05", "se chevauchent"),
        (", until: 2025-12-31", None),
    ],
)
def test_a_succession_of_rules_must_meet(write: Write, until: str, words: str | None) -> None:
    write("assiette/ancienne.yaml", effective=f"{{from: 2021-11-24{until}}}")
    directory = write("assiette/nouvelle.yaml", effective="{from: 2026-01-01}", extra="replaces: ancienne")
    faults = check(directory)
    assert (words is None and not faults) or (words is not None and words in str(faults[0]))


def test_a_target_names_a_known_segment(write: Write) -> None:
    write("referentiels/segments.yaml", text="qpv:\n  hors_qpv: {label: Hors QPV, values: [non]}\n")
    target = "{target: {dimension: qpv, segment: hor_qpv, percent: 60}}"
    (fault,) = check(write("criteres/c.yaml", when="always", then=target))
    assert "Vouliez-vous dire « hors_qpv »" in str(fault)
