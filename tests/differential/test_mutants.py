"""A core broken in one place of the rights is found by the model within a small year."""

import pytest

from tests.differential.mutants import MUTANTS
from tests.differential.years import Rulebooks, played
from tests.model.stream.comparison import Comparison

VACANCIES, SEEDS = 80, range(3, 7)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_core_broken_on_purpose_is_found(
    books: Rulebooks, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mutant = MUTANTS[name]
    departement = next(each for each, setting in books.settings.items() if setting.name == mutant.setting)
    monkeypatch.setattr(mutant.place, mutant.name, mutant.instead)
    comparison = Comparison(books.folder)
    for seed in SEEDS:
        comparison.take_all(played(books, departement, VACANCIES, seed))
        if comparison.disagreements:
            break
    assert comparison.disagreements
