"""What the watch finds of a whole scope, checked by hand on small scenes."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.rulebook.facts import CATALOGUE, Kind, known_to
from compliance.domain.projection import Projection
from compliance.domain.watch.of_scope import facts_of_today, facts_of_year
from compliance.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other
SeenOn = Callable[..., dict[str, Any]]
Watched = Callable[[Scene], Projection]
OF_KIND = {Kind.TEXT: str, Kind.FLAG: bool, Kind.WHOLE: int, Kind.DECIMAL: Decimal}
JANUARY = date(2026, 1, 31)


def test_every_fact_is_of_the_catalogue_and_of_its_kind(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("ETAT", "30", kind="etat_prioritaires")
    scene.about(
        "forecast.declared", year=2026, flux=20, by_operation={"mutation_interne": 1}, status="partage"
    )
    for number in range(10):
        scene.declare(qpv=number % 2 == 0)
    found = seen_on(scene, JANUARY, None)
    assert {"exclusions.over_percent", "state.outside_qpv_percent", "waiting.days"} <= set(found)
    assert set(found) <= set(known_to("conformite"))
    for name, value in found.items():
        assert type(value) is OF_KIND[CATALOGUE[name].kind], name


def test_what_waits_is_of_today_whatever_the_year_it_began_in(
    scene: Scene, watched: Watched, watchbook: BookView
) -> None:
    scene.sign("AL", "100")
    scene.declare()
    in_2027 = date(2027, 1, 5)
    of_year = facts_of_year(watched(scene), 2026, in_2027, watchbook.rules, watchbook.lists_on(in_2027))
    assert "waiting.days" not in of_year
    assert facts_of_today(watched(scene), in_2027, watchbook.lists_on(in_2027))[0]["waiting.days"] == 365


def test_what_waits_is_known_by_vacancy_with_its_own_days(
    scene: Scene, watched: Watched, watchbook: BookView
) -> None:
    scene.sign("AL", "100")
    for number in range(1, 13):
        scene.declare(f"V{number:02d}")
        scene.wait(days=1)
    facts, concerned = facts_of_today(watched(scene), JANUARY, watchbook.lists_on(JANUARY))
    assert facts["waiting.days"] == 26
    assert concerned["waiting.days"] == {f"V{number:02d}": 27 - number for number in range(1, 13)}


def test_a_dwelling_open_under_two_vacancies_is_found_with_both(
    scene: Scene, watched: Watched, watchbook: BookView
) -> None:
    scene.sign("AL", "100")
    for name in ("V1", "V2", "V3"):
        scene.declare(name, dwelling_id="D1" if name != "V3" else "D3")
    facts, concerned = facts_of_today(watched(scene), JANUARY, watchbook.lists_on(JANUARY))
    assert facts["waiting.twice"] == 1
    assert concerned["waiting.twice"] == {"V1": None, "V2": None}


def test_a_first_letting_is_late_once_its_programme_should_have_answered(
    scene: Scene, seen_on: SeenOn
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", cause="neuf", programme_id="P1", dwelling_id="N1")
    assert seen_on(scene, JANUARY, None)["concertation.days_late"] == 26
    scene.open_programme(("AL", 1), homes=1)
    assert seen_on(scene, JANUARY, None)["concertation.days_late"] == 6
    scene.conclude()
    assert seen_on(scene, JANUARY, None)["concertation.days_late"] == 0


def test_the_state_is_held_to_thirty_percent_of_the_likely_flux_rounded_down(
    scene: Scene, seen_on: SeenOn
) -> None:
    scene.sign("ETAT", "25", kind="etat_prioritaires")
    scene.sign("AGENTS", "5", kind="etat_agents")
    names = [scene.declare()["vacancy_id"] for _ in range(21)]
    for name in [name for name in names if scene.dossier(name).reservataire is None][:2]:
        scene.override(name, to="AGENTS")
    held = sum(scene.dossier(name).reservataire in {"ETAT", "AGENTS"} for name in names)
    agents = sum(scene.dossier(name).reservataire == "AGENTS" for name in names)
    found = seen_on(scene, date(2026, 12, 31), None)
    assert found["state.over_cap"] == held - 6
    assert found["agents.over_cap"] == agents - 1 == 2


def test_both_readings_of_the_part_outside_priority_neighbourhoods_are_told(
    scene: Scene, seen_on: SeenOn
) -> None:
    inside_only = [{"dimension": "qpv", "segment": "hors_qpv", "kind": "exclude"}]
    scene.sign("ETAT", "20", kind="etat_prioritaires", criteria=inside_only)
    for number in range(10):
        scene.declare(qpv=number % 2 == 0)
    found = seen_on(scene, JANUARY, None)
    assert found["state.outside_qpv_percent"] == found["state.own_outside_qpv_percent"] == 0
    scene.adjust("ETAT", "20", kind="etat_prioritaires")
    for _ in range(5):
        scene.declare()
    found = seen_on(scene, JANUARY, None)
    assert found["state.outside_qpv_percent"] == 10
    assert found["state.own_outside_qpv_percent"] == Decimal("33.33")


def test_exclusions_are_those_above_what_the_forecast_gives_to_the_day(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100")
    assert "exclusions.over_percent" not in seen_on(scene, JANUARY, None)
    scene.about("forecast.declared", year=2026, flux=20, by_operation={"vente": 5}, status="partage")
    for _ in range(3):
        scene.declare(purpose="vente")
    assert seen_on(scene, date(2026, 3, 14), None)["exclusions.over_percent"] == 40  # 3 - 5 × 73/365 of 5
    assert seen_on(scene, date(2026, 12, 31), None)["exclusions.over_percent"] == 0


def test_the_forecast_is_late_the_day_after_the_legal_date(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100")
    days = [seen_on(scene, day, None)["forecast.days_late"] for day in (date(2026, 2, 28), date(2026, 3, 1))]
    assert days == [0, 1]
    scene.forecast(20)
    assert seen_on(scene, date(2026, 3, 1), None)["forecast.days_late"] == 0


def test_no_forecast_is_owed_for_a_year_without_a_convention(scene: Scene, seen_on: SeenOn) -> None:
    """Conventions of a year are signed in the December before: that year's forecast was nobody's."""
    scene.sign("AL", "100")
    assert seen_on(scene, date(2025, 12, 15), None, 2025)["forecast.days_late"] == 0


def test_a_right_that_was_ended_is_asked_for_until_the_term_it_was_signed_for(
    scene: Scene, seen_on: SeenOn
) -> None:
    """Its réservataire receives nothing for the rest of that term: somebody has to see it."""
    scene.sign("AL", "50")
    scene.end("AL", on="2026-06-30")
    missing = [
        seen_on(scene, day, None, day.year)["conventions.missing_days"]
        for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    ]
    assert missing == [0, 1, 184, 0]


def test_a_convention_that_ran_out_is_missing_until_the_next_is_signed(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "50")
    assert seen_on(scene, date(2027, 3, 1), None, 2027)["conventions.missing_days"] == 60
    following = {"year": 2027, "effective": {"from": "2027-01-01", "until": "2027-12-31"}}
    scene.sign("AL", "50", id="C-AL-2027", **following)
    assert seen_on(scene, date(2027, 3, 1), None, 2027)["conventions.missing"] == 0


def test_a_reservataire_promised_new_dwellings_needs_a_convention(
    scene: Scene, watched: Watched, watchbook: BookView
) -> None:
    scene.sign("AL", "50")
    scene.open_programme(("AL", 1), ("REGION", 1), homes=2)
    facts, concerned = facts_of_today(watched(scene), JANUARY, watchbook.lists_on(JANUARY))
    assert facts["conventions.missing"] == 1
    assert list(concerned["conventions.missing_days"]) == ["REGION"]


def test_shares_are_added_up_where_their_territories_meet(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "60")
    scene.sign("VILLE-A", "30", territory={"scale": "communes", "communes": ["75114"]})
    scene.sign("VILLE-B", "40", territory={"scale": "communes", "communes": ["75115"]})
    assert seen_on(scene, JANUARY, None)["conventions.shares_percent"] == 100
    scene.sign("REGION", "0.5")
    assert seen_on(scene, JANUARY, None)["conventions.shares_percent"] == Decimal("100.5")


def test_first_quartile_attributions_are_counted_outside_priority_neighbourhoods_only(
    scene: Scene, seen_on: SeenOn
) -> None:
    scene.sign("AL", "100")
    said = [("premier_quartile", False), ("salarie", False), ("dalo", False), ("premier_quartile", True)]
    for number, (public, qpv) in enumerate(said):
        scene.declare(f"V{number}", qpv=qpv)
        scene.deliberate(f"V{number}", public=[public])
    found = seen_on(scene, JANUARY, None)
    assert found["publics.outside_qpv"] == 3
    assert found["publics.quartile_percent"] == Decimal("33.33")
