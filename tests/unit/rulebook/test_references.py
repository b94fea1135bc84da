"""Delivered rules say where they come from: an article or a text by its name, an address that stays."""

import re
from pathlib import Path

import pytest

from chassis.rulebook import load
from chassis.rulebook.rule import Rule

RULES = load(Path(__file__).parents[3] / "rules").rules
CODE = "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006074096"
"""The Code de la construction et de l'habitation in force, all articles: an address that does not change."""
ARTICLE = re.compile(r"CCH art\. [LRD]\.[0-9]+(-[0-9]+)*")
LAW = re.compile(
    rf"{ARTICLE.pattern}|(Loi|Décret|Ordonnance) n° [0-9-]+ du .+|(Arrêté|Circulaire|Instruction) du .+"
)
AGREED = re.compile(r"(Accord|Usage|Convention) .+")
STABLE = re.compile(
    r"https://www\.legifrance\.gouv\.fr/"
    r"(codes/(texte_lc/LEGITEXT|article_lc/LEGIARTI)|(jorf|loda|circulaire)/id/[A-Z]+)[0-9]+"
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.path)
def test_a_delivered_rule_names_its_source_in_a_form_that_stays(rule: Rule) -> None:
    for reference in rule.references:
        title, href = reference["title"], reference.get("href")
        assert LAW.fullmatch(title) or AGREED.fullmatch(title), title
        assert href is None or STABLE.fullmatch(href), href
        if ARTICLE.match(title):
            assert href is not None, title
            assert href == CODE or "LEGIARTI" in href, href


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.regulatory], ids=lambda rule: rule.path)
def test_a_rule_said_to_be_the_laws_cites_the_law(rule: Rule) -> None:
    assert any(LAW.fullmatch(reference["title"]) for reference in rule.references)
