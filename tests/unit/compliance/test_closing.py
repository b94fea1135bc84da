"""The close of a year: what is owed and why, what makes up for it, next year's conventions."""

# ruff: noqa: ANN401 - builders take and give JSON values

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.domain.closing import Closing, closings
from compliance.domain.next_year import NextYear, next_year_of
from compliance.domain.projection import Projection
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]


@pytest.fixture
def close(watched: Watched) -> Callable[..., Closing]:
    """The closing of a convention, after a check that nothing was created or lost."""

    def closed(scene: Scene, line: str = "C-AL", year: int = 2026, on: date | None = None) -> Closing:
        found = closings(watched(scene), scene.book.loaded, year, on)
        for each in found:
            out = each.carried + each.refunded + each.extinguished + each.left
            assert out == each.due, each.view.convention.id
        return next(each for each in found if each.view.convention.id == line)

    return closed


@pytest.fixture
def draft(watched: Watched, close: Callable[..., Closing]) -> Callable[..., NextYear]:
    def drafted(scene: Scene, line: str = "C-AL", year: int = 2026) -> NextYear:
        return next_year_of(watched(scene), close(scene, line, year))

    return drafted


def play(scene: Scene, dwellings: int, *, flux: int = 96, year: int = 2026) -> None:
    """A year of so many dwellings for a forecast of `flux`, then the first days of the next one."""
    scene.forecast(flux, year=year)
    for _ in range(dwellings):
        scene.declare()
        scene.wait(hours=1)
    scene.now = datetime(year + 1, 1, 5, 9, tzinfo=UTC)
    scene.fire(scene.now)
    scene.forecast(flux, year=year + 1)


def dwellings(units: int) -> Decimal:
    return Decimal(units) / DWELLING


def apply(scene: Scene, found: NextYear) -> Any:
    """Confirm a draft: it becomes an event like any other."""
    assert found.body is not None
    body = {name: value for name, value in found.body.items() if value is not None}
    return scene.send(found.kind, _plain(body))[0][1]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def test_objective_24_done_19_makes_29_the_next_year(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=24)
    play(scene, 76)
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
    scene: Scene, draft: Callable[..., NextYear], close: Callable[..., Closing]
) -> None:
    scene.sign("AL", objective=24)
    play(scene, 76)
    apply(scene, draft(scene))
    play(scene, 96, year=2027)
    assert scene.ledger(2027).engaged["C-AL-2027"] == 29 * DWELLING
    closing = close(scene, "C-AL-2027", 2027)
    assert (closing.due, closing.view.carried) == (0, 5 * DWELLING)


def test_spread_over_three_years_each_year_receives_its_part(
    scene: Scene, draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=24, correction={"method": "etalement", "years": 3})
    play(scene, 76)
    apply(scene, draft(scene))
    received = []
    for year in (2027, 2028, 2029):
        play(scene, 96, year=year)
        received.append(scene.ledger(year).engaged[f"C-AL-{year}"] // DWELLING)
        apply(scene, draft(scene, f"C-AL-{year}", year))
    assert received == [26, 26, 25]
    assert "carry_over" not in scene.all("convention.recorded")[-1]


def test_a_share_is_owed_of_the_dwellings_that_came_only(scene: Scene, close: Callable[..., Closing]) -> None:
    scene.sign("AL", "25")
    play(scene, 76)
    assert close(scene).due == 0


def test_what_the_bailleur_arbitrated_is_carried_what_was_refused_is_left(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
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


def test_refusals_are_left_to_the_reservataire_unless_its_convention_says_otherwise(
    scene: Scene, close: Callable[..., Closing]
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


def test_a_refund_leaves_nothing_to_carry(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=24, correction={"method": "remboursement", "refund_eur": 1500})
    play(scene, 76)
    closing = close(scene)
    assert list(closing.refunds) == [(5 * DWELLING, Decimal(7500))]
    body = draft(scene).body
    assert body is not None
    assert body["carry_over"] is None


def test_what_passes_the_cap_of_a_year_waits_and_is_extinguished_in_the_end(
    scene: Scene, close: Callable[..., Closing]
) -> None:
    scene.sign("AL", objective=24)
    play(scene, 8)
    closing = close(scene)
    assert [closing.schedule.given_in(year) // DWELLING for year in (2027, 2028, 2029, 2030)] == [6, 6, 6, 0]
    assert closing.extinguished == 4 * DWELLING


def test_what_is_older_than_the_rules_allow_is_extinguished(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=24, carry_over={"units": 4, "from_year": 2023, "cause": "flux"}, year=2026)
    play(scene, 72)
    closing = close(scene)
    assert [(debt.from_year, units // DWELLING) for debt, units in closing.schedule.extinguished] == [
        (2023, 1)
    ]
    body = draft(scene).body
    assert body is not None
    assert {part["from_year"] for part in body["carry_over"].get("parts", [body["carry_over"]])} == {2026}


def test_a_longer_drawing_period_leaves_the_next_year_as_it_is(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=4, correction={"method": "allongement", "years": 2, "drawing_until": 2028})
    play(scene, 1, flux=4)
    closing = close(scene)
    given_in = [closing.schedule.given_in(year) // DWELLING for year in range(2027, 2031)]
    assert given_in == [0, 0, 2, 1]
    body = draft(scene).body
    assert body is not None
    assert (body["objective"], body["carry_over"]["units"]) == (4, 0)


def test_once_the_rights_are_drawn_what_was_missed_is_drawn_alone(
    scene: Scene, draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=4, correction={"method": "allongement", "drawing_until": 2026})
    play(scene, 1, flux=4)
    found = draft(scene)
    assert found.body is not None
    assert found.body["objective"] == 0
    apply(scene, found)
    play(scene, 12, flux=12, year=2027)
    assert scene.ledger(2027).credit["C-AL-2027"] == DWELLING
    assert scene.ledger(2027).carry["C-AL-2027"] == DWELLING


def test_a_year_that_is_not_settled_says_what_is_open(scene: Scene, close: Callable[..., Closing]) -> None:
    scene.sign("AL", objective=4, decompte={"method": "attribution"})
    scene.now = datetime(2026, 12, 20, 9, tzinfo=UTC)
    play(scene, 4, flux=4)
    closing = close(scene)
    assert closing.open == ("V1", "V2", "V3", "V4")
    assert not closing.is_settled
    assert closing.due == 0


def test_within_the_year_it_is_closed_to_date_on_demand(scene: Scene, close: Callable[..., Closing]) -> None:
    scene.sign("AL", objective=365)
    scene.forecast(730)
    closing = close(scene, on=date(2026, 7, 2))
    assert not closing.is_over
    assert closing.due == 183 * DWELLING


@pytest.mark.parametrize(("year_of", "counted", "later"), [("event", 0, 1), ("proposal", 1, 0)])
def test_units_count_in_the_year_the_decompte_says_and_are_owed_once(
    scene: Scene, close: Callable[..., Closing], year_of: str, counted: int, later: int
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


def test_a_convention_that_runs_on_is_adjusted(scene: Scene, draft: Callable[..., NextYear]) -> None:
    scene.sign("AL", objective=24, effective={"from": "2026-01-01", "until": "2028-12-31"})
    play(scene, 76)
    found = draft(scene)
    assert found.kind == "convention.adjusted"
    apply(scene, found)
    assert draft(scene).body is None
    play(scene, 96, year=2027)
    assert scene.ledger(2027).engaged["C-AL"] == 29 * DWELLING


def test_what_a_year_has_not_given_of_a_carry_over_keeps_its_age_and_is_owed_once(
    scene: Scene, draft: Callable[..., NextYear], close: Callable[..., Closing]
) -> None:
    scene.sign(
        "AL",
        objective=24,
        effective={"from": "2026-01-01", "until": "2028-12-31"},
        carry_over={"units": 4, "from_year": 2025, "cause": "arbitration"},
    )
    play(scene, 72)
    closing = close(scene)
    (earlier,) = closing.earlier
    assert (earlier.debt.from_year, earlier.debt.cause, earlier.debt.units // DWELLING) == (
        2025,
        "arbitration",
        1,
    )
    assert closing.due == 7 * DWELLING
    apply(scene, draft(scene))
    assert draft(scene).body is None
    assert close(scene).due == 7 * DWELLING


def test_the_convention_already_signed_for_next_year_is_adjusted(
    scene: Scene, draft: Callable[..., NextYear]
) -> None:
    scene.sign("AL", objective=24)
    scene.sign(
        "AL", objective=30, id="C-NEW", year=2027, effective={"from": "2027-01-01", "until": "2027-12-31"}
    )
    play(scene, 76)
    found = draft(scene)
    assert found.body is not None
    assert (found.kind, found.body["convention_id"], found.body["objective"]) == (
        "convention.adjusted",
        "C-NEW",
        30,
    )
    assert found.body["carry_over"]["units"] == 5


def test_a_convention_that_was_ended_proposes_nothing(scene: Scene, draft: Callable[..., NextYear]) -> None:
    scene.sign("AL", objective=24)
    scene.end("AL", "2026-06-30")
    play(scene, 40)
    found = draft(scene)
    assert found.body is None
    assert "terminée" in found.because


def test_the_states_carry_over_stays_under_its_cap_base_included(
    scene: Scene, close: Callable[..., Closing], draft: Callable[..., NextYear]
) -> None:
    scene.sign("ETAT", objective=15, kind="etat_prioritaires")
    play(scene, 40, flux=56)
    closing = close(scene, "C-ETAT")
    assert closing.schedule.given_in(2027) == DWELLING
    scene.forecast(56, year=2027)
    apply(scene, draft(scene, "C-ETAT"))


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
    draft: Callable[..., NextYear],
) -> None:
    scene, state = scene_of(book), ("ETAT", "AGENTS")
    for name, objective in zip(state, objectives, strict=True):
        kind = "etat_prioritaires" if name == "ETAT" else "etat_agents"
        scene.sign(name, objective=objective, kind=kind)
    play(scene, came, flux=flux)
    for name in state:
        apply(scene, draft(scene, f"C-{name}"))
    carried = {
        each["convention_id"]: each["carry_over"]["units"]
        for each in scene.all("convention.recorded")
        if each.get("carry_over")
    }
    claimed = sum(objectives) + sum(carried.values())
    assert not any(carried.values()) or claimed <= flux * 3 // 10
    agents = carried.get("C-AGENTS-2027", 0)
    assert not agents or objectives[1] + agents <= flux // 20


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_nothing_is_created_or_lost(
    data: st.DataObject, scene_of: Callable[..., Scene], book: Any, close: Callable[..., Closing]
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
