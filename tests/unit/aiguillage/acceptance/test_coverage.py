"""What examples and cases leave untried is told: silent rules, bounds, values of a list."""

from pathlib import Path

import pytest

from aiguillage.acceptance.coverage import coverage
from aiguillage.acceptance.watching import Heard
from chassis.rulebook import load
from chassis.rulebook.examples import try_examples
from chassis.rulebook.rule import Layer

RULE = """\
id: essai
title: "Un essai"
references: [{{title: "Accord local"}}]
owner: pole-attributions
effective: {{from: 2021-11-24}}
regulatory: non
priority: 100
when: {{all: [{when}]}}
then: {{exclude: oui}}
because: "Un essai."
"""


def gaps_of(folder: Path, when: str, *facts: str, heard: Heard | None = None) -> list[str]:
    """Gaps of one rule of criteres whose examples have these facts, the last of which does not match."""
    (folder / "criteres").mkdir()
    (folder / "criteres" / "essai.yaml").write_text(RULE.format(when=when), encoding="utf-8")
    answers = ["oui"] * (len(facts) - 1) + ["non"]
    examples = "".join(
        f"- {{name: Un, facts: {{{fact}}}, matches: {answer}}}\n"
        for fact, answer in zip(facts, answers, strict=True)
    )
    (folder / "criteres" / "essai.examples.yaml").write_text(examples, encoding="utf-8")
    rulebook = load(folder)
    found = try_examples(folder, rulebook)
    tried, faults = found.tried, [*found.faults, *found.warnings]
    assert not faults, [str(fault) for fault in faults]
    return [str(gap).partition(":8: ")[2] for gap in coverage(rulebook, tried, heard or Heard()).gaps]


@pytest.mark.parametrize(
    ("when", "facts", "gaps"),
    [
        ("{fact: dwelling.floor, at_least: 4}", ["dwelling.floor: 4", "dwelling.floor: 3"], []),
        (
            "{fact: dwelling.floor, at_least: 4}",
            ["dwelling.floor: 5", "dwelling.floor: 2"],
            [
                "dwelling.floor : jamais essayé juste au-dessous de 4. Ajoutez un exemple avec dwelling.floor: 3.",
                "dwelling.floor : jamais essayé à la borne 4.",
            ],
        ),
        (
            "{fact: dwelling.rent_eur, at_most: 300}",
            ["dwelling.rent_eur: 300", "dwelling.rent_eur: 300.01"],
            [],
        ),
        (
            "{fact: dwelling.rent_eur, at_most: 300}",
            ["dwelling.rent_eur: 300", "dwelling.rent_eur: 300.02"],
            [
                (
                    "dwelling.rent_eur : jamais essayé juste au-dessus de 300. "
                    "Ajoutez un exemple avec dwelling.rent_eur: 300.01."
                )
            ],
        ),
        (
            "{fact: dwelling.floor, between: [1, 3]}",
            ["dwelling.floor: 1", "dwelling.floor: 3", "dwelling.floor: 4"],
            [
                "dwelling.floor : jamais essayé juste au-dessous de 1. Ajoutez un exemple avec dwelling.floor: 0."
            ],
        ),
        (
            "{fact: dwelling.typologie, in: [T1, T2, T3]}",
            ["dwelling.typologie: T1", "dwelling.typologie: T4"],
            ["dwelling.typologie : valeurs de la liste jamais essayées. Trouvé : « T2, T3 »."],
        ),
        ("{fact: dwelling.qpv, is: oui}", ["dwelling.qpv: oui", "dwelling.qpv: non"], []),
    ],
)
def test_bounds_and_lists_that_nothing_tries_are_gaps(
    tmp_path: Path, when: str, facts: list[str], gaps: list[str]
) -> None:
    assert gaps_of(tmp_path, when, *facts) == gaps


def test_what_a_case_met_is_no_gap(tmp_path: Path) -> None:
    heard = Heard(values={("criteres", "dwelling.floor"): {4, 3}})
    when = "{fact: dwelling.floor, at_least: 4}"
    assert gaps_of(tmp_path, when, "dwelling.floor: 9", "dwelling.floor: 0", heard=heard) == []


def test_a_rule_that_no_case_makes_speak_is_unproved_until_one_does(tmp_path: Path) -> None:
    (tmp_path / "criteres").mkdir()
    rule = RULE.format(when="{fact: dwelling.qpv, is: oui}")
    (tmp_path / "criteres" / "essai.yaml").write_text(rule, encoding="utf-8")
    rulebook = load(tmp_path)
    silent = coverage(rulebook, [], Heard())
    assert silent.unproved == ("criteres/essai.yaml",)
    assert "Aucun exemple ni aucun cas ne fait parler cette règle." in str(silent.gaps[0])
    spoke = coverage(rulebook, [], Heard(spoke={("criteres", "essai", Layer.DEFAULT, "")}))
    assert spoke.unproved == ()
    assert spoke.gaps == ()
