"""What many waiting outcomes cost others, and how many one party may have waiting."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from contracts.inputs import Input
from contracts.rejected import Rejected
from orientation.domain.instants import instant
from orientation.domain.routing import route
from orientation.domain.state import BEGINNING
from orientation.parking_quota import ParkingQuota
from orientation.scope_batch import SNAPSHOT_EVERY_ROWS, ScopeBatch

Scene = Any  # the class is in conftest.py: tests cannot import each other

SIREN = "999001209"
MANY = 2_000


def flood(scene: Scene, number: int, party: str = "AL") -> None:
    """Refusals by a party of dwellings nobody declared."""
    for place in range(number):
        scene.refuse(f"NEVER-{place}", reservataire=party)


def take(scene: Scene, quota: ParkingQuota, cause: Input) -> None:
    """Apply an input as the service does, within a quota."""
    at = max(scene.state.clock, cause.time)
    may_park = quota.lets_park(scene.state, cause)
    scene.facts += route(scene.state, cause, at, scene.book, may_park=may_park)


def test_outcomes_that_wait_are_not_looked_at_for_inputs_that_do_not_concern_them(scene: Scene) -> None:
    scene.sign("AL", "50")
    scene.sign("COM", "50")
    flood(scene, MANY)
    scene.state.parked.examined = 0
    for number in range(20):
        scene.declare(f"V{number}")
        scene.designate(f"V{number}")
        scene.deliberate(f"V{number}")
        scene.lease(f"V{number}")
    scene.forecast(100)
    assert len(scene.state.parked) == MANY
    assert scene.state.parked.examined == 0


def test_a_vacancy_looks_at_those_that_wait_for_it_and_no_others(scene: Scene) -> None:
    scene.sign("AL", "100")
    flood(scene, MANY)
    scene.designate("V1", reservataire="AL")
    scene.state.parked.examined = 0
    scene.declare("V1")
    assert scene.dossier("V1").status == "designated"
    assert scene.state.parked.examined == 1


def test_what_waited_for_the_next_proposal_is_applied_as_soon_as_that_is_issued(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("COM", "40")
    scene.designate("V1", reservataire="COM")
    scene.refuse("V1", reservataire="AL")
    scene.declare("V1")
    assert scene.dossier("V1").reservataire == "COM"
    assert scene.dossier("V1").status == "designated"
    assert not scene.state.parked


def test_a_state_is_not_written_whole_before_as_many_rows_as_it_holds_entries(scene: Scene) -> None:
    flood(scene, MANY)
    rows = SNAPSHOT_EVERY_ROWS + 1
    assert not ScopeBatch(scene.state, 0, None, rows).is_snapshot_due
    assert ScopeBatch(scene.state, 0, None, MANY + 1).is_snapshot_due


@pytest.mark.parametrize("is_past_the_watermark", [False, True])
def test_only_what_still_waits_once_all_said_before_is_applied_counts_against_a_party(
    scene: Scene, is_past_the_watermark: bool
) -> None:
    quota = ParkingQuota(in_vain_at_most=10)
    scene.sign("AL", "100")
    scene.declare("V1")
    flood(scene, 10)
    cause = scene.event("proposal.refused", _refusal("NEVER", "AL"))
    quota.heard(scene.now + timedelta(hours=1) if is_past_the_watermark else scene.now - timedelta(hours=1))
    before = len(scene.facts)
    if not is_past_the_watermark:
        take(scene, quota, cause)
        assert scene.facts[-1][1]["status"] == "parked"
        return
    with pytest.raises(Rejected) as refused:
        take(scene, quota, cause)
    assert (refused.value.reason, len(scene.facts)) == ("trop_en_attente", before)
    assert "10 messages en attente" in refused.value.message


def test_a_party_with_too_many_waiting_is_still_heard_of_what_is_there_and_so_are_others(
    scene: Scene,
) -> None:
    quota = ParkingQuota(in_vain_at_most=10)
    scene.sign("AL", "100")
    scene.declare("V1")
    flood(scene, 10)
    quota.heard(scene.now + timedelta(hours=1))
    take(scene, quota, scene.event("proposal.refused", _refusal("V1", "AL")))
    assert scene.all("outcome.recorded")[-1]["status"] == "applied"
    take(scene, quota, scene.event("proposal.refused", _refusal("NEVER", "COM")))
    assert scene.all("outcome.recorded")[-1]["status"] == "parked"


def test_the_watermark_is_asked_for_only_by_a_party_that_has_many_waiting(scene: Scene) -> None:
    quota = ParkingQuota(in_vain_at_most=10)
    flood(scene, 9)
    quota.lets_park(scene.state, scene.event("proposal.refused", _refusal("NEVER", "AL")))
    assert not quota.is_asked
    flood(scene, 1)
    quota.lets_park(scene.state, scene.event("proposal.refused", _refusal("NEVER", "AL")))
    assert quota.is_asked
    quota.heard(instant("2026-02-01T00:00:00Z"))
    assert not quota.is_asked


@pytest.mark.parametrize("heard_until", [BEGINNING, instant("2027-01-01T00:00:00Z")])
def test_no_party_has_more_waiting_than_the_bound_whatever_is_still_to_be_read(
    scene: Scene,
    heard_until: Any,  # noqa: ANN401 - an instant
) -> None:
    quota = ParkingQuota(in_vain_at_most=5, ever_at_most=10)
    quota.heard(heard_until)
    flood(scene, 10)
    assert not quota.lets_park(scene.state, scene.event("proposal.refused", _refusal("NEVER", "AL")))


TOPICS = ("conventions", "vacancies", "outcomes of réservataires", "outcomes of the bailleur")
VACANCIES = 24


def year(scene: Scene, topic: str) -> Iterator[Input]:
    """What one topic of a year holds: each dwelling goes to one or two réservataires, then to a lease."""
    if topic == "conventions":
        for party, share in (("AL", "60"), ("COM", "40")):
            yield scene.event("convention.signed", scene.convention(party, share))
    for number in range(VACANCIES):
        name = f"V{number}"
        if topic == "vacancies":
            yield scene.event("vacancy.declared", scene.vacancy(name))
        for party in ("AL", "COM"):
            about = {"departement": "75", "vacancy_id": name, "reservataire": party}
            if topic == "outcomes of réservataires":
                yield scene.event("candidates.designated", {**about, "count": 3, "on_behalf": False})
            elif topic == "outcomes of the bailleur":
                yield scene.event("caleol.decided", {**about, "decision": "non_attribution"})
                yield scene.event("caleol.decided", {**about, "decision": "irrecevabilite"})
                yield scene.event("caleol.decided", {**about, "decision": "non_attribution"})


@pytest.mark.parametrize("order", list(permutations(TOPICS)), ids=" · ".join)
def test_a_year_fed_topic_by_topic_loses_nothing_in_any_order(scene: Scene, order: tuple[str, ...]) -> None:
    """The topics hold the year already: the watermark moves once all of them are read."""
    quota = ParkingQuota(in_vain_at_most=3)
    for topic in order:
        for cause in year(scene, topic):
            take(scene, quota, cause)
    statuses = [data["status"] for data in scene.all("outcome.recorded")]
    assert "rejected" not in statuses
    if order.index("conventions") < order.index("vacancies"):
        assert not scene.state.parked
        assert {dossier.status for dossier in scene.state.dossiers.values()} == {"kept_by_bailleur"}


@pytest.mark.parametrize("order", list(permutations(TOPICS)), ids=" · ".join)
def test_nor_does_one_whose_topics_are_written_one_after_the_other(
    scene: Scene, order: tuple[str, ...]
) -> None:
    """The watermark moves after each of them; the quota is the one delivered."""
    quota = ParkingQuota()
    for topic in order:
        for cause in year(scene, topic):
            take(scene, quota, cause)
        quota.heard(scene.now + timedelta(days=1))
    assert "rejected" not in [data["status"] for data in scene.all("outcome.recorded")]


def _refusal(vacancy_id: str, party: str) -> dict[str, Any]:
    return {
        "departement": "75",
        "vacancy_id": vacancy_id,
        "reservataire": party,
        "by": "reservataire",
        "reason": "hors_criteres",
    }


@pytest.mark.parametrize(
    ("kind", "body", "is_whole"),
    [
        ("candidates.designated", {"count": 3, "on_behalf": False}, True),
        ("candidates.designated", {"count": 0, "on_behalf": False}, False),
        ("lease.signed", {"signed_on": "2026-01-05"}, False),
    ],
    ids=["moves a counter", "moves nothing", "a second lease"],
)
def test_a_state_is_written_whole_when_an_archived_dossier_changes_and_not_when_it_is_only_mentioned(
    scene: Scene, kind: str, body: dict[str, Any], is_whole: bool
) -> None:
    scene.sign("AL", "100")
    scene.declare("V1")
    scene.lease("V1")
    batch = ScopeBatch(scene.state, 0, None, 0)
    batch.brought_back.add("V1")
    cause = scene.event(kind, {"departement": "75", "vacancy_id": "V1", "reservataire": "AL", **body})
    batch.add(cause, scene.now, scene.apply(cause, scene.now), "")
    assert scene.all("outcome.recorded")[-1]["status"] == "recorded_only"
    assert batch.has_restored == is_whole


def test_conventions_that_are_over_are_not_looked_at_again_for_each_dwelling(scene: Scene) -> None:
    scene.sign("AL", "60")
    day = scene.now.date()
    first = list(scene.state.in_force(day))
    assert [each.id for each in first] == ["C-AL"]
    assert all(one is other for one, other in zip(first, scene.state.in_force(day), strict=True))
    scene.sign("COM", "40")
    assert [each.id for each in scene.state.in_force(day)] == ["C-AL", "C-COM"]
    scene.end("AL", "2026-01-04")
    assert [each.id for each in scene.state.in_force(day)] == ["C-COM"]
