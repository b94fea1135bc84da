"""Each thing that can happen to a rule is told: what, when, whom it touches, what it said and says."""

from collections.abc import Callable
from datetime import date
from typing import Any

from aiguillage.changes.rules import Kind

Edition = Any  # the class is in conftest.py: tests cannot import each other

FROM = "effective: {from: 2021-11-24}"
OFF = "active: non # passer à oui dans un fichier du même nom, sous bailleurs/ ou territories/"


def kinds(edition: Edition) -> dict[str, tuple[Kind, ...]]:
    return {rule.path: rule.kinds for rule in edition.changes().rules}


def test_the_same_rules_twice_change_nothing(edition: Edition) -> None:
    assert edition.told() == ["Rien ne change : mêmes règles, mêmes listes."]


def test_a_rule_ended_and_replaced_reads_as_a_succession_with_its_effect_before_and_after(
    edition: Edition, replace_the_delays: Callable[[], None]
) -> None:
    replace_the_delays()
    assert edition.told()[1:] == [
        "",
        "delais/delais-ordinaires.yaml : prend fin",
        "« Délais ordinaires de réponse, d'essais et d'attente »",
        "suite : delais/delais-ordinaires-2027.yaml",
        "dates : à partir du 24 novembre 2021, jusqu'au 31 décembre 2026 compris",
        "touche : tout le monde ; chaque convention, pour chaque logement libéré",
        "quand : toujours",
        "",
        "delais/delais-ordinaires-2027.yaml : nouvelle, remplace delais/delais-ordinaires.yaml",
        "« Délais ordinaires de réponse, d'essais et d'attente »",
        "dates : à partir du 1er janvier 2027",
        "touche : tout le monde ; chaque convention, pour chaque logement libéré",
        "quand : toujours",
        "délai de réponse, en jours : 30 → 20",
    ]


def test_a_new_rule_of_a_departement_says_whom_it_touches_in_words(edition: Edition) -> None:
    edition.add(
        "territories/93/criteres/grands-logements.yaml",
        "criteres/exclure-t1.yaml",
        ("id: exclure-t1", "id: grands-logements"),
        (OFF, "active: oui"),
        ("[T1, T1bis]", "[T4, T5]"),
        ("    - {fact: convention.kind, is: commune}\n", "    - not: {fact: dwelling.qpv, is: oui}\n"),
        ("Un {dwelling.typologie} n'est pas proposé aux communes, par accord local.", "Pas de grands."),
    )
    told = edition.told()
    assert told[2] == "territories/93/criteres/grands-logements.yaml : nouvelle"
    assert told[5:8] == [
        "touche : le département 93 ; chaque convention, pour chaque logement libéré",
        (
            "quand : « en quartier prioritaire » ne vaut pas oui (ou n'est pas renseigné), "
            "et « typologie » vaut T4 ou T5"
        ),
        "écarté de la convention : rien → oui",
    ]


def test_a_new_rule_that_reaches_back_says_how_far(edition: Edition) -> None:
    path = "bailleurs/999001209/criteres/exclure-t1.yaml"
    edition.add(path, "criteres/exclure-t1.yaml", (OFF, "active: oui"))
    assert [line for line in edition.told() if line.startswith("ATTENTION")] == [
        (
            "ATTENTION : Cette nouvelle règle remonte de 1826 jours. Les décisions déjà prises restent, avec leur "
            "recueil ; un événement de ces jours-là reçu désormais la suivra. Si ce n'est pas voulu, écrivez "
            "« from: 2026-11-24 »."
        )
    ]
    edition.edit(path, (FROM, "effective: {from: 2026-11-24}"))
    assert [line for line in edition.told() if line.startswith("ATTENTION")] == []


def test_a_rule_a_bailleur_switches_on_for_itself_names_the_rule_whose_place_it_takes(
    edition: Edition,
) -> None:
    edition.add(
        "bailleurs/999001209/criteres/exclure-t1.yaml", "criteres/exclure-t1.yaml", (OFF, "active: oui")
    )
    told = edition.told()
    assert told[2] == (
        "bailleurs/999001209/criteres/exclure-t1.yaml : "
        "nouvelle, prend la place de criteres/exclure-t1.yaml, activée"
    )
    assert told[5].startswith("touche : le bailleur 999001209 ; ")
    assert told[6] == "quand : « type de réservataire » vaut commune, et « typologie » vaut T1 ou T1bis"
    assert told[7] == "écarté de la convention : rien → oui"


def test_a_rule_switched_off_shows_what_it_no_longer_does_and_that_this_is_not_allowed(
    edition: Edition,
) -> None:
    edition.edit("delais/delais-zone-tendue.yaml", ("regulatory: non", "regulatory: non\nactive: non"))
    told = edition.told()
    assert told[2] == "delais/delais-zone-tendue.yaml : désactivée"
    assert "délai de réponse au plus, en jours : 30 → rien" in told
    assert told[-1].startswith("NON ADMIS : « active » a changé dans une règle en vigueur")


def test_a_value_edited_in_place_is_told_and_refused_with_what_to_do(edition: Edition) -> None:
    edition.edit("delais/delais-ordinaires.yaml", ("respond_within_days: 30", "respond_within_days: 20"))
    told = edition.told()
    assert told[2] == "delais/delais-ordinaires.yaml : modifiée"
    assert told[-2] == "délai de réponse, en jours : 30 → 20"
    assert told[-1] == (
        "NON ADMIS : « then » a changé dans une règle en vigueur depuis le 2021-11-24. Remettez la valeur d'avant, "
        "écrivez « until: 2026-11-23 », et mettez la nouvelle valeur dans un autre fichier : "
        "« from: 2026-11-24 », « replaces: delais-ordinaires »."
    )


def test_a_condition_and_a_priority_edited_before_the_rule_begins_are_told_and_allowed(
    edition: Edition, replace_the_delays: Callable[[], None]
) -> None:
    replace_the_delays()
    new = "delais/delais-ordinaires-2027.yaml"
    edition.before.joinpath(new).write_bytes(edition.after.joinpath(new).read_bytes())
    ended = "delais/delais-ordinaires.yaml"
    edition.before.joinpath(ended).write_bytes(edition.after.joinpath(ended).read_bytes())
    edition.edit(
        new,
        ("when: always", "when: {fact: dwelling.floor, between: [1, 3]}"),
        ("priority: 500", "priority: 490"),
    )
    told = edition.told()
    assert told[2] == f"{new} : modifiée"
    assert "quand, avant : toujours" in told
    assert "quand : « étage » vaut entre 1 et 3" in told
    assert "priorité : 500 → 490" in told
    assert not any(line.startswith("NON ADMIS") for line in told)


def test_the_same_edit_is_refused_once_the_rule_has_begun(
    edition: Edition, replace_the_delays: Callable[[], None]
) -> None:
    replace_the_delays()
    new = "delais/delais-ordinaires-2027.yaml"
    for path in (new, "delais/delais-ordinaires.yaml"):
        edition.before.joinpath(path).write_bytes(edition.after.joinpath(path).read_bytes())
    edition.edit(new, ("priority: 500", "priority: 490"))
    assert not any("NON ADMIS" in line for line in edition.told(date(2026, 12, 31)))
    assert any("NON ADMIS" in line for line in edition.told(date(2027, 1, 1)))


def test_a_rule_that_ends_without_a_follower_shows_what_ceases(edition: Edition) -> None:
    edition.edit("delais/delais-zone-tendue.yaml", (FROM, "effective: {from: 2021-11-24, until: 2026-12-31}"))
    told = edition.told()
    assert told[2] == "delais/delais-zone-tendue.yaml : prend fin"
    assert told[-1] == "délai de réponse au plus, en jours : 30 → rien"


def test_a_rule_that_ends_in_the_past_is_refused(edition: Edition) -> None:
    edition.edit("delais/delais-zone-tendue.yaml", (FROM, "effective: {from: 2021-11-24, until: 2026-01-31}"))
    assert edition.told()[-1].startswith("NON ADMIS : La fin de cette règle change des jours déjà passés.")


def test_a_rule_whose_end_moves_later_is_prolonged(edition: Edition) -> None:
    until = "effective: {from: 2021-11-24, until: 2026-12-31}"
    edition.edit("delais/delais-zone-tendue.yaml", (FROM, until))
    (edition.before / "delais" / "delais-zone-tendue.yaml").write_bytes(
        (edition.after / "delais" / "delais-zone-tendue.yaml").read_bytes()
    )
    edition.edit("delais/delais-zone-tendue.yaml", (until, FROM))
    assert kinds(edition) == {"delais/delais-zone-tendue.yaml": (Kind.PROLONGED,)}


def test_a_file_that_is_removed_is_told_with_what_it_said_and_refused(edition: Edition) -> None:
    edition.remove("delais/delais-zone-tendue.yaml")
    edition.remove("delais/delais-zone-tendue.examples.yaml")
    told = edition.told()
    assert told[2] == "delais/delais-zone-tendue.yaml : fichier retiré"
    assert "délai de réponse au plus, en jours : 30 → rien" in told
    assert told[-1].startswith("NON ADMIS : Cette règle a été en vigueur et son fichier a disparu.")


def test_a_wording_that_is_corrected_says_which_part_and_is_allowed(edition: Edition) -> None:
    edition.edit(
        "assiette/mutation-inter-bailleurs.yaml",
        ("des parties, non", "entre parties, non"),
        ("pole-attributions", "pole"),
    )
    told = edition.told()
    assert told[2] == "assiette/mutation-inter-bailleurs.yaml : texte corrigé (responsable, phrase)"
    assert not any("→" in line or "NON ADMIS" in line for line in told)


def test_keys_within_a_key_are_told_one_by_one(edition: Edition) -> None:
    edition.edit("rotation/rotation-par-avancement.yaml", ("sans_reponse: non", "sans_reponse: oui"))
    assert "tour rendu, sans_reponse : non → oui" in edition.told()


def test_rules_come_by_family_then_layer_then_name(edition: Edition) -> None:
    for path in (
        "neuf/premiere-location-flux.yaml",
        "assiette/rehabilitation-lourde.yaml",
        "assiette/dans-le-flux.yaml",
    ):
        edition.edit(path, ("owner: pole-attributions", "owner: autre"))
    overlay = "bailleurs/999001209/assiette/mutation-inter-bailleurs.yaml"
    edition.add(overlay, "assiette/mutation-inter-bailleurs.yaml", (OFF, "active: oui"))
    assert [rule.path for rule in edition.changes().rules] == [
        overlay,
        "assiette/dans-le-flux.yaml",
        "assiette/rehabilitation-lourde.yaml",
        "neuf/premiere-location-flux.yaml",
    ]
