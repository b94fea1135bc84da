"""Next year's conventions, drafted from a closing; confirmed, they change what orientation gives."""

# ruff: noqa: ANN401 - builders take and give JSON values

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.domain.closing.closing import Closing
from compliance.domain.closing.next_year import NextYear
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Close = Callable[..., Closing]
Draft = Callable[..., NextYear]
Confirm = Callable[..., dict[str, Any]]


def dwellings(units: int) -> Decimal:
    return Decimal(units) / DWELLING


def test_objective_24_done_19_makes_29_the_next_year(scene: Scene, close: Close, draft: Draft) -> None:
    scene.sign("AL", objective=24)
    scene.year(76)
    closing = close(scene)
    assert (closing.view.base, closing.counted) == (24 * DWELLING, 19 * DWELLING)
    assert closing.view.owed.flux == 5 * DWELLING
    assert closing.is_settled
    body = draft(scene).body
    assert body is not None
    assert (body["objective"], body["carry_over"]) == (24, {"units": 5, "from_year": 2026, "cause": "flux"})
    assert (body["convention_id"], body["year"]) == ("C-AL-2027", 2027)
    assert body["effective"] == {"from": "2027-01-01", "until": "2027-12-31"}


def test_the_draft_confirmed_gives_29_dwellings_the_next_year(
    scene: Scene, draft: Draft, close: Close, confirm: Confirm
) -> None:
    scene.sign("AL", objective=24)
    scene.year(76)
    confirm(scene, draft(scene))
    scene.year(96, year=2027)
    assert scene.ledger(2027).engaged["C-AL-2027"] == 29 * DWELLING
    closing = close(scene, "C-AL-2027", 2027)
    assert (closing.due, closing.view.carried) == (0, 5 * DWELLING)


def test_spread_over_three_years_each_year_receives_its_part(
    scene: Scene, draft: Draft, confirm: Confirm
) -> None:
    scene.sign("AL", objective=24, correction={"method": "etalement", "years": 3})
    scene.year(76)
    confirm(scene, draft(scene))
    received = []
    for year in (2027, 2028, 2029):
        scene.year(96, year=year)
        received.append(scene.ledger(year).engaged[f"C-AL-{year}"] // DWELLING)
        confirm(scene, draft(scene, f"C-AL-{year}", year))
    assert received == [26, 26, 25]
    assert "carry_over" not in scene.all("convention.recorded")[-1]


def test_what_the_bailleur_arbitrated_is_carried_what_was_refused_is_left(
    scene: Scene, close: Close, draft: Draft
) -> None:
    scene.sign("AL", "50", decompte={"method": "attribution"})
    scene.sign("COM", "50", decompte={"method": "attribution"})
    scene.forecast(20)
    for number in range(1, 21):
        decision = scene.declare(f"V{number}")
        if number == 20:
            scene.override(f"V{number}", "COM" if decision["reservataire"] == "AL" else "AL")
            taken = decision["reservataire"]
        elif number < 4:
            scene.refuse(f"V{number}", reason="hors_criteres")
        scene.wait(hours=1)
    for vacancy in sorted(scene.state.dossiers):
        if scene.dossier(vacancy).status == "proposed":
            scene.designate(vacancy)
            scene.lease(vacancy)
    scene.now = datetime(2027, 1, 5, 9, tzinfo=UTC)
    scene.fire(scene.now)
    closing = close(scene, f"C-{taken}")
    assert closing.view.causes.arbitration == DWELLING
    by_cause = {remedy.cause: remedy for remedy in closing.remedies}
    assert by_cause["arbitration"].action == "report"
    body = draft(scene, f"C-{taken}").body
    assert body is not None
    assert body["carry_over"]["units"] == dwellings(closing.carried)


def test_a_refund_leaves_nothing_to_carry(scene: Scene, close: Close, draft: Draft) -> None:
    scene.sign("AL", objective=24, correction={"method": "remboursement", "refund_eur": 1500})
    scene.year(76)
    closing = close(scene)
    assert list(closing.refunds) == [(5 * DWELLING, Decimal(7500))]
    body = draft(scene).body
    assert body is not None
    assert body["carry_over"] is None


def test_what_is_older_than_the_rules_allow_is_extinguished(scene: Scene, close: Close, draft: Draft) -> None:
    scene.sign("AL", objective=24, carry_over={"units": 4, "from_year": 2023, "cause": "flux"}, year=2026)
    scene.year(72)
    closing = close(scene)
    assert [(debt.from_year, units // DWELLING) for debt, units in closing.schedule.extinguished] == [
        (2023, 1)
    ]
    body = draft(scene).body
    assert body is not None
    assert {part["from_year"] for part in body["carry_over"].get("parts", [body["carry_over"]])} == {2026}


def test_a_longer_drawing_period_leaves_the_next_year_as_it_is(
    scene: Scene, close: Close, draft: Draft
) -> None:
    scene.sign("AL", objective=4, correction={"method": "allongement", "years": 2, "drawing_until": 2028})
    scene.year(1, flux=4)
    closing = close(scene)
    given_in = [closing.schedule.given_in(year) // DWELLING for year in range(2027, 2031)]
    assert given_in == [0, 0, 2, 1]
    body = draft(scene).body
    assert body is not None
    assert (body["objective"], body["carry_over"]["units"]) == (4, 0)


def test_once_the_rights_are_drawn_what_was_missed_is_drawn_alone(
    scene: Scene, draft: Draft, confirm: Confirm
) -> None:
    scene.sign("AL", objective=4, correction={"method": "allongement", "drawing_until": 2026})
    scene.year(1, flux=4)
    found = draft(scene)
    assert found.body is not None
    assert found.body["objective"] == 0
    confirm(scene, found)
    scene.year(12, flux=12, year=2027)
    assert scene.ledger(2027).credit["C-AL-2027"] == DWELLING
    assert scene.ledger(2027).carry["C-AL-2027"] == DWELLING


def test_a_convention_that_runs_on_is_adjusted(scene: Scene, draft: Draft, confirm: Confirm) -> None:
    scene.sign("AL", objective=24, effective={"from": "2026-01-01", "until": "2028-12-31"})
    scene.year(76)
    found = draft(scene)
    assert found.kind == "convention.adjusted"
    confirm(scene, found)
    assert draft(scene).body is None
    scene.year(96, year=2027)
    assert scene.ledger(2027).engaged["C-AL"] == 29 * DWELLING


def test_what_a_year_has_not_given_of_a_carry_over_keeps_its_age_and_is_owed_once(
    scene: Scene, draft: Draft, close: Close, confirm: Confirm
) -> None:
    scene.sign(
        "AL",
        objective=24,
        effective={"from": "2026-01-01", "until": "2028-12-31"},
        carry_over={"units": 4, "from_year": 2025, "cause": "arbitration"},
    )
    scene.year(72)
    closing = close(scene)
    (earlier,) = closing.earlier
    assert (earlier.debt.from_year, earlier.debt.cause, earlier.debt.units // DWELLING) == (
        2025,
        "arbitration",
        1,
    )
    assert closing.due == 7 * DWELLING
    confirm(scene, draft(scene))
    assert draft(scene).body is None
    assert close(scene).due == 7 * DWELLING


def test_the_convention_already_signed_for_next_year_is_adjusted(scene: Scene, draft: Draft) -> None:
    scene.sign("AL", objective=24)
    scene.sign(
        "AL", objective=30, id="C-NEW", year=2027, effective={"from": "2027-01-01", "until": "2027-12-31"}
    )
    scene.year(76)
    found = draft(scene)
    assert found.body is not None
    assert (found.kind, found.body["convention_id"], found.body["objective"]) == (
        "convention.adjusted",
        "C-NEW",
        30,
    )
    assert found.body["carry_over"]["units"] == 5


def test_a_convention_that_was_ended_proposes_nothing(scene: Scene, draft: Draft) -> None:
    scene.sign("AL", objective=24)
    scene.end("AL", "2026-06-30")
    scene.year(40)
    found = draft(scene)
    assert found.body is None
    assert "terminée" in found.because


def test_the_states_carry_over_stays_under_its_cap_base_included(
    scene: Scene, close: Close, draft: Draft, confirm: Confirm
) -> None:
    scene.sign("ETAT", objective=15, kind="etat_prioritaires")
    scene.year(40, flux=56)
    closing = close(scene, "C-ETAT")
    assert closing.schedule.given_in(2027) == DWELLING
    scene.forecast(56, year=2027)
    confirm(scene, draft(scene, "C-ETAT"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    flux=st.integers(10, 60),
    came=st.integers(1, 20),
    objectives=st.tuples(st.integers(0, 12), st.integers(0, 3)),
)
def test_whatever_the_state_is_owed_its_drafts_are_accepted_and_stay_under_its_caps(
    flux: int,
    came: int,
    objectives: tuple[int, int],
    scene_of: Callable[..., Scene],
    book: Any,
    draft: Draft,
    confirm: Confirm,
) -> None:
    scene, state = scene_of(book), ("ETAT", "AGENTS")
    for name, objective in zip(state, objectives, strict=True):
        kind = "etat_prioritaires" if name == "ETAT" else "etat_agents"
        scene.sign(name, objective=objective, kind=kind)
    scene.year(came, flux=flux)
    for name in state:
        confirm(scene, draft(scene, f"C-{name}"))
    carried = {
        each["convention_id"]: each["carry_over"]["units"]
        for each in scene.all("convention.recorded")
        if each.get("carry_over")
    }
    claimed = sum(objectives) + sum(carried.values())
    assert not any(carried.values()) or claimed <= flux * 3 // 10
    agents = carried.get("C-AGENTS-2027", 0)
    assert not agents or objectives[1] + agents <= flux // 20
