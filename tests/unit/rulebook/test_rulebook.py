"""What a rulebook answers: layers, dates, keys, digest, bundle."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from chassis.rulebook import (
    EngineError,
    Rulebook,
    RuleFileErrors,
    Verdict,
    WrongFactError,
    bundle_format,
    load,
    ruleset,
)
from chassis.rulebook.alternatives import Span
from chassis.rulebook.durable import Matcher, engine, try_out
from contracts.canonical import decode

Write = Callable[..., Path]
ON, PARIS, BAILLEUR = date(2026, 3, 1), "75", "999001209"
ALWAYS = {"when": "always"}


def the_delais(
    rulebook: Rulebook, on: date = ON, departement: str = PARIS, bailleur: str = BAILLEUR
) -> Verdict:
    return rulebook.verdict("delais", on, departement, bailleur, {})


def ids(verdict: Verdict) -> list[str]:
    return [match.id for match in verdict.matched]


def test_the_bailleur_goes_before_the_departement_before_the_default(write: Write) -> None:
    write("delais/national.yaml", **ALWAYS, then="{attempts: 1}", priority="1")
    write("territories/75/delais/parisien.yaml", **ALWAYS, then="{attempts: 2}", priority="2")
    rulebook = load(
        write(f"bailleurs/{BAILLEUR}/delais/maison.yaml", **ALWAYS, then="{attempts: 3}", priority="3")
    )
    assert ids(the_delais(rulebook)) == ["maison", "parisien", "national"]
    assert ids(the_delais(rulebook, departement="93")) == ["maison", "national"]
    assert ids(the_delais(rulebook, bailleur="999001301")) == ["parisien", "national"]


def test_within_a_layer_the_lowest_priority_wins_and_ties_go_by_id(write: Write) -> None:
    write("delais/z.yaml", **ALWAYS, then="{attempts: 1}", priority="1")
    write("delais/b.yaml", **ALWAYS, then="{hold_days: 2}", priority="5")
    rulebook = load(write("delais/a.yaml", **ALWAYS, then="{wait_for_proposal_days: 3}", priority="5"))
    assert ids(the_delais(rulebook)) == ["z", "a", "b"]


def test_each_key_is_answered_by_the_first_matched_rule_that_gives_it(write: Write) -> None:
    write("delais/un.yaml", **ALWAYS, then="{attempts: 2}", priority="1")
    rulebook = load(write("delais/deux.yaml", **ALWAYS, then="{attempts: 5, hold_days: 60}", priority="2"))
    verdict = the_delais(rulebook)
    assert (verdict.value("attempts"), verdict.value("hold_days"), verdict.value("autre", "rien")) == (
        2,
        60,
        "rien",
    )
    rule = verdict.rule_for("hold_days")
    assert rule is not None
    assert rule.id == "deux"
    assert verdict.rule_for("autre") is None


def test_a_namesake_overlay_takes_the_place_of_the_default_in_its_territory(write: Write) -> None:
    write("delais/regle.yaml", **ALWAYS, then="{attempts: 3}")
    rulebook = load(write("territories/75/delais/regle.yaml", **ALWAYS, then="{attempts: 9}"))
    assert [match.effect for match in the_delais(rulebook).matched] == [{"attempts": 9}]
    assert the_delais(rulebook, departement="93").value("attempts") == 3


def test_an_inactive_rule_never_matches_until_an_overlay_turns_it_on(write: Write) -> None:
    write("delais/regle.yaml", **ALWAYS, then="{attempts: 3}", extra="active: non")
    rulebook = load(write(f"bailleurs/{BAILLEUR}/delais/regle.yaml", **ALWAYS, then="{attempts: 4}"))
    assert the_delais(rulebook).value("attempts") == 4
    assert the_delais(rulebook, bailleur="999001301").winner is None


def test_both_days_of_a_rule_are_inclusive(write: Write) -> None:
    write(
        "delais/avant.yaml", **ALWAYS, then="{attempts: 1}", effective="{from: 2025-01-01, until: 2025-12-31}"
    )
    after = {"effective": "{from: 2026-01-01}", "extra": "replaces: avant"}
    rulebook = load(write("delais/apres.yaml", **ALWAYS, then="{attempts: 2}", **after))
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1), date(2090, 1, 1)]
    assert [the_delais(rulebook, on=day).value("attempts") for day in days] == [None, 1, 1, 2, 2]


def test_the_sentence_is_filled_in_with_facts_and_says_what_is_missing(write: Write) -> None:
    because = "{dwelling.surface_m2} m², ascenseur : {dwelling.lift}, étage : {dwelling.floor}"
    rulebook = load(write(because=because, when="always", then="{in_flux: oui}", priority="1000"))
    winner = rulebook.verdict("assiette", ON, PARIS, BAILLEUR, {}).winner
    assert winner is not None
    facts = {"dwelling.surface_m2": Decimal("62.50"), "dwelling.lift": True}
    assert rulebook.render(winner.because, facts) == "62,5 m², ascenseur : oui, étage : non renseigné"


def test_a_text_stays_a_text(write: Write) -> None:
    rulebook = load(write(when="{fact: dwelling.commune, is: 01004}"))
    assert rulebook.verdict("assiette", ON, "01", BAILLEUR, {"dwelling.commune": "01004"}).matched
    assert not rulebook.verdict("assiette", ON, "01", BAILLEUR, {"dwelling.commune": "1004"}).matched


@pytest.mark.parametrize("value", ["3", True, 3.0, Decimal(3)])
def test_a_fact_of_the_wrong_kind_is_the_callers_error(write: Write, value: object) -> None:
    rulebook = load(write(when="{fact: dwelling.floor, at_least: 2}"))
    with pytest.raises(WrongFactError, match=r"dwelling\.floor"):
        rulebook.verdict("assiette", ON, PARIS, BAILLEUR, {"dwelling.floor": value})  # type: ignore[dict-item]  # the point


def test_the_digest_ignores_layout_comments_and_file_order(write: Write) -> None:
    one = load(write()).digest
    text = write().joinpath("assiette/une-regle.yaml").read_text()
    lines = text.replace("regulatory: non", "regulatory: no").splitlines()
    assert load(write(text="# note\n\n" + "\n".join(reversed(lines)))).digest == one
    assert load(write(priority="101")).digest != one
    assert load(write(because="Vente : hors du flux !")).digest != one


def test_a_referential_changes_the_digest(write: Write) -> None:
    one = load(write()).digest
    directory = write("referentiels/zones.yaml", text="est: {label: Est, communes: 75120}\n")
    assert load(directory).digest != one


def test_a_bundle_rebuilds_the_rulebook(write: Write) -> None:
    when = "{not: {any: [{fact: dwelling.floor, between: [1, 3]}, {fact: dwelling.lift, is: non}]}}"
    write(
        "referentiels/segments.yaml",
        text="floor:\n  haut: {label: Haut, from: 4}\n  bas: {label: Bas, to: 3}\n",
    )
    first = load(write(when=when, extra="active: oui"))
    again = Rulebook.from_bundle(first.bundle())
    assert (again.digest, again.rules, again.lists) == (first.digest, first.rules, first.lists)
    facts = {"dwelling.floor": 5, "dwelling.lift": True}
    where = ("assiette", ON, PARIS, BAILLEUR, facts)
    assert again.verdict(*where) == first.verdict(*where)


@pytest.mark.parametrize("number", ["0", "99", "-1", "1.0", "true", "null", '"1"', "[1]"])
def test_a_bundle_of_a_format_nobody_reads_is_refused_with_the_remedy(number: str) -> None:
    bundle = f'{{"format":{number},"rules":{{}},"referentiels":{{}}}}'
    with pytest.raises(RuleFileErrors) as refused:
        Rulebook.from_bundle(bundle.encode())
    assert "d'un format que cette version ne lit pas" in str(refused.value)
    assert "Ouvrez-le par la version d'Aiguillage qui l'a écrit" in str(refused.value)


def test_a_bundle_says_the_format_it_is_written_in_and_that_format_is_read(write: Write) -> None:
    bundle = load(write()).bundle()
    assert decode(bundle)["format"] == bundle_format.WRITTEN
    assert bundle_format.WRITTEN in bundle_format.READ


def test_the_memo_forgets_rather_than_grow(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruleset, "MOST_REMEMBERED", 2)
    rulebook = load(write(when="{fact: dwelling.floor, in: [1, 2]}"))
    for floor in (1, None, 3, 2, 1):
        matched = rulebook.verdict("assiette", ON, PARIS, BAILLEUR, {"dwelling.floor": floor}).matched
        assert bool(matched) == (floor in {1, 2})


def test_an_engine_that_refuses_is_told_and_its_handle_rebuilt() -> None:
    matcher = Matcher([{0: Span(1, 1)}])
    engine.delete_ruleset(matcher._handle)
    with pytest.raises(EngineError):
        matcher.matched([1])
    assert matcher.matched([1]) == {0}


def test_a_handle_that_never_matched_is_given_back_without_harm() -> None:
    for _ in range(1_000):
        assert Matcher([{0: Span(1, 1)}]).matched([2]) == set()


def test_a_definition_that_the_engine_refuses_is_found_in_a_process_apart() -> None:
    assert try_out(['{"r": {"all": [{"m": {"$nope": {"p.a": 1}}}]}}'])
    assert not try_out([])


def test_an_accent_is_the_same_however_it_is_encoded(write: Write) -> None:
    rulebook = load(write(when="{fact: dwelling.qpv_code, is: é}"))
    for value in ("\u00e9", "e\u0301"):
        assert rulebook.verdict("assiette", ON, PARIS, BAILLEUR, {"dwelling.qpv_code": value}).matched
    decomposed = load(write(when="{fact: dwelling.qpv_code, in: [e\u0301, x]}"))
    assert decomposed.verdict("assiette", ON, PARIS, BAILLEUR, {"dwelling.qpv_code": "\u00e9"}).matched
