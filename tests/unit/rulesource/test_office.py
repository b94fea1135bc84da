"""The author of a rulebook is an office: a person's name or address is told so, with what to write."""

from pathlib import Path

import pytest

from chassis.rulebook import Rulebook, load
from chassis.rulesource.office import office

RULES = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The delivered rules."""
    return load(RULES)


@pytest.mark.parametrize(
    "author", ["service-habitat", "pole", "direction_du_logement", "ddt-77", " bureau-3 "]
)
def test_a_name_that_begins_as_an_office_does_is_one(author: str, book: Rulebook) -> None:
    assert office(author, book) == author.strip()


def test_an_office_that_answers_for_a_rule_may_have_any_name(book: Rulebook) -> None:
    assert {office(rule.owner, book) for rule in book.rules} == {rule.owner for rule in book.rules}


@pytest.mark.parametrize(
    "author",
    ["Jean Dupont", "jean-dupont", "jean.dupont@ville.fr", "Mme Durand", "06 12 34 56 78", "service habitat"],
)
def test_a_person_or_an_address_is_refused_with_the_rule(author: str, book: Rulebook) -> None:
    with pytest.raises(
        ValueError, match="l'auteur d'un recueil est un service, jamais une personne"
    ) as raised:
        office(author, book)
    assert f"« {author} »" in str(raised.value)
    assert min(rule.owner for rule in book.rules) in str(raised.value)


def test_an_office_written_as_in_a_letter_is_told_as_rules_write_it(book: Rulebook) -> None:
    with pytest.raises(ValueError, match=r"Écrivez pole-attributions\.$"):
        office("Pôle attributions", book)
