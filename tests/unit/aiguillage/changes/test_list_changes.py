"""Lists that change are told entry by entry: codes in plus, codes in minus, definitions before and after."""

from typing import Any

Edition = Any  # the class is in conftest.py: tests cannot import each other


def told_of(edition: Edition, name: str, *changes: tuple[str, str]) -> list[str]:
    edition.edit(f"referentiels/{name}.yaml", *changes)
    return entries(edition)


def entries(edition: Edition) -> list[str]:
    return [line for line in edition.told() if line.startswith("referentiels/")]


def test_a_commune_that_changes_its_zone_leaves_one_and_enters_the_other(edition: Edition) -> None:
    (edition.after / "referentiels" / "zonage-abc.yaml").write_text("A: [75056]\nB1: [93001]\n", "utf-8")
    (edition.before / "referentiels" / "zonage-abc.yaml").write_text("A: [75056, 93001]\n", "utf-8")
    assert entries(edition) == [
        "referentiels/zonage-abc.yaml : A : 1 code en moins (93001)",
        "referentiels/zonage-abc.yaml : B1 : 1 code en plus (93001)",
    ]


def test_a_named_zone_that_grows_and_shrinks_is_told_in_one_line(edition: Edition) -> None:
    zones = "centre: {{label: Centre, communes: [{}]}}\n"
    (edition.before / "referentiels" / "zones.yaml").write_text(zones.format("75101, 75102"), "utf-8")
    (edition.after / "referentiels" / "zones.yaml").write_text(zones.format("75102, 75103"), "utf-8")
    assert entries(edition) == [
        "referentiels/zones.yaml : centre : 1 code en plus (75103), 1 code en moins (75101)"
    ]


def test_many_codes_are_counted_and_the_first_named(edition: Edition) -> None:
    codes = " ".join(f"75{number}" for number in range(101, 121))
    zone = f'tout: {{label: Tout, communes: "{codes}"}}\n'
    (edition.before / "referentiels" / "zones.yaml").write_text("{}", "utf-8")
    (edition.after / "referentiels" / "zones.yaml").write_text(zone, "utf-8")
    assert entries(edition)[0].endswith("75111, 75112… et 8 autres)")
    assert len(edition.changes().lists[0].added) == 20


def test_a_segment_is_told_with_its_bounds_before_and_after(edition: Edition) -> None:
    change = (
        'etages_4_et_plus: {label: "4e étage et plus", from: 4}',
        "etages_4_et_plus: {label: Haut, from: 5}",
    )
    assert told_of(edition, "segments", change) == [
        (
            "referentiels/segments.yaml : floor:etages_4_et_plus : "
            "4e étage et plus (à partir de 4) → Haut (à partir de 5)"
        )
    ]


def test_a_segment_of_values_is_told_with_its_values(edition: Edition) -> None:
    change = ("values: [T3]", "values: [T3, T4]"), ("values: [T4, T5, T6, T7]", "values: [T5, T6, T7]")
    assert told_of(edition, "segments", *change) == [
        "referentiels/segments.yaml : typologie:grands : T4 et plus (T4, T5, T6 ou T7) → T4 et plus (T5, T6 ou T7)",
        "referentiels/segments.yaml : typologie:moyens : T3 (T3) → T3 (T3 ou T4)",
    ]


def test_a_list_of_which_only_a_label_changes_says_so(edition: Edition) -> None:
    text = (edition.after / "referentiels" / "rpls-financement.yaml").read_text(encoding="utf-8")
    label = text.partition("label: ")[2].partition(",")[0]
    assert told_of(edition, "rpls-financement", (label, '"Autre libellé"')) == [
        "referentiels/rpls-financement.yaml : libellés ou présentation seulement"
    ]


def test_a_refusal_reason_that_appears_is_told_with_who_may_give_it(edition: Edition) -> None:
    path = edition.after / "referentiels" / "motifs-refus.yaml"
    added = 'loin: {label: "Trop loin", by: [candidat], reasoned: oui, from: 2027-01-01}\n'
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    assert entries(edition) == [
        "referentiels/motifs-refus.yaml : loin : rien → Trop loin (motivé, par candidat, du 2027-01-01)"
    ]


def test_an_entry_in_force_that_was_rewritten_is_told_with_its_remedy(edition: Edition) -> None:
    zones = "centre: {{label: Centre, communes: [{}]{}}}\n"
    (edition.before / "referentiels" / "zones.yaml").write_text(zones.format("75101, 75102", ""), "utf-8")
    (edition.after / "referentiels" / "zones.yaml").write_text(zones.format("75101", ""), "utf-8")
    assert edition.told()[-1] == (
        "NON ADMIS : Cette entrée en vigueur a été réécrite : centre. Remettez ce qu'elle disait avec "
        "« until: 2026-11-23 », et écrivez la suite dans une seconde version de la même entrée : "
        "« from: 2026-11-24 »."
    )


def test_an_entry_that_ends_is_told_with_its_last_day(edition: Edition) -> None:
    zones = "centre: {{label: Centre, communes: [75101]{}}}\n"
    (edition.before / "referentiels" / "zones.yaml").write_text(zones.format(""), "utf-8")
    ended = zones.format(", until: 2026-12-31")
    (edition.after / "referentiels" / "zones.yaml").write_text(ended, "utf-8")
    assert entries(edition) == ["referentiels/zones.yaml : centre : sans fin → jusqu'au 2026-12-31"]
    assert "NON ADMIS" not in "".join(edition.told())
