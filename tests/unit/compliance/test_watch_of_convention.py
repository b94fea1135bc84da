"""What the watch finds of a convention, checked by hand on small scenes."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.rulebook.facts import CATALOGUE, WINDOWED, Kind, known_to

Scene = Any  # the class is in conftest.py: tests cannot import each other
SeenOn = Callable[..., dict[str, Any]]
OF_KIND = {Kind.TEXT: str, Kind.FLAG: bool, Kind.WHOLE: int, Kind.DECIMAL: Decimal}
BIG = {"dimension": "typologie", "segment": "grands", "target_percent": "60", "kind": "target"}
JANUARY = date(2026, 1, 31)


def test_every_fact_is_of_the_catalogue_and_of_its_kind(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "30", criteria=[BIG], management="deleguee", decompte={"method": "attribution"})
    scene.forecast(200)
    for number in range(25):
        scene.declare(qpv=number % 2 == 0)
    scene.wait(days=30)
    found = seen_on(scene, date(2026, 2, 10))
    assert {"progress.shortfall_percent", "report.days_late", "criteria.dwellings"} <= set(found)
    assert set(found) <= {*known_to("conformite"), *known_to("correction")}
    assert set(found) >= WINDOWED
    for name, value in found.items():
        assert value is None or type(value) is OF_KIND[CATALOGUE[name].kind], name


def test_delay_and_advance_are_in_percent_of_what_shares_gave(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "50", decompte={"method": "attribution"})
    names = [scene.declare()["vacancy_id"] for _ in range(10)]
    mine = [name for name in names if scene.dossier(name).reservataire == "AL"]
    assert seen_on(scene, JANUARY)["progress.late_percent"] == 0
    scene.refuse(mine[0], reason="loyer_trop_eleve", by="candidat")
    found = seen_on(scene, JANUARY)
    assert found["progress.expected"] == 5
    assert found["progress.late_percent"] == 20
    assert found["progress.ahead_percent"] == 0
    for name in mine[1:]:
        scene.deliberate(name)
    for name in names:
        if name not in mine:
            scene.override(name, to="AL")
            scene.deliberate(name)
    found = seen_on(scene, JANUARY)
    assert found["progress.late_percent"] == 0
    assert found["progress.ahead_percent"] == 80


@pytest.mark.parametrize(
    ("typologie", "reason", "fitting"),
    [("T4", "absence_de_candidat", 1), ("T4", "hors_criteres", 0), ("T2", "absence_de_candidat", 0)],
)
def test_a_refusal_counts_when_the_dwelling_is_what_the_convention_asks_for(
    scene: Scene, seen_on: SeenOn, typologie: str, reason: str, fitting: int
) -> None:
    scene.sign("AL", "100", criteria=[BIG])
    scene.declare("V1", typologie=typologie)
    scene.refuse("V1", reason)
    found = seen_on(scene, JANUARY)
    assert found["answers.issued"] == 1
    assert found["answers.fitting_refusals"] == fitting
    assert found["answers.fitting_refusals_percent"] == 100 * fitting
    assert found["answers.refusal_months"] == fitting


def test_a_candidate_who_declines_is_not_its_holder_refusing(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.refuse("V1", "loyer_trop_eleve", by="candidat")
    assert seen_on(scene, JANUARY)["answers.fitting_refusals"] == 0


@pytest.mark.parametrize("window_days", [1, 90, 180])
def test_answers_are_counted_over_the_days_a_rule_looks_back_the_evening_s_own_included(
    scene: Scene, seen_on: SeenOn, window_days: int
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.refuse("V1", "sans_motif")
    last = date(2026, 1, 5) + timedelta(days=window_days - 1)
    found = [seen_on(scene, last + timedelta(days=days), window_days=window_days) for days in (0, 1)]
    assert [each["answers.window_days"] for each in found] == [window_days, window_days]
    for counted in ("answers.without_reason", "answers.fitting_refusals", "answers.refusal_months"):
        assert [each[counted] for each in found] == [1, 0]


def test_a_decision_is_overdue_once_the_answer_was_due(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100", respond_within_days=20)
    scene.declare("V1")
    scene.designate("V1")
    days = [seen_on(scene, date(2026, 1, day))["answers.days_overdue"] for day in (24, 25, 26, 31)]
    assert days == [0, 0, 1, 6]
    scene.deliberate("V1")
    assert seen_on(scene, JANUARY)["answers.days_overdue"] == 0


def test_a_proposal_left_without_an_answer_is_expired(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100", respond_within_days=10)
    scene.declare("V1")
    scene.wait(days=11)
    found = seen_on(scene, JANUARY)
    assert found["answers.expired"] == 1
    assert found["answers.days_overdue"] == 0


def test_what_it_was_given_is_compared_with_what_it_aims_at_and_with_the_flux(
    scene: Scene, seen_on: SeenOn
) -> None:
    scene.sign("AL", "50", criteria=[BIG, {"dimension": "qpv", "segment": "hors_qpv", "kind": "exclude"}])
    for number in range(8):
        scene.declare(typologie="T4" if number == 7 else "T3", qpv=number >= 4)
    found = seen_on(scene, JANUARY)
    assert found["criteria.dwellings"] == 4
    assert found["criteria.shortfall_points"] == 60 - 25
    assert found["criteria.qpv_excess_points"] == 100 - 50


def test_publics_are_counted_by_convention_when_they_are_told(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "100", kind="action_logement")
    publics: list[list[str] | None] = [["salarie"], ["dalo", "salarie"], ["prioritaire"], None]
    for number, public in enumerate(publics):
        scene.declare(f"V{number}")
        scene.deliberate(f"V{number}", public=public)
    found = seen_on(scene, JANUARY)
    assert found["publics.known"] == 3
    assert found["publics.priority_percent"] == Decimal("66.66")


def test_the_bailleurs_own_dwellings_given_to_its_public_are_its_credit_until_reported_otherwise(
    scene: Scene, seen_on: SeenOn
) -> None:
    scene.sign("AL", "10", kind="action_logement", management="deleguee")
    for name in ("V1", "V2"):
        scene.declare(name)
        scene.override(name, to="BAILLEUR")

    def report(*lines: tuple[str, str, str]) -> int:
        scene.about(
            "delegation.reported",
            convention_id="C-AL",
            reservataire="AL",
            period="2026-T1",
            lines=[{"vacancy_id": name, "stage": stage, "public": [public]} for name, stage, public in lines],
        )
        given: int = seen_on(scene, JANUARY)["credits.dwellings"]
        return given

    assert report(("V1", "attribution", "salarie"), ("V2", "bail", "salarie")) == 2
    assert report(("V1", "attribution", "dalo"), ("V2", "proposition", "salarie")) == 0
    assert report(("V404", "bail", "salarie")) == 0


def test_a_report_is_late_the_day_after_it_was_due(scene: Scene, seen_on: SeenOn) -> None:
    scene.sign("AL", "50", management="deleguee")
    due = [seen_on(scene, day)["report.days_late"] for day in (date(2026, 4, 30), date(2026, 5, 1))]
    assert due == [0, 1]
    scene.sign("REGION", "50")
    assert "report.days_late" not in seen_on(scene, date(2026, 5, 1), "C-REGION")
