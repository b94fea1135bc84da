"""What a delegated bailleur reports is compared with the stream; a period nobody reported on is told."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest

from compliance.domain.exchanges.delegating import Delegated
from compliance.domain.exchanges.reports import Cadence, DueReport, due_reports
from compliance.domain.projection import Projection
from compliance.domain.snapshot import freeze, thaw
from flux.convention import Convention

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]


def first_missing(due: Iterable[DueReport]) -> DueReport | None:
    return next((each for each in due if not each.is_reported), None)


def report(scene: Scene, *lines: tuple[str, str], period: str = "2026-T1", convention: str = "C-AL") -> None:
    scene.about(
        "delegation.reported",
        proposal_id=None,
        reservataire="AL",
        convention_id=convention,
        period=period,
        lines=[{"vacancy_id": vacancy, "stage": stage} for vacancy, stage in lines],
    )


def delegated(projection: Projection) -> Delegated:
    thawed = thaw(freeze(projection))
    assert thawed is not None
    return thawed.exchanges.delegated


def matches(projection: Projection) -> dict[str, str]:
    return {line.vacancy: line.match for line in delegated(projection).lines("C-AL", 2026)}


def a_delegated_year(scene: Scene) -> None:
    scene.sign("AL", "100", management="deleguee")
    for number in range(1, 5):
        scene.declare(f"V{number}")
    scene.lease("V1")
    scene.deliberate("V2")
    scene.refuse("V3", by="candidat")


def test_a_true_report_agrees_line_by_line(scene: Scene, watched: Watched) -> None:
    a_delegated_year(scene)
    report(scene, ("V1", "bail"), ("V2", "attribution"), ("V3", "refus"), ("V4", "proposition"))
    assert set(matches(watched(scene)).values()) == {"agreeing"}
    assert delegated(watched(scene)).periods("C-AL") == {"2026-T1": "2026-01-05"}
    assert delegated(watched(scene)).unreported("C-AL", 2026) == []


def test_a_report_that_says_more_or_less_than_the_stream_differs(scene: Scene, watched: Watched) -> None:
    a_delegated_year(scene)
    report(scene, ("V1", "attribution"), ("V2", "bail"), ("V3", "proposition"), ("V9", "bail"))
    assert matches(watched(scene)) == {
        "V1": "differing",
        "V2": "differing",
        "V3": "differing",
        "V9": "unknown",
    }
    assert delegated(watched(scene)).unreported("C-AL", 2026) == ["V4"]


def test_a_report_ahead_of_the_outcome_agrees_once_it_comes(scene: Scene, watched: Watched) -> None:
    a_delegated_year(scene)
    report(scene, ("V2", "bail"), ("V4", "attribution"))
    assert matches(watched(scene)) == {"V2": "differing", "V4": "differing"}
    scene.lease("V2")
    scene.lease("V4")
    assert matches(watched(scene)) == {"V2": "agreeing", "V4": "agreeing"}


def test_a_report_that_was_true_stays_so_when_the_dwelling_goes_further(
    scene: Scene, watched: Watched
) -> None:
    a_delegated_year(scene)
    report(scene, ("V2", "attribution"), ("V4", "proposition"))
    scene.lease("V2")
    scene.refuse("V4")
    assert matches(watched(scene)) == {"V2": "agreeing", "V4": "agreeing"}


def test_a_report_for_the_same_period_replaces_the_first(scene: Scene, watched: Watched) -> None:
    a_delegated_year(scene)
    report(scene, ("V1", "refus"))
    report(scene, ("V1", "bail"))
    assert matches(watched(scene)) == {"V1": "agreeing"}


def test_a_dwelling_of_direct_management_is_unknown_to_a_delegation_report(
    scene: Scene, watched: Watched
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    report(scene, ("V1", "proposition"))
    assert matches(watched(scene)) == {"V1": "unknown"}


def test_an_annulled_proposal_was_not_made(scene: Scene, watched: Watched) -> None:
    a_delegated_year(scene)
    scene.withdraw("V4")
    report(scene, ("V4", "proposition"))
    assert matches(watched(scene)) == {"V4": "unknown"}


def a_convention(first: str = "2026-01-01", until: str | None = None) -> Convention:
    return Convention.from_body(
        {
            "convention_id": "C",
            "reservataire": {"id": "AL", "kind": "action_logement"},
            "year": 2026,
            "share_percent": "10",
            "effective": {"from": first, "until": until},
        }
    )


@pytest.mark.parametrize(
    ("cadence", "reported", "on", "missing"),
    [
        ("quarter", [], "2026-04-15", None),
        ("quarter", [], "2026-04-16", ("2026-T1", 1)),
        ("quarter", ["2026-T1"], "2026-07-20", ("2026-T2", 5)),
        ("quarter", ["2026-01", "2026-02", "2026-03"], "2026-05-01", None),
        ("quarter", ["2026-01", "2026-03"], "2026-05-01", ("2026-T1", 16)),
        ("quarter", ["2026"], "2026-12-31", None),
        ("month", ["2026-T1"], "2026-04-30", None),
        ("month", ["2026-01"], "2026-03-20", ("2026-02", 5)),
        ("year", [], "2027-01-15", None),
        ("year", [], "2027-01-25", ("2026", 10)),
        ("year", ["2026-T1", "2026-T2", "2026-07", "2026-08", "2026-09", "2026-T4"], "2027-02-01", None),
    ],
)
def test_the_first_period_without_a_report_is_told_with_its_delay(
    cadence: Cadence, reported: list[str], on: str, missing: tuple[str, int] | None
) -> None:
    found = first_missing(due_reports(a_convention(), reported, cadence, 15, date.fromisoformat(on)))
    assert (None if found is None else (found.period.name, found.days_late)) == missing


def test_nothing_is_due_before_the_convention_nor_long_after_its_end() -> None:
    starting_late = a_convention("2026-08-10")
    found = first_missing(due_reports(starting_late, [], "quarter", 15, date(2026, 12, 1)))
    assert found is not None
    assert found.period.name == "2026-T3"
    over = a_convention("2026-01-01", "2026-05-31")
    assert first_missing(due_reports(over, ["2026-T1", "2026-T2"], "quarter", 15, date(2028, 1, 1))) is None
    ended = first_missing(due_reports(a_convention(), [], "year", 15, date(2026, 6, 20), date(2026, 6, 1)))
    assert ended is not None
    assert (ended.period.name, ended.due_on, ended.days_late) == ("2026", date(2026, 6, 16), 4)
