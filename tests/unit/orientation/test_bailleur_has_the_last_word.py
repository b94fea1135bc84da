"""Pre-assignment, confirmation, override, delegated management: what the bailleur decides itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from contracts.rejected import Rejected, RejectionReason
from flux.units import BAILLEUR, DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other


def test_a_pre_assigned_dwelling_is_proposed_once_the_bailleur_confirms(scene: Scene) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    decision = scene.declare("V1")
    assert decision["outcome"] == "pre_assigned"
    assert not scene.all("proposal.issued")
    assert scene.counts("AL") == {"pre_assigned": 1}
    scene.confirm("V1")
    assert scene.dossier("V1").status == "proposed"
    assert len(scene.all("proposal.issued")) == 1
    assert scene.ledger().engaged["C-AL"] == DWELLING


def test_a_silent_bailleur_lets_the_pre_assignment_run_its_course(scene: Scene) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    scene.declare("V1")
    scene.wait(hours=47)
    assert not scene.all("proposal.issued")
    scene.wait(hours=2)
    assert [data["reservataire"] for data in scene.all("proposal.issued")] == ["AL"]


def test_a_confirmation_twice_issues_one_proposal(scene: Scene) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    scene.declare("V1")
    scene.confirm("V1")
    scene.confirm("V1")
    assert len(scene.all("proposal.issued")) == 1
    assert scene.all("outcome.recorded")[-1]["status"] == "late"


def test_a_confirmation_repeated_for_who_refused_since_does_not_confirm_the_next(scene: Scene) -> None:
    scene.sign("AL", "60", confirmation="bailleur")
    scene.sign("COM", "40", confirmation="bailleur")
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.confirm("V1")
    scene.refuse("V1")
    assert scene.decision("V1")["outcome"] == "pre_assigned"
    scene.outcome("orientation.confirmed", "V1", reservataire="AL")
    assert scene.all("outcome.recorded")[-1]["status"] == "late"
    assert [data["reservataire"] for data in scene.all("proposal.issued")] == ["AL"]
    scene.confirm("V1")
    assert [data["reservataire"] for data in scene.all("proposal.issued")] == ["AL", "COM"]


def test_an_overridden_pre_assignment_gives_its_holder_the_turn_back(scene: Scene) -> None:
    scene.sign("AL", "60", confirmation="bailleur")
    scene.sign("COM", "40")
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.override("V1", to="COM")
    assert [data["reservataire"] for data in scene.all("proposal.issued")] == ["COM"]
    assert scene.ledger().engaged == {"C-AL": 0, "C-COM": DWELLING}


def test_the_rules_can_ask_every_bailleur_to_confirm(
    scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    scene = scene_of(book_with("gestion/confirmation-par-le-bailleur"))
    scene.sign("AL", "100")
    decision = scene.declare("V1")
    assert decision["outcome"] == "pre_assigned"
    assert "confirmation-par-le-bailleur" in decision["rules"]
    assert "48 heures" in decision["because"][-1]


def test_an_override_is_counted_as_the_bailleurs_arbitration(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.override("V1", to="COM")
    decision = scene.decision("V1")
    assert (decision["reservataire"], decision["reason"]) == ("COM", "arbitrage")
    assert "compté comme son arbitrage" in decision["because"][0]
    assert scene.counts("AL") == {"proposed": 1, "withdrawn": 1, "overridden": 1}
    assert scene.all("proposal.withdrawn")[0]["cause_of_closing"] == "override"
    assert scene.ledger().engaged == {"C-AL": 0, "C-COM": DWELLING}


def test_an_override_to_a_party_its_criteria_exclude_still_stands_first_among_the_alternatives(
    scene: Scene,
) -> None:
    scene.sign("AL", "50", criteria=[{"dimension": "typologie", "in": ["T1"], "kind": "exclude"}])
    scene.sign("COM", "50")
    scene.declare("V1", typologie="T1")
    scene.override("V1", to="AL")
    rows = scene.decision("V1")["alternatives"]
    assert [(row["reservataire"], row["eligible"]) for row in rows] == [("AL", False), ("COM", True)]


def test_an_override_gives_back_what_the_proposal_had_counted(scene: Scene) -> None:
    scene.sign("AL", "60", decompte={"method": "proposition"})
    scene.sign("COM", "40")
    scene.declare("V1")
    assert scene.ledger().counted == {"C-AL": DWELLING}
    scene.override("V1", to=BAILLEUR)
    assert scene.ledger().counted["C-AL"] == 0
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"
    assert scene.ledger().engaged[BAILLEUR] == DWELLING


def test_the_bailleur_may_give_away_a_dwelling_it_kept(scene: Scene) -> None:
    scene.sign("AL", "5")
    assert scene.declare("V1")["outcome"] == "kept_by_bailleur"
    scene.override("V1", to="AL")
    assert scene.dossier("V1").status == "proposed"
    assert scene.ledger().engaged == {"C-AL": DWELLING, BAILLEUR: 0}
    assert scene.ledger().counts[BAILLEUR]["kept"] == 0


def test_an_override_to_a_party_without_a_convention_is_refused_and_changes_nothing(scene: Scene) -> None:
    scene.sign("AL", "100")
    before = scene.declare("V1")
    with pytest.raises(Rejected) as refused:
        scene.override("V1", to="INCONNU")
    assert refused.value.reason is RejectionReason.SANS_CONVENTION
    assert "AL" in refused.value.message
    assert scene.dossier("V1").proposal_id == before["proposal_id"]
    assert scene.ledger().engaged == {"C-AL": DWELLING}


def test_an_override_of_a_dwelling_outside_the_flux_is_refused(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", purpose="vente")
    with pytest.raises(Rejected) as refused:
        scene.override("V1", to="AL")
    assert refused.value.reason is RejectionReason.HORS_FLUX


def test_an_override_after_an_attribution_is_recorded_only(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.deliberate("V1")
    scene.override("V1", to="COM")
    assert scene.all("outcome.recorded")[-1]["status"] == "recorded_only"
    assert scene.dossier("V1").reservataire == "AL"


def test_an_override_to_the_holder_itself_is_recorded_only(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.override("V1", to="AL")
    assert scene.all("outcome.recorded")[-1]["status"] == "recorded_only"
    assert len(scene.all("proposal.issued")) == 1


def test_an_override_of_a_held_vacancy_ends_its_wait(scene: Scene) -> None:
    scene.declare("V1")
    scene.override("V1", to=BAILLEUR)
    scene.wait(days=90)
    assert [data["outcome"] for data in scene.all("orientation.decided")] == ["held", "kept_by_bailleur"]


def test_a_delegated_proposal_says_so_and_its_candidates_are_named_on_behalf(scene: Scene) -> None:
    scene.sign("AL", "100", management="deleguee")
    scene.declare("V1")
    assert scene.all("proposal.issued")[0]["management"] == "deleguee"
    scene.designate("V1", on_behalf=True)
    last = scene.all("outcome.recorded")[-1]
    assert (last["status"], last["on_behalf"]) == ("applied", True)
    assert scene.counts("AL")["designated"] == 1


def test_the_rules_decide_the_management_a_convention_leaves_open(
    scene: Scene, scene_of: Callable[..., Scene], book_with: Callable[..., BookView]
) -> None:
    delegated = scene_of(book_with("gestion/gestion-deleguee"))
    for each in (scene, delegated):
        each.sign("AL", "100")
        each.declare("V1")
    assert scene.all("proposal.issued")[0]["management"] == "directe"
    assert delegated.all("proposal.issued")[0]["management"] == "deleguee"


def test_a_delegation_report_is_recorded_and_moves_nothing(scene: Scene) -> None:
    scene.sign("AL", "100", management="deleguee")
    scene.declare("V1")
    engaged = dict(scene.ledger().engaged)
    lines = [{"vacancy_id": "V1", "stage": "bail"}]
    scene.about("delegation.reported", reservataire="AL", convention_id="C-AL", period="2026-T1", lines=lines)
    last = scene.all("outcome.recorded")[-1]
    assert (last["status"], last["lines"]) == ("recorded_only", lines)
    assert scene.ledger().engaged == engaged


def test_a_confirmation_the_day_after_is_late(scene: Scene) -> None:
    scene.sign("AL", "100", confirmation="bailleur")
    scene.declare("V1")
    scene.now += timedelta(days=3)
    scene.confirm("V1")
    statuses = [data["status"] for data in scene.all("outcome.recorded")]
    assert statuses == ["late"]
    assert len(scene.all("proposal.issued")) == 1
