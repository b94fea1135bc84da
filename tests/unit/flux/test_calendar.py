"""The flux year in the legal time of the département."""

from datetime import UTC, date, datetime

import pytest

from flux.calendar import flux_year, legal_date

EVE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("departement", "hour", "year"),
    [
        ("75", 22, 2026),
        ("75", 23, 2027),
        ("2A", 23, 2027),
        ("974", 19, 2026),
        ("974", 20, 2027),
        ("972", 23, 2026),
    ],
)
def test_the_year_turns_at_midnight_where_the_dwelling_stands(departement: str, hour: int, year: int) -> None:
    assert flux_year(EVE.replace(hour=hour), departement) == year


def test_summer_time_moves_the_civil_date() -> None:
    assert legal_date(datetime(2026, 7, 14, 22, 30, tzinfo=UTC), "75") == date(2026, 7, 15)
    assert legal_date(datetime(2026, 1, 14, 22, 30, tzinfo=UTC), "75") == date(2026, 1, 14)


def test_an_ocean_away_it_is_still_the_year_before() -> None:
    assert flux_year(datetime(2027, 1, 1, 3, 59, tzinfo=UTC), "971") == 2026
    assert flux_year(datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "971") == 2027
