"""Conventions: what is refused when they arrive, where they apply, what changes when they change or end."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.rejected import Rejected, RejectionReason
from flux.units import BAILLEUR, DWELLING
from orientation.emissions import emissions
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

PLAINE_COMMUNE = "200057867"


def test_two_conventions_of_one_reservataire_may_not_overlap(scene: Scene) -> None:
    scene.sign("AL", "20")
    with pytest.raises(Rejected) as refused:
        scene.sign("AL", "10", id="C-BIS", effective={"from": "2026-12-31", "until": "2027-12-31"})
    assert refused.value.reason is RejectionReason.CONVENTIONS_CHEVAUCHANTES
    assert "C-AL" in refused.value.message
    assert set(scene.state.conventions) == {"C-AL"}


def test_conventions_that_follow_each_other_are_accepted(scene: Scene) -> None:
    scene.sign("AL", "20")
    scene.sign("AL", "10", id="C-BIS", effective={"from": "2027-01-01", "until": "2027-12-31"})
    assert set(scene.state.conventions) == {"C-AL", "C-BIS"}


def test_a_convention_ended_early_leaves_room_for_the_next(scene: Scene) -> None:
    scene.sign("AL", "20")
    scene.end("AL", on="2026-03-31")
    scene.sign("AL", "10", id="C-BIS", effective={"from": "2026-04-01", "until": "2026-12-31"})
    assert "C-BIS" in scene.state.conventions


def test_an_id_of_a_convention_is_never_used_again(scene: Scene) -> None:
    scene.sign("AL", "20")
    with pytest.raises(Rejected) as refused:
        scene.sign("COM", "20", id="C-AL")
    assert refused.value.reason is RejectionReason.CONFLIT


def test_the_state_may_hold_thirty_percent_and_not_a_hair_more(scene: Scene) -> None:
    scene.sign("ETAT", "25", kind="etat_prioritaires")
    with pytest.raises(Rejected) as refused:
        scene.sign("AGENTS", "5.0000001", kind="etat_agents")
    assert refused.value.reason is RejectionReason.PLAFOND_ETAT
    assert "30,0000001 %" in refused.value.message
    scene.sign("AGENTS", "5", kind="etat_agents")
    with pytest.raises(Rejected) as refused:
        scene.adjust("ETAT", "25.5", kind="etat_prioritaires")
    assert refused.value.reason is RejectionReason.PLAFOND_ETAT


def test_the_agents_may_hold_five_points_of_the_thirty(scene: Scene) -> None:
    with pytest.raises(Rejected) as refused:
        scene.sign("AGENTS", "6", kind="etat_agents")
    assert refused.value.reason is RejectionReason.PLAFOND_ETAT
    assert "des agents de l'État serait de 6 %" in refused.value.message


def test_the_cap_of_the_state_does_not_bind_the_others(scene: Scene) -> None:
    scene.sign("ETAT", "30", kind="etat_prioritaires")
    scene.sign("AL", "45", kind="action_logement")
    assert set(scene.state.conventions) == {"C-ETAT", "C-AL"}


def test_one_share_above_one_hundred_percent_is_refused(scene: Scene) -> None:
    with pytest.raises(Rejected) as refused:
        scene.sign("AL", "101")
    assert refused.value.reason is RejectionReason.PART_EXCESSIVE
    assert not scene.state.conventions


@pytest.mark.parametrize("kind", ["commune", "epci", "ept"])
def test_a_collectivity_must_say_where_its_rights_lie(scene: Scene, kind: str) -> None:
    with pytest.raises(Rejected) as refused:
        scene.sign("ICI", "20", kind=kind)
    assert refused.value.reason is RejectionReason.TERRITOIRE_INCONNU
    with pytest.raises(Rejected):
        scene.sign("ICI", "20", kind=kind, territory={"scale": "ept", "code": "999999999"})


@pytest.mark.parametrize("arrondissement", ["75101", "75114", "75120", "75056"])
def test_an_arrondissement_belongs_to_its_commune(scene: Scene, arrondissement: str) -> None:
    scene.sign("VILLE", "100", kind="commune", territory={"scale": "communes", "communes": ["75056"]})
    assert scene.declare("V1", commune=arrondissement)["reservataire"] == "VILLE"


def test_the_commune_of_an_arrondissement_does_not_widen_a_convention_of_that_arrondissement(
    scene: Scene,
) -> None:
    scene.sign("EST", "100", territory={"scale": "communes", "communes": ["75120"]})
    assert scene.declare("V1", commune="75120")["reservataire"] == "EST"
    assert scene.declare("V2", commune="75114")["outcome"] == "kept_by_bailleur"


def test_an_ept_has_its_rights_in_its_communes_only(scene_of: Callable[..., Scene], book: BookView) -> None:
    scene = scene_of(book, "93")
    scene.sign("PLAINE-COMMUNE", "100", kind="ept", territory={"scale": "ept", "code": PLAINE_COMMUNE})
    assert scene.declare("V1", commune="93066")["reservataire"] == "PLAINE-COMMUNE"
    assert scene.declare("V2", commune="93008")["outcome"] == "kept_by_bailleur"
    assert scene.ledger().credit == {"C-PLAINE-COMMUNE": DWELLING, BAILLEUR: DWELLING}


def test_the_lines_of_a_convention_have_their_own_turns(scene: Scene) -> None:
    lines = [
        {"territory": {"scale": "communes", "communes": ["75119"]}, "share_percent": "50"},
        {"territory": {"scale": "communes", "communes": ["75120"]}, "share_percent": "10"},
    ]
    scene.sign("AL", shares=lines)
    for _ in range(10):
        scene.declare(commune="75119")
        scene.declare(commune="75120")
    assert scene.ledger().engaged["C-AL#1"] == 5 * DWELLING
    assert scene.ledger().engaged["C-AL#2"] == DWELLING


def test_an_adjustment_binds_from_then_on_and_what_was_credited_stays(scene: Scene) -> None:
    scene.sign("AL", "50")
    scene.declare("V1")
    scene.adjust("AL", "10")
    scene.declare("V2")
    assert scene.ledger().credit["C-AL"] == DWELLING * 6 // 10


def test_a_convention_nobody_signed_cannot_be_adjusted_ended_or_contested(scene: Scene) -> None:
    for act in (
        lambda: scene.adjust("AL", "10"),
        lambda: scene.end("AL", on="2026-06-30"),
        lambda: scene.about("convention.contested", convention_id="C-AL", by="AL", reason="Désaccord."),
    ):
        with pytest.raises(Rejected) as refused:
            act()
        assert refused.value.reason is RejectionReason.CONVENTION_INCONNUE
    assert not scene.facts


def test_an_ended_convention_takes_no_dwelling_declared_after_its_last_day(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.end("AL", on="2026-01-31")
    scene.now = datetime(2026, 1, 31, 22, tzinfo=UTC)
    assert scene.declare("V1")["reservataire"] == "AL"
    scene.now = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    assert scene.declare("V2")["reservataire"] is None


def test_proposals_made_after_a_convention_had_ended_are_withdrawn_and_decided_again(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.now = datetime(2026, 2, 20, 9, tzinfo=UTC)
    while scene.declare()["reservataire"] != "AL":
        pass
    name = scene.all("orientation.decided")[-1]["vacancy_id"]
    scene.end("AL", on="2026-02-10")
    assert scene.all("proposal.withdrawn", name)[-1]["cause_of_closing"] == "convention_ended"
    assert scene.decision(name)["reservataire"] == "COM"
    assert not scene.all("proposal.withdrawn", "V1")


def test_a_dwelling_whose_only_convention_had_ended_goes_back_to_the_bailleur(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.end("AL", on="2026-01-02")
    decision = scene.decision("V1")
    assert (decision["outcome"], decision["reason"]) == ("kept_by_bailleur", "remise")
    assert scene.ledger().engaged == {"C-AL": 0, BAILLEUR: DWELLING}


def test_a_retroactive_convention_accrues_from_its_arrival_only(scene: Scene) -> None:
    scene.sign("COM", "40")
    scene.declare("V1")
    scene.sign("AL", "60")
    assert "C-AL" not in scene.ledger().credit
    scene.declare("V2")
    assert scene.ledger().credit["C-AL"] == DWELLING * 6 // 10


def test_a_free_text_is_kept_as_its_digest_only(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.end("AL", on="2026-06-30")
    last = scene.all("convention.recorded")[-1]
    assert len(last["reason_sha256"]) == 64
    assert "reason" not in last


def test_what_is_written_for_a_reservataire_is_numbered_without_a_hole(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    for number in range(8):
        scene.declare()
        scene.wait(days=number * 5)
    numbers: dict[str, list[int]] = {"proposals.AL": [], "proposals.COM": []}
    for ordinal, (kind, data) in enumerate(scene.facts, start=1):
        for emission in emissions(kind, ordinal, data, b"{}"):
            if emission.topic in numbers:
                numbers[emission.topic].append(emission.sequence)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert min(map(len, numbers.values())) > 3
