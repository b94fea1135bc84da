"""Who spoke is a fact: a réservataire's word is its own, or the bailleur's where a convention delegates it."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.authority import ACTS
from contracts.canonical import decode
from contracts.envelope import open_emitted
from contracts.rejected import Rejected
from orientation.emissions import emissions

Scene = Any  # the class is in conftest.py: tests cannot import each other
Act = Callable[[Scene], Any]

SIREN = "999001209"
ATTRIBUTION = {"method": "attribution"}


def told(scene: Scene, party: str = "AL") -> list[tuple[str, dict[str, Any]]]:
    """What the réservataire's own topic holds, by type and data."""
    found = []
    for ordinal, (kind, data) in enumerate(scene.facts, start=1):
        for emission in emissions(kind, ordinal, data, b"{}"):
            if emission.topic == f"proposals.{party}":
                event = open_emitted(emission.message.value)
                found.append((event.type, event.data))
    return found


def ends(scene: Scene, party: str = "AL") -> list[tuple[str, str | None, bool]]:
    """Each `proposal.closed` a réservataire was told: cause, who spoke, whether on its behalf."""
    closed = [data for kind, data in told(scene, party) if kind == "proposal.closed"]
    return [(data["cause"], data.get("spoken_by"), data["on_behalf"]) for data in closed]


SAID: dict[str, Act] = {
    "designation": lambda scene: scene.designate("V1", on_behalf=True),
    "refusal": lambda scene: scene.refuse("V1", speaker=SIREN),
    "refusal by naming nobody": lambda scene: scene.designate("V1", count=0, on_behalf=True),
    "contestation": lambda scene: scene.outcome(
        "exclusion.contested", "V1", reservataire="AL", by="AL", reason="Non.", speaker=SIREN
    ),
    "contestation satisfied": lambda scene: scene.outcome(
        "contestation.answered", "V1", reservataire="AL", by="AL", reason="Merci.", speaker=SIREN
    ),
    "contestation of the convention": lambda scene: scene.send(
        "convention.contested",
        {"departement": "75", "convention_id": "C-AL", "by": "AL", "reason": "Non."},
        by=SIREN,
    ),
}
"""What the bailleur may say for AL, under the word that delegates it."""


def delegation_of(said: str) -> str:
    return said.partition(" ")[0]


def test_all_that_can_be_delegated_but_concertations_is_tried_here() -> None:
    delegable = {act.delegation for act in ACTS if act.delegation}
    assert {delegation_of(said) for said in SAID} == delegable - {"concertation"}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("management", ["directe", "deleguee"])
def test_the_bailleur_says_nothing_for_a_reservataire_that_did_not_delegate_it(
    scene: Scene, said: str, management: str
) -> None:
    others = sorted({"designation", "refusal", "contestation", "concertation"} - {delegation_of(said)})
    scene.sign("AL", "100", delegates=others, management=management)
    scene.declare("V1")
    before = len(scene.facts)
    if said == "designation" and management == "deleguee":
        SAID[said](scene)
        return
    with pytest.raises(Rejected) as refused:
        SAID[said](scene)
    assert refused.value.reason == "sans_delegation"
    assert refused.value.path in {"$.data.reservataire", "$.data.by"}
    assert delegation_of(said) in refused.value.message
    assert len(scene.facts) == before


@pytest.mark.parametrize("said", SAID)
def test_what_the_bailleur_says_where_the_convention_delegates_it_is_recorded_and_told_as_such(
    scene: Scene, said: str
) -> None:
    scene.sign("AL", "100", delegates=[delegation_of(said)])
    scene.declare("V1")
    before = len(told(scene))
    facts = SAID[said](scene)
    recorded = next(data for kind, data in facts if kind.endswith("recorded"))
    assert (recorded["spoken_by"], recorded["on_behalf"]) == (SIREN, True)
    news = told(scene)[before:]
    assert [data["on_behalf"] for _, data in news] == [True]
    assert news[0][1]["spoken_by"] == SIREN


def test_delegated_management_by_the_rules_lets_the_bailleur_designate(
    book_with: Callable[..., Any], scene_of: Callable[..., Scene]
) -> None:
    scene = scene_of(book_with("gestion/gestion-deleguee"))
    scene.sign("AL", "100")
    assert scene.declare("V1")["management"] == "deleguee"
    scene.designate("V1", on_behalf=True)
    assert scene.dossier("V1").status == "designated"


def test_a_reservataires_own_refusal_is_told_to_it_as_its_own(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.refuse("V1", reason="hors_criteres")
    assert ends(scene) == [("refus_motive", "AL", False)]
    [(_, closed)] = [each for each in told(scene) if each[0] == "proposal.closed"]
    assert closed["reason"] == "hors_criteres"


ENDS: dict[str, tuple[Act, list[tuple[str, str | None, bool]]]] = {
    "a refusal": (lambda scene: scene.refuse("V1"), [("refus_motive", "AL", False)]),
    "one without a reason": (
        lambda scene: scene.refuse("V1", reason="sans_motif"),
        [("refus_sans_motif", "AL", False)],
    ),
    "nobody designated": (lambda scene: scene.designate("V1", count=0), [("sans_candidat", "AL", False)]),
    "a candidate's refusal": (
        lambda scene: scene.refuse("V1", "loyer_trop_eleve", by="candidat"),
        [("refus_candidat", SIREN, False)],
    ),
    "nobody retained": (
        lambda scene: scene.deliberate("V1", "non_attribution"),
        [("non_attribution", SIREN, False)],
    ),
    "nobody admissible": (
        lambda scene: scene.deliberate("V1", "irrecevabilite"),
        [("irrecevabilite", SIREN, False)],
    ),
    "an attribution": (lambda scene: scene.deliberate("V1"), [("attribution", SIREN, False)]),
    "a lease": (lambda scene: scene.lease("V1"), [("bail", SIREN, False)]),
    "an attribution, then nobody in the end": (
        lambda scene: (scene.deliberate("V1"), scene.refuse("V1", "loyer_trop_eleve", by="candidat")),
        [("attribution", SIREN, False), ("refus_candidat", SIREN, False)],
    ),
    "silence": (lambda scene: scene.wait(days=31), [("sans_reponse", None, False)]),
    "an override": (lambda scene: scene.override("V1", SIREN), [("override", SIREN, False)]),
    "an amendment": (lambda scene: scene.amend("V1", typologie="T5"), [("amended", SIREN, False)]),
    "a withdrawal": (lambda scene: scene.withdraw("V1"), [("withdrawn", SIREN, False)]),
    "the end of the convention": (
        lambda scene: scene.end("AL", "2026-01-04"),
        [("convention_ended", SIREN, False)],
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_reservataire_hears_at_once_every_end_of_its_proposal_and_who_spoke(scene: Scene, how: str) -> None:
    act, expected = ENDS[how]
    scene.sign("AL", "100")
    scene.declare("V1")
    proposal = scene.dossier("V1").proposal_id
    act(scene)
    assert ends(scene) == expected
    assert {data["proposal_id"] for kind, data in told(scene) if kind == "proposal.closed"} == {proposal}


@pytest.mark.parametrize("how", ["silence", "an override"])
def test_the_events_that_told_an_end_before_are_still_there_beside_it(scene: Scene, how: str) -> None:
    act, _ = ENDS[how]
    scene.sign("AL", "100")
    scene.declare("V1")
    act(scene)
    kinds = [kind for kind, _ in told(scene)][-2:]
    assert kinds[0] in {"proposal.expired", "proposal.withdrawn"}
    assert kinds[1] == "proposal.closed"


def test_what_a_reservataire_is_told_is_numbered_without_a_hole_and_never_twice_under_one_id(
    scene: Scene,
) -> None:
    scene.sign("AL", "50", delegates=["refusal"])
    scene.sign("COM", "50")
    for number, (act, _) in enumerate(ENDS.values(), start=1):
        scene.declare("V1" if number == 1 else f"V{number}")
        if number == 1:
            act(scene)
        scene.wait(days=40)
    messages = [
        emission
        for ordinal, (kind, data) in enumerate(scene.facts, start=1)
        for emission in emissions(kind, ordinal, data, b"{}")
        if emission.topic == "proposals.AL"
    ]
    assert [each.sequence for each in messages] == list(range(1, len(messages) + 1))
    ids = [decode(each.message.value or b"")["id"] for each in messages]
    assert len(set(ids)) == len(ids)


def test_a_word_on_behalf_that_waited_is_judged_when_its_proposal_comes(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.refuse("V1", reservataire="AL", speaker=SIREN)
    assert scene.all("outcome.recorded")[-1]["status"] == "parked"
    scene.declare("V1")
    last = scene.all("outcome.recorded")[-1]
    assert (last["status"], last["error"]["reason"]) == ("rejected", "sans_delegation")
    assert scene.dossier("V1").status == "proposed"
    assert not ends(scene)


def test_a_delegated_word_that_waited_is_applied_as_on_behalf(scene: Scene) -> None:
    scene.sign("AL", "100", delegates=["refusal"])
    scene.refuse("V1", reservataire="AL", speaker=SIREN)
    scene.declare("V1")
    assert ends(scene) == [("refus_motive", SIREN, True)]


def test_a_contestation_on_behalf_waits_for_the_convention_that_may_delegate_it(scene: Scene) -> None:
    SAID["contestation"](scene)
    assert scene.all("outcome.recorded")[-1]["status"] == "parked"
    scene.sign("COM", "10", delegates=["contestation"])
    assert scene.all("outcome.recorded")[-1]["status"] == "parked"
    scene.sign("AL", "10", delegates=["contestation"])
    last = scene.all("outcome.recorded")[-1]
    assert (last["status"], last["on_behalf"], last["by"]) == ("recorded_only", True, "AL")
    assert not scene.state.parked


def test_a_late_word_on_behalf_is_refused_as_an_early_one_is(scene: Scene) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    first = scene.declare("V1")
    scene.refuse("V1")
    with pytest.raises(Rejected) as refused:
        scene.refuse("V1", reservataire="AL", proposal_id=first["proposal_id"], speaker=SIREN)
    assert refused.value.reason == "sans_delegation"


def test_the_bailleurs_answer_to_a_contestation_and_its_reports_are_told_to_whom_they_concern(
    scene: Scene,
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    before = len(told(scene))
    scene.outcome("contestation.answered", "V1", reservataire="AL", by=SIREN, reason="Voici l'acte.")
    scene.about(
        "delegation.reported",
        reservataire="AL",
        convention_id="C-AL",
        period="2026-T1",
        lines=[{"vacancy_id": "V1", "stage": "proposition"}],
    )
    news = told(scene)[before:]
    assert [(kind, data["outcome"], data["on_behalf"]) for kind, data in news] == [
        ("outcome.recorded", "contestation.answered", False),
        ("outcome.recorded", "delegation.reported", False),
    ]


def answers(scene: Scene) -> dict[str, Any]:
    """The bailleur answers a concertation for AL."""
    facts = scene.send(
        "concertation.answered",
        {"departement": "75", "programme_id": "P1", "reservataire": "AL", "answer": "agree"},
        by=SIREN,
    )
    recorded: dict[str, Any] = facts[0][1]
    return recorded


def test_the_bailleur_answers_a_concertation_where_the_convention_delegates_it(scene: Scene) -> None:
    scene.sign("AL", "20", delegates=["concertation"])
    scene.open_programme(("AL", 1))
    said = answers(scene)
    assert (said["spoken_by"], said["on_behalf"]) == (SIREN, True)
    assert scene.all("concertation.concluded")
    assert told(scene)[-1][0] == "programme.recorded"


@pytest.mark.parametrize("delegates", [None, ["refusal", "designation", "contestation"]])
def test_the_bailleur_does_not_answer_a_concertation_that_was_not_delegated(
    scene: Scene, delegates: list[str] | None
) -> None:
    scene.sign("AL", "20", delegates=delegates, management="deleguee")
    scene.open_programme(("AL", 1))
    with pytest.raises(Rejected) as refused:
        answers(scene)
    assert (refused.value.reason, refused.value.path) == ("sans_delegation", "$.data.reservataire")
    assert not scene.all("concertation.concluded")
