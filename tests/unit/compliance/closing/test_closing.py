"""The close of a year: what is owed and why, what makes up for it, in which years."""

# ruff: noqa: ANN401 - builders take and give JSON values

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.domain.closing.closing import Closing
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Close = Callable[..., Closing]


def test_a_share_is_owed_of_the_dwellings_that_came_only(scene: Scene, close: Close) -> None:
    scene.sign("AL", "25")
    scene.year(76)
    assert close(scene).due == 0


def test_refusals_are_left_to_the_reservataire_unless_its_convention_says_otherwise(
    scene: Scene, close: Close
) -> None:
    for name, correction in (("AL", None), ("COM", {"method": "report"})):
        scene.sign(name, objective=6, decompte={"method": "attribution"}, correction=correction)
    scene.forecast(20)
    for number in range(1, 21):
        scene.declare(f"V{number}")
        if scene.dossier(f"V{number}").reservataire is not None:
            scene.wait(days=31)
        scene.wait(hours=1)
        if scene.now.year > 2026:
            break
    scene.now = datetime(2027, 1, 5, 9, tzinfo=UTC)
    scene.fire(scene.now)
    own, agreed = close(scene), close(scene, "C-COM")
    lost = {each.view.convention.id: each.view.owed.refusals for each in (own, agreed)}
    assert all(units > 0 for units in lost.values())
    assert own.left == lost["C-AL"]
    assert agreed.left == 0


def test_what_passes_the_cap_of_a_year_waits_and_is_extinguished_in_the_end(
    scene: Scene, close: Close
) -> None:
    scene.sign("AL", objective=24)
    scene.year(8)
    closing = close(scene)
    assert [closing.schedule.given_in(year) // DWELLING for year in (2027, 2028, 2029, 2030)] == [6, 6, 6, 0]
    assert closing.extinguished == 4 * DWELLING


def test_a_year_that_is_not_settled_says_what_is_open(scene: Scene, close: Close) -> None:
    scene.sign("AL", objective=4, decompte={"method": "attribution"})
    scene.now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    scene.year(4, flux=4)
    closing = close(scene)
    assert closing.open == ("V1", "V2", "V3", "V4")
    assert not closing.is_settled
    assert closing.due == 0


def test_within_the_year_it_is_closed_to_date_on_demand(scene: Scene, close: Close) -> None:
    scene.sign("AL", objective=365)
    scene.forecast(730)
    closing = close(scene, on=date(2026, 7, 2))
    assert not closing.is_over
    assert closing.due == 183 * DWELLING


@pytest.mark.parametrize(("year_of", "counted", "later"), [("event", 0, 1), ("proposal", 1, 0)])
def test_units_count_in_the_year_the_decompte_says_and_are_owed_once(
    scene: Scene, close: Close, year_of: str, counted: int, later: int
) -> None:
    effective = {"from": "2026-01-01", "until": "2027-12-31"}
    scene.sign("AL", "100", decompte={"method": "bail", "year_of": year_of}, effective=effective)
    scene.now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    scene.declare("V1")
    scene.designate("V1")
    scene.now = datetime(2027, 1, 20, 9, tzinfo=UTC)
    scene.lease("V1")
    closing = close(scene)
    assert (closing.counted, closing.later, closing.due) == (counted * DWELLING, later * DWELLING, 0)
    assert close(scene, year=2027).counted == later * DWELLING


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_nothing_is_created_or_lost(
    data: st.DataObject, scene_of: Callable[..., Scene], book: Any, close: Close
) -> None:
    scene = scene_of(book)
    methods = st.sampled_from([None, "report", "report_part", "etalement", "remboursement", "allongement"])
    for name in ("AL", "COM", "ETAT"):
        terms = data.draw(st.sampled_from([{"share": "20"}, {"objective": 7}]))
        scene.sign(
            name,
            kind="etat_prioritaires" if name == "ETAT" else "autre",
            decompte={"method": data.draw(st.sampled_from(["proposition", "bail"]))},
            correction={"method": data.draw(methods)},
            carry_over={"units": data.draw(st.integers(-3, 3)), "from_year": 2025, "cause": "flux"},
            **terms,
        )
    for number in range(data.draw(st.integers(1, 25))):
        scene.declare(f"V{number}")
        act = data.draw(st.sampled_from(["nothing", "refuse", "lease"]))
        if scene.dossier(f"V{number}").status == "proposed" and act != "nothing":
            scene.refuse(f"V{number}") if act == "refuse" else scene.lease(f"V{number}")
        scene.wait(hours=20)
    for on in (date(2026, 9, 1), date(2027, 2, 1)):
        for name in ("AL", "COM", "ETAT"):
            close(scene, f"C-{name}", on=on)
