"""The naive model, written from the docs alone, says every decision and every account of years the services play."""

import pytest

from tests.differential.settings import SETTINGS, Setting
from tests.differential.years import Rulebooks, played, rulebooks
from tests.model.stream.comparison import Comparison

DEPARTEMENTS = (
    "01",
    "06",
    "13",
    "2A",
    "33",
    "34",
    "35",
    "38",
    "44",
    "59",
    "63",
    "67",
    "69",
    "75",
    "76",
    "93",
    "94",
    "974",
)
VACANCIES = 60


@pytest.fixture(scope="module")
def books() -> Rulebooks:
    """Every setting in a département of its own."""
    return rulebooks(dict(zip(DEPARTEMENTS, SETTINGS, strict=True)))


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_the_model_says_every_decision_and_every_account(books: Rulebooks, setting: Setting) -> None:
    place = SETTINGS.index(setting)
    comparison = Comparison(books.folder)
    comparison.take_all(played(books, DEPARTEMENTS[place], VACANCIES, seed=place + 1))
    assert not comparison.disagreements, "\n".join(map(str, comparison.disagreements))
    assert comparison.seen["orientation.decided"] > VACANCIES / 2
