"""A sample: a whole, plausible, lawful and reproducible year."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from pydantic import BaseModel

from aiguillage.sample import UnknownDepartementError, make_national_sample, make_sample
from aiguillage.sample.bailleurs import bailleurs_of, siren
from aiguillage.sample.figures import departement_of, departements
from aiguillage.sample.holders import holders_of
from aiguillage.sample.year import shared_by_weight
from contracts.canonical import decode
from contracts.events import conventions, programmes, vacancies
from contracts.values import Reading, passes_luhn

MODELS: Mapping[str, type[BaseModel]] = {
    "vacancy.declared": vacancies.VacancyDeclared,
    "vacancy.amended": vacancies.VacancyAmended,
    "vacancy.withdrawn": vacancies.VacancyWithdrawn,
    "convention.signed": conventions.ConventionSigned,
    "forecast.declared": conventions.ForecastDeclared,
    "programme.opened": programmes.ProgrammeOpened,
}


def events(departement: str = "75", vacancies: int = 600, seed: int = 7) -> list[Any]:
    return [decode(line) for line in make_sample(departement, vacancies, seed)]


def kind(event: Mapping[str, Any]) -> str:
    return str(event["type"]).removeprefix("fr.aiguillage.").removesuffix(".v1")


def of(sample: list[Any], name: str) -> list[Any]:
    return [event for event in sample if kind(event) == name]


def test_the_same_arguments_give_the_same_bytes_on_every_machine() -> None:
    digest = sha256(b"\n".join(make_sample("75", 500, 7))).hexdigest()
    assert digest == "377a2778f08db84ee7f2a8b7b5c71294482e3d0e6c8019b102d8db7bba031bec"


def test_another_seed_gives_another_year() -> None:
    assert list(make_sample("75", 50, 1)) != list(make_sample("75", 50, 2))


@pytest.mark.parametrize("departement", ["75", "93", "69", "2A", "971", "48"])
def test_every_event_is_one_the_contracts_know(departement: str) -> None:
    for event in events(departement):
        if kind(event) != "sample.party":
            time = Reading(datetime.fromisoformat(event["time"]))
            MODELS[kind(event)].model_validate(event["data"], context=time)


@pytest.mark.parametrize("vacancies", [0, 1, 7, 600])
def test_exactly_as_many_dwellings_are_declared_as_asked(vacancies: int) -> None:
    assert len(of(events(vacancies=vacancies), "vacancy.declared")) == vacancies


def test_events_stand_in_order_of_time_and_no_identity_comes_twice() -> None:
    sample = events()
    assert [event["time"] for event in sample] == sorted(event["time"] for event in sample)
    assert len({(event["source"], event["id"]) for event in sample}) == len(sample)


def test_no_dwelling_is_freed_twice() -> None:
    dwellings = [event["data"]["dwelling"]["dwelling_id"] for event in of(events(), "vacancy.declared")]
    assert len(set(dwellings)) == len(dwellings)


def test_all_is_marked_synthetic_and_every_name_fictional() -> None:
    sample = events()
    assert {event["synthetic"] for event in sample} == {"true"}
    names = {event["data"]["reservataire"]["name"] for event in of(sample, "convention.signed")}
    names |= {event["data"]["name"] for event in of(sample, "sample.party")}
    assert all(name.endswith("(fictif)") for name in names)


def test_conventions_and_forecasts_are_known_before_the_year_begins() -> None:
    known = [event for event in events() if kind(event) in {"convention.signed", "forecast.declared"}]
    assert all(event["time"] < "2026-01-01" for event in known)
    assert len(of(events(), "forecast.declared")) == 8


def test_the_state_holds_thirty_percent_of_which_five_for_its_agents() -> None:
    shares = defaultdict(dict)
    for event in of(events(), "convention.signed"):
        data = event["data"]
        shares[data["bailleur"]][data["reservataire"]["kind"]] = data.get("share_percent")
    assert all(one["etat_prioritaires"] == "25" and one["etat_agents"] == "5" for one in shares.values())


@pytest.mark.parametrize("code", sorted(departements()))
def test_shares_leave_the_bailleur_something_in_every_commune(code: str) -> None:
    departement = departement_of(code)
    for bailleur in bailleurs_of(departement, seed=7):
        holders = holders_of(bailleur, departement, seed=7, flux=1000)
        for place in departement.places:
            assert sum(holder.percent for holder in holders if holder.covers(place)) < 100


@pytest.mark.parametrize("departement", ["75", "48"])
def test_every_method_and_mode_is_shown(departement: str) -> None:
    signed = [event["data"] for event in of(events(departement), "convention.signed")]
    methods = Counter(data["decompte"]["method"] for data in signed)
    assert {"proposition", "attribution", "mixte"} <= set(methods)
    assert methods.most_common(1)[0][0] == "proposition"
    assert any(data["management"] == "deleguee" for data in signed)
    assert any(data.get("confirmation") == "bailleur" for data in signed)
    assert any(data["criteria"] for data in signed)
    assert any(data.get("objective") for data in signed)


def test_the_ept_of_seine_saint_denis_hold_conventions_on_their_own_territory() -> None:
    territories = [event["data"]["territory"] for event in of(events("93"), "convention.signed")]
    assert {"200057867"} <= {territory["code"] for territory in territories if territory["scale"] == "ept"}


def test_about_one_dwelling_in_seven_stays_out_of_the_flux() -> None:
    declared = [event["data"] for event in of(events(vacancies=6000), "vacancy.declared")]
    outside = sum(data["purpose"] != "relocation" for data in declared)
    assert 0.12 < outside / len(declared) < 0.16
    assert 0.005 < sum(bool(data.get("stock_reservation")) for data in declared) / len(declared) < 0.015


def test_first_lettings_are_those_of_a_programme_already_opened() -> None:
    sample = events()
    opened = {event["data"]["programme_id"]: event for event in of(sample, "programme.opened")}
    lettings = [event for event in of(sample, "vacancy.declared") if event["data"]["cause"] == "neuf"]
    assert opened
    assert lettings
    for letting in lettings:
        programme = opened[letting["data"]["programme_id"]]
        assert programme["time"] < letting["time"]
        assert letting["data"]["dwelling"] in programme["data"]["dwellings"]


def test_commitments_never_exceed_the_programme() -> None:
    for event in of(events(vacancies=3000), "programme.opened"):
        promised = Counter[str]()
        for commitment in event["data"]["commitments"]:
            promised[commitment["financement"]] += commitment["count"]
        built = Counter(dwelling["financement"] for dwelling in event["data"]["dwellings"])
        assert promised <= built


def test_every_party_of_a_convention_says_how_it_answers() -> None:
    sample = events()
    parties = {event["data"]["party"] for event in of(sample, "sample.party")}
    signed = [event["data"] for event in of(sample, "convention.signed")]
    assert {data["reservataire"]["id"] for data in signed} | {data["bailleur"] for data in signed} == parties


def test_a_national_year_splits_its_dwellings_by_moves() -> None:
    sample = [decode(line) for line in make_national_sample(1000, 7)]
    declared = [event["data"]["dwelling"]["commune"] for event in of(sample, "vacancy.declared")]
    assert len(declared) == 1000
    assert sum(commune.startswith("75") for commune in declared) == 31
    assert [event["time"] for event in sample] == sorted(event["time"] for event in sample)


def test_splitting_by_weight_loses_no_dwelling() -> None:
    assert shared_by_weight(10, [1, 1, 1]) == [4, 3, 3]
    assert shared_by_weight(0, [2, 1]) == [0, 0]


def test_a_fictional_siren_has_a_valid_key() -> None:
    assert siren(120) == "999001209"
    assert all(passes_luhn(siren(number)) for number in range(0, 100_000, 997))


def test_an_unknown_departement_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownDepartementError, match="« 20 »"):
        make_sample("20", 10, 1)


def test_a_departement_that_cannot_name_its_dwellings_is_refused() -> None:
    with pytest.raises(ValueError, match="en nomme moins"):
        make_sample("75", 10_000_000, 1)
