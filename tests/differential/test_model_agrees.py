"""The naive model, written from the docs alone, says every decision and every account of years the services play."""

import pytest

from tests.differential.settings import SETTINGS, Setting
from tests.differential.years import DEPARTEMENTS, Rulebooks, played
from tests.model.stream.comparison import Comparison

VACANCIES = 60


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_model_says_every_decision_and_every_account(books: Rulebooks, setting: Setting) -> None:
    place = SETTINGS.index(setting)
    comparison = Comparison(books.folder)
    comparison.take_all(played(books, DEPARTEMENTS[place], VACANCIES, seed=place + 1))
    assert not comparison.disagreements, "\n".join(map(str, comparison.disagreements))
    assert comparison.seen["orientation.decided"] > VACANCIES / 2
