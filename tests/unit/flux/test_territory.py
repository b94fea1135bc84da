"""Where a convention's line applies."""

import pytest

from flux.territory import Territories, Territory

LISTS = Territories(
    {"75114": "75056", "75120": "75056"},
    {"200057867": frozenset({"93001", "93066"}), "VIDE": frozenset()},
)


def test_nothing_written_is_the_whole_departement() -> None:
    for territory in (Territory.from_body(None), Territory.from_body({"scale": "departement"})):
        assert territory.contains("75114", LISTS)
        assert territory.is_known(LISTS)


@pytest.mark.parametrize(
    ("commune", "inside"), [("75114", True), ("75056", True), ("75120", True), ("92012", False)]
)
def test_an_arrondissement_lies_in_its_commune(commune: str, inside: bool) -> None:
    paris = Territory.from_body({"scale": "communes", "communes": ["75056"]})
    assert paris.contains(commune, LISTS) is inside


def test_a_commune_does_not_lie_in_one_of_its_arrondissements() -> None:
    fourteenth = Territory.from_body({"scale": "communes", "communes": ["75114"]})
    assert fourteenth.contains("75114", LISTS)
    assert not fourteenth.contains("75120", LISTS)
    assert not fourteenth.contains("75056", LISTS)


def test_a_named_set_contains_the_communes_the_referential_lists() -> None:
    plaine_commune = Territory.from_body({"scale": "ept", "code": "200057867"})
    assert plaine_commune.contains("93066", LISTS)
    assert not plaine_commune.contains("93008", LISTS)


def test_a_named_set_nobody_listed_contains_nothing_and_is_not_known() -> None:
    unknown = Territory.from_body({"scale": "epci", "code": "999999999"})
    assert not unknown.contains("93066", LISTS)
    assert not unknown.is_known(LISTS)


def test_communes_listed_by_the_convention_win_over_the_referential() -> None:
    own = Territory.from_body({"scale": "ept", "code": "200057867", "communes": ["93008"]})
    assert own.contains("93008", LISTS)
    assert not own.contains("93066", LISTS)
