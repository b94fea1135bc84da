"""After a proposal: refusals, silence, what comes back of the turn, and to whom the dwelling goes next."""

from random import Random
from typing import Any

import pytest

from contracts.rejected import Rejected, RejectionReason
from flux.units import BAILLEUR, DWELLING

Scene = Any  # the class is in conftest.py: tests cannot import each other

ATTRIBUTION = {"method": "attribution"}


def test_a_refusal_gives_the_turn_back_when_attributions_are_counted(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    before = scene.declare("V1")
    assert scene.ledger().engaged == {"C-AL": DWELLING}
    scene.refuse("V1")
    assert before["outcome"] == "proposed"
    assert scene.ledger().engaged == {"C-AL": 0, BAILLEUR: DWELLING}
    assert scene.ledger().balance("C-AL") == DWELLING


def test_a_refusal_gives_nothing_back_when_proposals_are_counted(scene: Scene) -> None:
    scene.sign("AL", "100", decompte={"method": "proposition"})
    scene.declare("V1")
    scene.refuse("V1")
    assert scene.ledger().engaged["C-AL"] == DWELLING
    assert scene.ledger().counted["C-AL"] == DWELLING
    assert scene.ledger().credit == {"C-AL": DWELLING, BAILLEUR: DWELLING}


def test_a_mixed_count_gives_back_the_part_that_was_not_counted(scene: Scene) -> None:
    weights = {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
    scene.sign("AL", "100", decompte={"method": "mixte", "weights": weights})
    scene.declare("V1")
    scene.refuse("V1")
    assert scene.ledger().engaged["C-AL"] == DWELLING // 2
    assert scene.ledger().counted["C-AL"] == DWELLING // 2


@pytest.mark.parametrize(
    ("reason", "by", "is_restored"),
    [
        ("hors_criteres", "reservataire", True),
        ("loyer_trop_eleve", "candidat", True),
        ("candidat_injoignable", "candidat", True),
        ("sans_motif", "reservataire", False),
        ("absence_de_candidat", "reservataire", False),
    ],
)
def test_only_the_causes_the_rules_name_give_the_turn_back(
    scene: Scene, reason: str, by: str, is_restored: bool
) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.refuse("V1", reason, by)
    assert scene.ledger().engaged["C-AL"] == (0 if is_restored else DWELLING)


def test_silence_gives_nothing_back_even_when_attributions_are_counted(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.wait(days=31)
    assert [data["cause_of_closing"] for data in scene.all("proposal.expired")] == ["sans_reponse"]
    assert scene.ledger().engaged["C-AL"] == DWELLING
    assert scene.counts("AL") == {"proposed": 1, "expired": 1}


def test_naming_no_candidate_ends_the_proposal_as_the_absence_of_a_candidate(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.designate("V1", count=0)
    assert scene.all("outcome.recorded")[-1]["closes"] == "sans_candidat"
    assert scene.ledger().engaged["C-AL"] == DWELLING
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"


@pytest.mark.parametrize(("days", "balance"), [(1, DWELLING // 2), (120, 0)])
def test_a_turn_comes_back_up_to_what_the_last_ninety_days_gave(
    scene: Scene, days: int, balance: int
) -> None:
    scene.sign("AL", "50", decompte=ATTRIBUTION)
    scene.sign("COM", "50", decompte=ATTRIBUTION)
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.designate("V1")
    scene.wait(days=days)
    scene.refuse("V1")
    assert scene.ledger().balance("C-AL") == balance


def test_the_next_party_is_asked_and_the_one_that_said_no_is_not(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.refuse("V1")
    second = scene.decision("V1")
    assert (second["reservataire"], second["attempt"]) == ("COM", 2)
    assert second["supersedes"] == scene.all("orientation.decided", "V1")[0]["decision_id"]
    al = next(row for row in second["alternatives"] if row["reservataire"] == "AL")
    assert not al["eligible"]
    assert "déjà répondu non" in al["because"]


def test_after_three_proposals_the_dwelling_goes_back_to_the_bailleur_for_one_turn(scene: Scene) -> None:
    for name in ("A", "B", "C", "D"):
        scene.sign(name, "25")
    scene.declare("V1")
    for _ in range(3):
        scene.refuse("V1")
    last = scene.decision("V1")
    assert (last["outcome"], last["reason"]) == ("kept_by_bailleur", "remise")
    assert len(scene.all("proposal.issued", "V1")) == 3
    assert last["because"] == ["Après 3 propositions sans suite, il revient au bailleur pour un tour."]
    assert "delais-ordinaires" in last["rules"]


def test_the_bailleur_is_not_offered_further_rounds_before_the_hand_back(scene: Scene) -> None:
    scene.sign("AL", "30")
    scene.sign("COM", "5")
    while scene.declare()["reservataire"] != "AL":
        pass
    name = scene.all("orientation.decided")[-1]["vacancy_id"]
    scene.refuse(name)
    assert scene.decision(name)["reservataire"] == "COM"


def test_a_party_that_never_answers_is_not_offered_more_than_its_share_over_a_quarter(scene: Scene) -> None:
    shares = {"MUET": "5", "AL": "22", "COM": "20", "ETAT-AGENTS": "5", "ETAT": "25"}
    for name, share in shares.items():
        scene.sign(name, share, decompte=ATTRIBUTION)
    says, dwellings = Random(46), 600
    for _ in range(dwellings):
        decision = scene.declare()
        while decision["reservataire"] not in {None, "MUET"} and says.random() < 0.46:
            scene.refuse(decision["vacancy_id"])
            decision = scene.decision(decision["vacancy_id"])
        if decision["reservataire"] not in {None, "MUET"}:
            scene.lease(decision["vacancy_id"])
        scene.wait(minutes=90 * 24 * 60 // dwellings)
    offers = [data["reservataire"] for data in scene.all("proposal.issued")]
    silences = [data["reservataire"] for data in scene.all("proposal.expired")]
    assert silences.count("MUET") > 10
    assert offers.count("MUET") <= dwellings * 5 // 100 + 1
    assert offers.count("MUET") * 100 <= len(offers) * 5


def test_a_candidates_refusal_with_ranked_candidates_left_keeps_the_proposal(scene: Scene) -> None:
    scene.sign("AL", "100")
    proposal = scene.declare("V1")["proposal_id"]
    scene.designate("V1")
    scene.deliberate("V1", "attribution_rang", rank=1)
    scene.deliberate("V1", "attribution_rang", rank=2)
    scene.refuse("V1", "loyer_trop_eleve", "candidat")
    assert scene.dossier("V1").proposal_id == proposal
    scene.refuse("V1", "loyer_trop_eleve", "candidat")
    assert scene.dossier("V1").proposal_id is None
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"


def test_a_candidates_refusal_ends_the_proposal_when_it_says_nobody_is_left(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.designate("V1")
    scene.refuse("V1", "localisation", "candidat", candidates_left=1)
    assert scene.dossier("V1").status == "designated"
    scene.refuse("V1", "localisation", "candidat", candidates_left=0)
    assert scene.decision("V1")["outcome"] == "kept_by_bailleur"


def test_the_commission_turning_every_candidate_down_ends_the_proposal(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.designate("V1", count=2)
    scene.deliberate("V1", "non_attribution")
    assert scene.dossier("V1").status == "designated"
    scene.deliberate("V1", "irrecevabilite")
    assert scene.all("outcome.recorded")[-1]["closes"] == "irrecevabilite"
    assert scene.ledger().engaged["C-AL"] == 0
    assert scene.counts("AL") == {"proposed": 1, "designated": 1, "not_attributed": 1}


def test_at_most_one_attribution_is_counted(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.designate("V1")
    scene.deliberate("V1", "attribution")
    scene.deliberate("V1", "attribution_condition")
    scene.deliberate("V1", "attribution_rang", rank=1)
    assert scene.ledger().counted["C-AL"] == DWELLING
    assert scene.counts("AL")["attributed"] == 1


def test_a_second_rank_is_not_an_attribution(scene: Scene) -> None:
    scene.sign("AL", "100", decompte=ATTRIBUTION)
    scene.declare("V1")
    scene.deliberate("V1", "attribution_rang", rank=2)
    assert scene.ledger().counted.get("C-AL", 0) == 0
    assert scene.dossier("V1").stage == 1


def test_a_lease_without_a_known_attribution_counts_as_both(scene: Scene) -> None:
    scene.sign("AL", "100", decompte={"method": "bail"})
    scene.declare("V1")
    scene.lease("V1")
    scene.lease("V1")
    assert scene.counts("AL") == {"proposed": 1, "attributed": 1, "leased": 1}
    assert scene.ledger().counted["C-AL"] == DWELLING
    assert [data["status"] for data in scene.all("outcome.recorded")] == ["applied", "recorded_only"]


def test_an_outcome_of_a_closed_proposal_is_recorded_as_late_and_changes_nothing(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    first = scene.declare("V1")["proposal_id"]
    scene.wait(days=31)
    holder = scene.dossier("V1").reservataire
    scene.designate("V1", reservataire="AL", proposal_id=first)
    assert scene.all("outcome.recorded")[-1]["status"] == "late"
    assert scene.dossier("V1").reservataire == holder == "COM"


def test_a_late_outcome_is_known_by_its_reservataire_when_it_names_no_proposal(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.refuse("V1")
    scene.designate("V1", reservataire="AL", proposal_id=None)
    assert scene.all("outcome.recorded")[-1]["status"] == "late"


def test_speaking_of_somebody_elses_proposal_is_refused(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    proposal = scene.declare("V1")["proposal_id"]
    with pytest.raises(Rejected) as refused:
        scene.designate("V1", reservataire="COM", proposal_id=proposal, speaker="COM")
    assert refused.value.reason is RejectionReason.PROPOSITION_D_AUTRUI
    assert scene.dossier("V1").designated == 0


def test_an_unknown_refusal_code_is_refused_with_the_codes_that_are_known(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    with pytest.raises(Rejected) as refused:
        scene.refuse("V1", "trop_loin")
    assert refused.value.reason is RejectionReason.VALEUR_INCONNUE
    assert "hors_criteres" in refused.value.message
    assert scene.dossier("V1").status == "proposed"
