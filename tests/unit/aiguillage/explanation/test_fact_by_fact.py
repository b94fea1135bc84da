"""The rules of every family consulted are told in order, with the rule that wins each key and the test that fails."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from aiguillage.explanation import Explanation, explain, read_question, situation_of
from aiguillage.explanation.consultation import Place
from chassis.rulebook import load
from flux.scope import Scope
from orientation.rulebook import BookView

RULES = Path(__file__).parents[4] / "rules"

Story = Any  # the class is in conftest.py: tests cannot import each other
Read = Callable[[Explanation], list[str]]


def test_the_families_come_in_the_order_of_the_decision(story: Story) -> None:
    story.sign("AL", "60")
    assert [step.family for step in story.ask().steps] == [
        *("assiette", "neuf", "echelle", "criteres"),
        *("rotation", "gestion", "delais", "decompte"),
    ]


def test_a_rule_that_does_not_apply_tells_the_test_that_failed_and_what_was_found(
    story: Story, steps_of: Read
) -> None:
    assert "✗ vente : vacancy.purpose : attendu vente, trouvé relocation" in steps_of(story.ask())


def test_a_fact_nobody_gave_is_told_missing(story: Story, steps_of: Read) -> None:
    said = steps_of(story.ask(cause="neuf"))
    assert "✗ premiere-location-concertation : vacancy.programme_id : non renseigné" in said
    assert "✗ stock-defense : vacancy.stock_reservation : non renseigné (attendu defense)" in said


def test_a_rule_that_applies_tells_its_sentence_and_the_facts_it_looked_at(
    story: Story, steps_of: Read
) -> None:
    said = steps_of(story.ask())
    rule = next(place for place, line in enumerate(said) if line.startswith("✓ delais-zone-tendue"))
    assert said[rule] == (
        "✓ delais-zone-tendue (règle commune, priorité 100, accord local) : "
        "Commune en zone Abis : un mois au plus pour désigner des candidats."
    )
    assert said[rule + 1] == "dwelling.zone_abc : Abis"


def test_a_rule_switched_off_says_so(story: Story, steps_of: Read) -> None:
    assert "· rehabilitation-lourde : désactivée (active: non)" in steps_of(story.ask())


def test_the_lowest_priority_wins_the_flux_and_the_rule_it_beats_is_named(
    story: Story, steps_of: Read
) -> None:
    said = steps_of(story.ask(purpose="vente"))
    assert "→ hors du flux, motif : vente — vente (la loi : passe avant dans-le-flux (règle commune))" in said
    assert not any(line.startswith("2.") for line in said)


def test_what_the_convention_writes_comes_before_any_rule(story: Story, steps_of: Read) -> None:
    story.sign("AL", "60", management="deleguee", decompte={"method": "bail"})
    said = steps_of(story.ask("AL"))
    assert "→ gestion : deleguee — écrit dans la convention, avant toute règle" in said
    assert "→ méthode : bail — écrit dans la convention, avant toute règle" in said
    assert not any(line.startswith("→ gestion : directe") for line in said)


def test_lines_of_which_the_rules_say_the_same_are_told_together(story: Story, steps_of: Read) -> None:
    for name in ("AL", "DEPT", "REGION"):
        story.sign(name, "20")
    assert "Pour C-AL, C-DEPT et C-REGION :" in steps_of(story.ask())


@pytest.fixture
def overlaid(tmp_path: Path) -> BookView:
    """A département gives 25 days and this bailleur 20, next year's rule is written, last year's is kept."""
    rules = copytree(RULES, tmp_path / "rules")
    common = (rules / "delais" / "delais-ordinaires.yaml").read_text(encoding="utf-8")
    place(rules, "territories/75", common, "delais-du-75", "respond_within_days: 25")
    place(rules, "bailleurs/999001209", common, "delais-du-bailleur", "respond_within_days: 20")
    place(rules, "bailleurs/999001209", common, "delais-ordinaires", "respond_within_days: 28")
    after, before = "effective: {from: 2027-01-01}", "effective: {from: 2021-11-24, until: 2025-12-31}"
    place(rules, "", common, "delais-demain", "respond_within_days: 10", after)
    place(rules, "", common, "delais-hier", "respond_within_days: 45", before)
    place(rules, "territories/92", common, "delais-du-92", "respond_within_days: 5")
    return BookView(load(rules))


def place(rules: Path, owner: str, text: str, name: str, then: str, dates: str | None = None) -> None:
    file = rules / owner / "delais" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    text = text.replace("id: delais-ordinaires", f"id: {name}").replace("respond_within_days: 30", then)
    if name != "delais-ordinaires":
        text = text.replace("priority: 500", "priority: 450")
    if name == "delais-du-bailleur":
        text = text.replace("when: always", "when: {all: [{fact: dwelling.typologie, is: T3}]}")
    file.write_text(
        text.replace("effective: {from: 2021-11-24}", dates or "effective: {from: 2021-11-24}"), "utf-8"
    )


def test_the_nearest_layer_wins_and_every_rule_that_is_not_asked_says_why(
    overlaid: BookView, story: Story, steps_of: Read
) -> None:
    story.book = overlaid
    said = steps_of(story.ask())
    assert (
        "→ délai de réponse, en jours : 20 — delais-du-bailleur "
        "(priorité 450 : passe avant delais-ordinaires (priorité 500))" in said
    )
    assert "· delais-ordinaires : remplacée ici par bailleurs/999001209/delais/delais-ordinaires.yaml" in said
    assert "· delais-demain : n'entre en vigueur que le 1er janvier 2027" in said
    assert "· delais-hier : a pris fin le 31 décembre 2025" in said
    assert not any("delais-du-92" in line for line in said)


def test_a_bailleurs_rule_says_it_is_nearer_than_the_departements(
    overlaid: BookView, story: Story, steps_of: Read
) -> None:
    others = story.vacancy()
    story.book = overlaid
    text = story.event("vacancy.declared", {**others, "bailleur": "999115009"}, "2026-03-01T09:00:00Z", "q")
    question = read_question(text.replace(b"/bailleurs/999001209", b"/bailleurs/999115009"), None)
    said = steps_of(explain(situation_of(question, overlaid, None)))
    assert (
        "→ délai de réponse, en jours : 25 — delais-du-75 (règle du département 75, propre au département : "
        "passe avant delais-ordinaires (règle commune))" in said
    )


@pytest.mark.parametrize("bailleur", ["999001209", "999115009"])
@pytest.mark.parametrize("departement", ["75", "92"])
@pytest.mark.parametrize("on", [date(2025, 6, 1), date(2026, 3, 1), date(2027, 1, 1)])
def test_rules_in_layers_and_in_time_are_asked_as_the_engine_asks_them(
    overlaid: BookView, on: date, departement: str, bailleur: str
) -> None:
    place = Place(overlaid.loaded, Scope(bailleur, departement), on)
    for typologie in ("T3", "T4"):
        facts = {"dwelling.typologie": typologie, "dwelling.zone_abc": "A"}
        verdict = overlaid.loaded.verdict("delais", on, departement, bailleur, facts)
        assert [rule.id for rule in place.matched("delais", facts)] == [rule.id for rule in verdict.matched]


def test_without_any_event_only_the_rules_are_explained(story: Story) -> None:
    text = story.event("vacancy.declared", story.vacancy(), "2026-03-01T09:00:00Z", "q")
    explanation = explain(situation_of(read_question(text, None), story.book, None))
    assert explanation.decision is None
    assert explanation.answer is None
    assert len(explanation.steps) == 8


def test_a_fact_of_a_convention_is_missing_when_no_convention_is_known(story: Story, steps_of: Read) -> None:
    text = story.event("vacancy.declared", story.vacancy(), "2026-03-01T09:00:00Z", "q")
    said = steps_of(explain(situation_of(read_question(text, None), story.book, None)))
    assert "✗ echelle-commune : convention.kind : non renseigné (attendu commune)" in said
