"""What waits in a scope: vacancies before the first convention, outcomes before their proposal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.envelope import derived_id
from flux.units import DWELLING
from orientation.domain.instants import instant
from orientation.domain.state import END

Scene = Any  # the class is in conftest.py: tests cannot import each other


def test_a_vacancy_is_held_until_the_first_convention_arrives(scene: Scene) -> None:
    held = scene.declare("V1")
    assert (held["outcome"], held["reason"]) == ("held", "sans_convention")
    assert "Aucune convention n'est encore connue" in held["because"][0]
    scene.wait(days=10)
    scene.sign("AL", "100")
    decided = scene.decision("V1")
    assert (decided["outcome"], decided["reservataire"]) == ("proposed", "AL")
    assert decided["supersedes"] == held["decision_id"]


def test_held_vacancies_are_decided_in_the_order_they_were_declared(scene: Scene) -> None:
    later = scene.now + timedelta(hours=1)
    scene.declare("A", at=later)
    scene.declare("B", at=scene.now)
    scene.declare("C", at=later)
    scene.sign("AL", "100", at=None)
    decided = [data["vacancy_id"] for data in scene.all("orientation.decided")]
    assert decided[3:] == ["B", "A", "C"]


def test_a_vacancy_nobody_claims_goes_to_the_bailleur_when_its_wait_ends(scene: Scene) -> None:
    held = scene.declare("V1")
    scene.wait(days=59)
    assert scene.dossier("V1").status == "held"
    scene.wait(days=2)
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"
    assert scene.decision("V1")["decided_at"] == held["held_until"]


def test_a_convention_of_another_year_does_not_wake_a_held_vacancy(scene: Scene) -> None:
    scene.declare("V1")
    scene.sign("AL", "100", effective={"from": "2027-01-01", "until": "2027-12-31"})
    assert scene.dossier("V1").status == "held"


def test_once_a_convention_is_known_a_dwelling_outside_its_territory_does_not_wait(scene: Scene) -> None:
    scene.sign("EST", "40", territory={"scale": "communes", "communes": ["75120"]})
    assert scene.declare(commune="75114")["outcome"] == "kept_by_bailleur"


def test_an_outcome_before_its_vacancy_waits_and_is_applied_when_the_proposal_comes(scene: Scene) -> None:
    scene.sign("AL", "100", decompte={"method": "attribution"})
    scene.outcome("caleol.decided", "V1", reservataire="AL", decision="attribution")
    assert scene.all("outcome.recorded")[-1]["status"] == "parked"
    scene.declare("V1")
    assert [data["status"] for data in scene.all("outcome.recorded")] == ["parked", "applied"]
    assert scene.dossier("V1").status == "attributed"
    assert scene.ledger().counted["C-AL"] == DWELLING
    assert not scene.state.parked


def test_outcomes_that_waited_together_are_applied_in_their_order_of_arrival(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.outcome("candidates.designated", "V1", reservataire="AL", count=3, on_behalf=False)
    scene.outcome("caleol.decided", "V1", reservataire="AL", decision="attribution")
    scene.outcome("lease.signed", "V1", reservataire="AL", signed_on="2026-01-06")
    scene.declare("V1")
    kinds = [(data["outcome"], data["status"]) for data in scene.all("outcome.recorded")[3:]]
    assert kinds == [
        ("candidates.designated", "applied"),
        ("caleol.decided", "applied"),
        ("lease.signed", "applied"),
    ]
    assert scene.dossier("V1").status == "leased"


def test_an_outcome_that_names_a_proposal_waits_for_that_one(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    refusal = scene.event("proposal.refused", _refusal("V1", "AL", scene.dossier("V1").proposal_id))
    second = derived_id(refusal.identity, 3)
    scene.designate("V1", reservataire="COM", proposal_id=second)
    assert scene.state.parked
    scene.apply(refusal, scene.now)
    assert scene.dossier("V1").proposal_id == second
    assert scene.dossier("V1").status == "designated"
    assert not scene.state.parked


def test_an_outcome_whose_proposal_never_comes_is_refused_when_its_wait_ends(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.designate("V404", reservataire="AL", proposal_id="f" * 32)
    scene.wait(days=29)
    assert scene.state.parked
    scene.wait(days=2)
    last = scene.all("outcome.recorded")[-1]
    assert last["status"] == "rejected"
    assert last["error"]["reason"] == "proposition_inconnue"
    assert "n'est venue dans le délai d'attente" in last["error"]["message"]
    assert not scene.state.parked


def test_a_parked_outcome_that_turns_out_wrong_is_refused_and_the_vacancy_is_decided(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.outcome("proposal.refused", "V1", reservataire="AL", reason="trop_loin", by="reservataire")
    scene.declare("V1")
    assert scene.all("outcome.recorded")[-1]["error"]["reason"] == "valeur_inconnue"
    assert scene.dossier("V1").status == "proposed"


def test_an_override_before_its_vacancy_waits_too(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.outcome("decision.overridden", "V1", reservataire="COM", reason="Urgence sociale.")
    scene.declare("V1")
    assert scene.decision("V1")["reservataire"] == "COM"
    assert scene.decision("V1")["reason"] == "arbitrage"


def test_an_answer_at_the_very_deadline_wins_over_the_expiry(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    deadline = scene.now + timedelta(days=30)
    scene.designate("V1", at=deadline)
    scene.fire(deadline + timedelta(days=90))
    assert scene.dossier("V1").status == "designated"
    assert not scene.all("proposal.expired")


def test_waits_end_in_the_order_of_their_deadlines(scene: Scene) -> None:
    scene.sign("AL", "50", respond_within_days=20)
    scene.sign("COM", "50", respond_within_days=5)
    assert [scene.declare("V1")["reservataire"], scene.declare("V2")["reservataire"]] == ["AL", "COM"]
    scene.wait(days=21)
    expired = [(data["vacancy_id"], data["reservataire"]) for data in scene.all("proposal.expired")]
    assert expired == [("V2", "COM"), ("V1", "AL")]


def test_a_wait_that_was_answered_is_not_what_the_scope_waits_for_next(scene: Scene) -> None:
    scene.sign("AL", "100", respond_within_days=20)
    for name in ("V1", "V2"):
        scene.declare(name)
        scene.wait(days=1)
    scene.withdraw("V1")
    assert scene.state.next_due == instant(scene.dossier("V2").due)
    scene.designate("V2")
    assert scene.state.next_due == END


def test_a_tense_zone_bounds_the_delay_of_a_convention_to_thirty_days(
    scene: Scene, scene_of: Callable[..., Scene]
) -> None:
    scene.sign("AL", "100", respond_within_days=90)
    scene.declare("V1", commune="75114")
    elsewhere = scene_of(scene.book, "23")
    elsewhere.sign("AL", "100", respond_within_days=90)
    elsewhere.declare("V1", commune="23096")
    days = [
        scene.state.deadlines[0].due - scene.now,
        elsewhere.state.deadlines[0].due - elsewhere.now,
    ]
    assert days == [timedelta(days=30), timedelta(days=90)]


def _refusal(vacancy_id: str, reservataire: str, proposal_id: str) -> dict[str, Any]:
    return {
        "departement": "75",
        "vacancy_id": vacancy_id,
        "reservataire": reservataire,
        "proposal_id": proposal_id,
        "by": "reservataire",
        "reason": "hors_criteres",
    }
