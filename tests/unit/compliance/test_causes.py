"""The gap split by cause: what each act does to it, and the parts always sum to it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.causes import Account, Causes
from flux.units import DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
BY_ATTRIBUTION = {"method": "attribution"}
UNITS = st.integers(-3 * DWELLING, 3 * DWELLING)


def causes(told: dict[str, Any]) -> tuple[str, str, str]:
    """Flux, refusals, arbitration; they sum to the gap."""
    parts: dict[str, str] = told["causes"]
    assert sum(map(Fraction, parts.values())) == Fraction(told["gap"])
    return parts["flux"], parts["refusals"], parts["arbitration"]


def test_what_awaits_an_answer_is_nobodys_doing(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", decompte=BY_ATTRIBUTION)
    scene.declare("V1")
    told = progress(scene)
    assert causes(told) == ("1", "0", "0")
    assert told["awaited"] == "1"
    scene.deliberate("V1")
    assert causes(progress(scene)) == ("0", "0", "0")


def test_a_silence_is_lost_to_the_reservataire_for_good(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50", decompte=BY_ATTRIBUTION)
    scene.declare("V1")
    scene.declare("V2")
    scene.wait(days=31)
    for name in ("V3", "V4", "V5", "V6"):
        scene.declare(name)
        if scene.dossier(name).reservataire == "AL":
            scene.lease(name)
    told = progress(scene)
    assert told["expired"] == 1
    assert causes(told) == ("0", "1", "0")


def test_naming_nobody_and_a_commission_that_retains_nobody_are_refusals(
    scene: Scene, progress: Told
) -> None:
    scene.sign("AL", "100", decompte=BY_ATTRIBUTION)
    scene.declare("V1")
    scene.declare("V2")
    scene.designate("V1", count=0)
    scene.deliberate("V2", "non_attribution")
    told = progress(scene)
    assert causes(told) == ("0", "2", "0")


def test_a_refusal_is_owed_until_the_turn_it_gave_back_is_made_good(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50", decompte=BY_ATTRIBUTION)
    scene.declare("V1")
    scene.refuse("V1")
    assert causes(progress(scene)) == ("0", "1/2", "0")
    scene.lease(scene.declare("V2")["vacancy_id"])
    scene.declare("V3")
    scene.declare("V4")
    told = progress(scene)
    assert causes(told)[1:] == ("0", "0")


def test_a_party_that_holds_everything_cannot_be_made_good(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", decompte=BY_ATTRIBUTION)
    scene.declare("V1")
    scene.refuse("V1")
    for name in ("V2", "V3", "V4"):
        scene.declare(name)
        scene.lease(name)
    assert causes(progress(scene)) == ("0", "1", "0")


def test_what_counts_when_proposed_is_not_missed_when_refused(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.refuse("V1")
    scene.declare("V2")
    scene.wait(days=31)
    assert causes(progress(scene)) == ("0", "0", "0")


def test_an_override_is_owed_by_the_bailleur(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to="BAILLEUR")
    assert causes(progress(scene)) == ("0", "0", "1")


def test_who_receives_by_an_override_is_ahead_by_arbitration(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    holder = scene.declare("V1")["reservataire"]
    other = "COM" if holder == "AL" else "AL"
    scene.override("V1", to=other)
    assert causes(progress(scene, f"C-{holder}")) == ("0", "0", "1/2")
    assert causes(progress(scene, f"C-{other}")) == ("0", "0", "-1/2")
    scene.declare("V2")
    scene.declare("V3")
    assert causes(progress(scene, f"C-{other}"))[2] == "0"


def test_an_override_of_a_pre_assignment_is_arbitration_too(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    scene.declare("V1")
    scene.override("V1", to="BAILLEUR")
    assert causes(progress(scene)) == ("0", "0", "1")


def test_a_vacancy_taken_back_leaves_no_cause_behind(scene: Scene, progress: Told) -> None:
    scene.sign("AL", "50", decompte=BY_ATTRIBUTION)
    scene.sign("COM", "50", decompte=BY_ATTRIBUTION)
    holder = scene.declare("V1")["reservataire"]
    scene.wait(days=31)
    assert causes(progress(scene, f"C-{holder}"))[1] == "1"
    scene.withdraw("V1")
    for convention in ("C-AL", "C-COM"):
        told = progress(scene, convention)
        assert causes(told) == ("0", "0", "0")
        assert (told["awaited"], told["expected"]) == ("0", "0")


def test_a_lease_that_weighs_less_than_a_dwelling_awaits_nothing_more(scene: Scene, progress: Told) -> None:
    weights = {"proposition": "0.5", "attribution": "0.5", "bail": "0.8"}
    scene.sign("AL", "100", decompte={"method": "mixte", "weights": weights})
    scene.declare("V1")
    assert progress(scene)["awaited"] == "1/2"
    scene.lease("V1")
    told = progress(scene)
    assert (told["awaited"], told["units"]) == ("0", "4/5")
    assert causes(told) == ("1/5", "0", "0")


def test_a_line_has_its_own_causes(scene: Scene, progress: Told) -> None:
    lines = [
        {"territory": {"scale": "communes", "communes": [code]}, "share_percent": "100"}
        for code in ("75119", "75120")
    ]
    scene.sign("AL", shares=lines, decompte=BY_ATTRIBUTION)
    scene.declare("V1", commune="75119")
    scene.declare("V2", commune="75120")
    scene.refuse("V1")
    first, second = progress(scene)["lines"]
    assert (first["causes"]["refusals"], second["causes"]["refusals"]) == ("1", "0")
    assert causes(first) == ("0", "1", "0")
    assert causes(second) == ("1", "0", "0")


@pytest.mark.parametrize(
    ("parts", "main"),
    [
        ((2, 1, 0), "flux"),
        ((0, 3, 2), "refusals"),
        ((-5, 1, 4), "arbitration"),
        ((0, 0, 0), "flux"),
        ((0, 1, 1), "refusals"),
    ],
)
def test_the_main_cause_is_the_largest_part(parts: tuple[int, int, int], main: str) -> None:
    assert Causes(*parts).main == main


@given(counted=UNITS, lost=UNITS, refusals=UNITS, arbitration=UNITS, credit=UNITS, balance=UNITS)
def test_the_parts_sum_to_the_gap_and_what_is_owed_is_within_the_balance(
    counted: int, lost: int, refusals: int, arbitration: int, credit: int, balance: int
) -> None:
    account = Account(counted, lost, abs(refusals), arbitration)
    account.bound(balance)
    assert account.causes(credit).total == credit - counted
    assert 0 <= account.owed_refusals <= max(balance, 0)
    assert min(balance, 0) <= account.owed_arbitration <= max(balance, 0)
    assert account.owed_refusals + max(account.owed_arbitration, 0) <= max(balance, 0)
