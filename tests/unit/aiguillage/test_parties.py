"""The players: what they answer, when, and as often as the study measured."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from aiguillage.cloudevents import line
from aiguillage.parties import Player
from aiguillage.parties.manners import UnreadablePartyError
from aiguillage.sample import make_sample
from aiguillage.sample.bailleurs import bailleurs_of
from aiguillage.sample.figures import departement_of
from aiguillage.sample.manners import CANDIDATE_REASONS, RESERVATAIRE_REASONS, VOID_REASON
from contracts.canonical import decode
from contracts.events import outcomes, programmes
from contracts.values import Reading

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIRENS = [bailleur.siren for bailleur in bailleurs_of(departement_of("75"), seed=7)]
PARTIES = ["ETAT-75-PRIORITAIRES", "ETAT-75-AGENTS", "AL-75", "COMMUNE-75056", "REGION-11"]
REASONS = Path(__file__).parents[3] / "rules/referentiels/motifs-refus.yaml"
MODELS = {
    "candidates.designated": outcomes.CandidatesDesignated,
    "proposal.refused": outcomes.ProposalRefused,
    "caleol.decided": outcomes.CaleolDecided,
    "lease.signed": outcomes.LeaseSigned,
    "orientation.confirmed": outcomes.OrientationConfirmed,
    "decision.overridden": outcomes.DecisionOverridden,
    "concertation.answered": programmes.ConcertationAnswered,
}


@pytest.fixture(scope="module")
def player() -> Player:
    return Player(make_sample("75", 10, 7))


def a_proposal(number: int = 1, **changes: object) -> dict[str, Any]:
    return {
        "proposal_id": f"p{number}",
        "vacancy_id": f"V-{number}",
        "bailleur": SIRENS[number % len(SIRENS)],
        "departement": "75",
        "reservataire": PARTIES[number % len(PARTIES)],
        "attempt": 1,
        "management": "directe",
        "respond_by": "2026-04-01T09:00:00Z",
        **changes,
    }


def a_decision(number: int, **changes: object) -> dict[str, Any]:
    others = [{"reservataire": party, "eligible": True} for party in PARTIES]
    rest = {"reservataire": "BAILLEUR", "eligible": True}
    decided = {"decision_id": f"d{number}", "outcome": "pre_assigned", "alternatives": [*others, rest]}
    return {**a_proposal(number), **decided, **changes}


def said(answers: list[tuple[datetime, bytes]]) -> list[tuple[str, Mapping[str, Any]]]:
    read: list[Any] = [decode(event) for _, event in answers]
    return [(str(event["type"])[len("fr.aiguillage.") : -len(".v1")], event) for event in read]


def test_answers_depend_on_the_sample_and_the_proposal_alone(player: Player) -> None:
    again = Player(make_sample("75", 3000, 7))
    later = [player.answers(a_proposal(number), AT) for number in range(50, 0, -1)]
    assert later[::-1] == [again.answers(a_proposal(number), AT) for number in range(1, 51)]


def test_every_answer_is_one_the_contracts_know_in_order_of_time(player: Player) -> None:
    concerted = player.concertation_answers(a_split(), AT)
    for number in range(300):
        answers = [*player.answers(a_proposal(number), AT), *player.confirmations(a_decision(number), AT)]
        for (at, _), (kind, event) in zip([*answers, *concerted], said([*answers, *concerted]), strict=True):
            assert event["time"] == f"{at:%Y-%m-%dT%H:%M:%SZ}"
            assert at > AT
            MODELS[kind].model_validate(event["data"], context=Reading(at))


def test_about_forty_six_proposals_in_a_hundred_come_to_nothing(player: Player) -> None:
    ends = Counter(_end(said(player.answers(a_proposal(number), AT))) for number in range(8000))
    share = {end: count / 80 for end, count in ends.items()}
    assert share["silence"] == pytest.approx(9, abs=2)
    assert share["void"] == pytest.approx(2, abs=1)
    assert share["refused"] == pytest.approx(36, abs=2)
    assert share["silence"] + share["void"] + share["refused"] == pytest.approx(46, abs=2)


def _end(answers: list[tuple[str, Mapping[str, Any]]]) -> str:
    if not answers:
        return "silence"
    kind, event = answers[-1]
    if kind != "proposal.refused":
        return kind
    return "void" if event["data"]["reason"] == VOID_REASON else "refused"


def test_a_lease_follows_candidates_and_a_commission(player: Player) -> None:
    stories = [said(player.answers(a_proposal(number), AT)) for number in range(200)]
    signed = [[kind for kind, _ in story] for story in stories if story and story[-1][0] == "lease.signed"]
    assert signed
    assert all(story[:2] == ["candidates.designated", "caleol.decided"] for story in signed)


def test_a_commission_that_retains_nobody_says_so_of_every_candidate(player: Player) -> None:
    """Else a proposal would wait for ever for what it says of the others."""
    stories = [said(player.answers(a_proposal(number), AT)) for number in range(600)]
    in_vain = [story for story in stories if story and story[-1][0] == "caleol.decided"]
    in_vain = [story for story in in_vain if not story[-1][1]["data"]["decision"].startswith("attribution")]
    assert len({story[0][1]["data"]["count"] for story in in_vain}) > 1
    for (_, designated), *decided in in_vain:
        assert len(decided) == designated["data"]["count"]


def test_who_answers_does_so_before_the_deadline(player: Player) -> None:
    soon = AT + timedelta(days=3)
    for number in range(200):
        answers = player.answers(a_proposal(number, respond_by=soon.isoformat()), AT)
        assert not answers or answers[0][0] < soon


def test_in_delegated_management_the_bailleur_designates_on_behalf(player: Player) -> None:
    kind, event = said(player.answers(a_proposal(management="deleguee"), AT))[0]
    assert kind == "candidates.designated"
    assert event["data"]["on_behalf"] is True
    assert event["source"] == f"/bailleurs/{SIRENS[1]}"


def test_a_candidate_s_refusal_is_said_by_the_bailleur_a_reservataire_s_by_itself(player: Player) -> None:
    refusals = [
        event
        for number in range(400)
        for kind, event in said(player.answers(a_proposal(number), AT))
        if kind == "proposal.refused"
    ]
    for event in refusals:
        family = "bailleurs" if event["data"]["by"] == "candidat" else "reservataires"
        assert event["source"].startswith(f"/{family}/")
    assert {event["data"]["by"] for event in refusals} == {"candidat", "reservataire"}


def test_a_pre_assignment_is_confirmed_or_seldom_overridden_in_favour_of_another(player: Player) -> None:
    answers = [said(player.confirmations(a_decision(number), AT))[0] for number in range(2000)]
    overridden = [
        (number, event) for number, (kind, event) in enumerate(answers) if kind == "decision.overridden"
    ]
    assert 30 < len(overridden) < 90
    for number, event in overridden:
        assert event["data"]["reservataire"] in set(PARTIES) - {a_decision(number)["reservataire"]}


def test_a_decision_nobody_must_confirm_is_not_answered(player: Player) -> None:
    assert player.confirmations(a_decision(1, outcome="proposed"), AT) == []


def a_split(**changes: object) -> dict[str, Any]:
    lots = [
        {"dwelling_id": str(lot), "reservataire": party}
        for lot, party in enumerate([*PARTIES, "AL-75", None])
    ]
    return {
        "programme_id": "P-1",
        "bailleur": SIRENS[0],
        "departement": "75",
        "round": 1,
        "asked": sorted(PARTIES),
        "respond_by": "2026-03-20T23:00:00Z",
        "split": lots,
        **changes,
    }


def test_each_reservataire_of_a_split_answers_once(player: Player) -> None:
    answers = said(player.concertation_answers(a_split(), AT))
    assert sorted(event["data"]["reservataire"] for _, event in answers) == sorted(PARTIES)


def test_who_is_asked_again_in_a_second_round_answers_that_round_in_time(player: Player) -> None:
    again = a_split(round=2, asked=["AL-75"], respond_by="2026-03-03T23:00:00Z")
    ((at, answer),) = player.concertation_answers(again, AT)
    (first,) = player.concertation_answers(a_split(asked=["AL-75"]), AT)
    read: Any = decode(answer)
    assert (read["data"]["reservataire"], read["data"]["round"]) == ("AL-75", 2)
    assert at < datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert b"-2-AL-75" in answer
    assert b"-1-AL-75" in first[1]


def test_an_unknown_party_stays_silent(player: Player) -> None:
    assert player.answers(a_proposal(reservataire="SOMEBODY-ELSE"), AT) == []
    assert player.answers(a_proposal(bailleur="999001209"), AT) == []
    assert player.confirmations(a_decision(1, bailleur="999001209"), AT) == []


def test_a_delegated_bailleur_answers_in_its_own_name_and_each_who_is_asked_in_its_own(
    player: Player,
) -> None:
    (_, designated), *_ = player.answers(a_proposal(management="deleguee"), AT)
    concerted = [decode(said) for _, said in player.concertation_answers(a_split(), AT)]
    sources = [event["source"] for event in (decode(designated), *concerted)]  # type: ignore[call-overload,index]  # events are objects
    assert sources[0] == f"/bailleurs/{SIRENS[1]}"
    assert "/reservataires/AL-75" in sources


def test_a_party_line_that_lacks_something_is_refused_by_name() -> None:
    lacking = {"party": "AL-75", "role": "reservataire", "seed": 1}
    broken = line("sample.party", id="x", source="/reservataires/AL-75", time=AT, data=lacking)
    with pytest.raises(UnreadablePartyError, match=r"AL-75.*silence_percent"):
        Player([broken])


def test_every_reason_given_is_in_the_referential_for_who_gives_it() -> None:
    listed = yaml.safe_load(REASONS.read_bytes())
    assert all("reservataire" in listed[code]["by"] for code in [*RESERVATAIRE_REASONS, VOID_REASON])
    assert all("candidat" in listed[code]["by"] for code in CANDIDATE_REASONS)
