"""A carry-over is given on top of the base, kept apart from it, exactly and under the State's caps."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rejected import Rejected, RejectionReason
from flux.shares import Flow, carry_share
from flux.units import BAILLEUR, DWELLING
from orientation.domain.snapshot import freeze, thaw

Scene = Any  # the class is in conftest.py: tests cannot import each other


def carried(units: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {"carry_over": {"units": float(units), "from_year": 2025, "cause": "flux", **more}}


def _year(scene: Scene, dwellings: int, **facts: Any) -> None:  # noqa: ANN401 - the facts of a dwelling
    for _ in range(dwellings):
        scene.declare(**facts)
        scene.wait(hours=1)


def test_a_share_gives_its_carry_over_on_top_when_the_flux_comes_as_forecast(scene: Scene) -> None:
    scene.forecast(40)
    scene.sign("AL", "25", **carried("3"))
    _year(scene, 40)
    assert scene.ledger().carry == {"C-AL": 3 * DWELLING}
    assert scene.ledger().credit == {"C-AL": 13 * DWELLING, BAILLEUR: 27 * DWELLING}
    assert scene.ledger().engaged["C-AL"] == 13 * DWELLING


def test_an_objective_gives_its_carry_over_on_top(scene: Scene) -> None:
    scene.forecast(60)
    scene.sign("AL", objective=24, **carried("5"))
    _year(scene, 60)
    assert scene.ledger().credit["C-AL"] == 29 * DWELLING
    assert scene.ledger().carry["C-AL"] == 5 * DWELLING


def test_nothing_more_is_given_when_more_dwellings_come_than_forecast(scene: Scene) -> None:
    scene.forecast(20)
    scene.sign("AL", "25", **carried("3"))
    _year(scene, 30)
    assert scene.ledger().carry["C-AL"] == 3 * DWELLING


def test_what_was_received_in_excess_lowers_the_share_and_never_below_zero(scene: Scene) -> None:
    scene.forecast(40)
    scene.sign("AL", "25", **carried("-4"))
    scene.sign("COM", "5", **carried("-10"))
    _year(scene, 40)
    ledger = scene.ledger()
    assert (ledger.carry["C-AL"], ledger.credit["C-AL"]) == (-4 * DWELLING, 6 * DWELLING)
    assert ledger.carry["C-COM"] == -2 * DWELLING
    assert "C-COM" not in ledger.credit


def test_a_share_that_a_carry_over_takes_whole_comes_back_once_it_is_absorbed(scene: Scene) -> None:
    scene.forecast(10)
    scene.sign("AL", "20", **carried("-2"))
    _year(scene, 10)
    assert scene.ledger().carry["C-AL"] == -2 * DWELLING
    _year(scene, 5)
    assert scene.ledger().credit["C-AL"] == DWELLING


def test_lines_share_a_carry_over_in_proportion(scene: Scene) -> None:
    scene.forecast(30)
    shares = [{"territory": {"scale": "departement"}, "share_percent": percent} for percent in ("10", "20")]
    scene.sign("AL", shares=shares, **carried("3"))
    _year(scene, 30)
    assert scene.ledger().carry == {"C-AL#1": DWELLING, "C-AL#2": 2 * DWELLING}


def test_parts_of_later_years_wait_for_theirs(scene: Scene) -> None:
    parts = [
        {"year": year, "units": units, "from_year": 2025, "cause": "flux"}
        for year, units in ((2026, 2), (2027, 2))
    ]
    effective = {"from": "2026-01-01", "until": "2027-12-31"}
    scene.forecast(20)
    scene.sign("AL", "25", effective=effective, **carried("2", parts=parts))
    _year(scene, 20)
    scene.wait(days=380)
    scene.forecast(20, year=2027)
    _year(scene, 20)
    for year in (2026, 2027):
        assert scene.ledger(year).carry == {"C-AL": 2 * DWELLING}


def test_the_state_stays_under_its_cap_with_its_carry_over(scene: Scene) -> None:
    scene.forecast(40)
    scene.sign("ETAT", "22", kind="etat_prioritaires", **carried("1.2"))
    scene.sign("AGENTS", "4", kind="etat_agents", **carried("0.4"))
    _year(scene, 40)
    ledger = scene.ledger()
    assert ledger.credit["C-ETAT"] + ledger.credit["C-AGENTS"] <= 12 * DWELLING


def test_a_carry_over_the_cap_has_no_room_for_is_refused(scene: Scene) -> None:
    scene.forecast(40)
    with pytest.raises(Rejected) as refused:
        scene.sign("ETAT", "29", kind="etat_prioritaires", **carried("1"))
    assert (refused.value.reason, refused.value.path) == (
        RejectionReason.PLAFOND_ETAT,
        "$.data.carry_over.units",
    )
    assert "31,5 %" in refused.value.message


def test_without_a_forecast_no_dwelling_gives_the_state_more_than_its_cap(scene: Scene) -> None:
    scene.sign("ETAT", "29", kind="etat_prioritaires", **carried("20"))
    _year(scene, 10)
    assert scene.ledger().credit["C-ETAT"] <= 3 * DWELLING


def test_a_decision_tells_the_carry_over_apart(scene: Scene) -> None:
    scene.forecast(10)
    scene.sign("AL", "50", **carried("1"))
    decision = scene.declare()
    row = decision["alternatives"][0]
    assert (row["share"], row["carry"]) == ("3/5", "1/10")
    assert "part de 60 % (dont 10 % de report)" in decision["because"][0]


def test_in_a_fixed_order_a_carry_over_is_credited_and_leaves_the_turns_as_they_are(
    scene_of: Callable[..., Scene], book_with: Callable[..., Any]
) -> None:
    takers = []
    for more in ({}, carried("2")):
        scene = scene_of(book_with("rotation/rotation-ordre-fixe"))
        scene.forecast(10)
        scene.sign("AL", "20", stock_weight_percent="30", **more)
        scene.sign("COM", "60", stock_weight_percent="70")
        takers.append([scene.declare()["reservataire"] for _ in range(10)])
    assert takers[0] == takers[1]
    assert scene.ledger().carry == {"C-AL": 2 * DWELLING}


def test_a_vacancy_taken_back_takes_its_carry_over_back(scene: Scene) -> None:
    scene.forecast(10)
    scene.sign("AL", "50", **carried("2"))
    scene.declare("V1")
    scene.withdraw("V1")
    assert not any(scene.ledger().carry.values())
    scene.declare("V2")
    assert scene.ledger().carry["C-AL"] == DWELLING // 5


def test_a_snapshot_keeps_what_was_carried(scene: Scene) -> None:
    scene.forecast(10)
    scene.sign("AL", "50", **carried("2"))
    _year(scene, 3)
    again = thaw(freeze(scene.state))
    assert again is not None
    assert again.ledger.year(2026).carry == scene.ledger().carry
    assert freeze(again) == freeze(scene.state)


def test_without_a_carry_over_nothing_is_written_of_one(scene: Scene) -> None:
    scene.sign("AL", "50")
    _year(scene, 3)
    assert all("carry" not in (data.get("ledger") or {}) for _, data in scene.facts)
    assert all(
        "carry" not in row for data in scene.all("orientation.decided") for row in data["alternatives"]
    )


FLUX = st.integers(1, 300)


@given(st.integers(-90 * DWELLING, 90 * DWELLING), st.integers(0, DWELLING), FLUX, FLUX)
def test_what_is_due_is_given_whole_where_there_is_room_and_never_more(
    due: int, base: int, foreseen: int, came: int
) -> None:
    moved = 0
    for covered in range(came):
        part = carry_share(due, base, Flow(0, covered, 1, 365, foreseen, moved))
        assert 0 <= base + part <= DWELLING
        moved += part
        assert 0 <= moved * due <= due * due
    room = DWELLING - base if due > 0 else base
    if came >= foreseen and -(-abs(due) // foreseen) <= room:
        assert moved == due
