"""Outcomes that come late, twice, before their time, against one another: each has its result, none is lost."""

from collections.abc import Callable
from typing import Any

import pytest

from compliance.domain.projection import Projection
from compliance.domain.tallies import COUNTERS

Scene = Any  # the class is in conftest.py: tests cannot import each other
Told = Callable[..., dict[str, Any]]
Watched = Callable[[Scene], Projection]


def counts(told: dict[str, Any]) -> dict[str, int]:
    """The counters that are not zero."""
    return {name: told[name] for name in COUNTERS if told[name]}


def refused(scene: Scene) -> None:
    scene.refuse("V1")


def taken_back(scene: Scene) -> None:
    scene.withdraw("V1")


def overridden(scene: Scene) -> None:
    scene.override("V1", to="BAILLEUR")


def attributed(scene: Scene) -> None:
    scene.deliberate("V1")


def leased(scene: Scene) -> None:
    scene.lease("V1")


BODIES: dict[str, dict[str, Any]] = {
    "lease.signed": {"signed_on": "2026-03-01"},
    "caleol.decided": {"decision": "attribution"},
    "proposal.refused": {"by": "reservataire", "reason": "hors_criteres"},
    "candidates.designated": {"count": 0, "on_behalf": False},
}
NOTHING_CHANGES = [
    (refused, "lease.signed", "late"),
    (refused, "caleol.decided", "late"),
    (refused, "proposal.refused", "late"),
    (taken_back, "caleol.decided", "late"),
    (taken_back, "lease.signed", "late"),
    (overridden, "lease.signed", "late"),
    (leased, "lease.signed", "recorded_only"),
    (leased, "caleol.decided", "recorded_only"),
    (leased, "proposal.refused", "recorded_only"),
    (leased, "candidates.designated", "recorded_only"),
    (attributed, "candidates.designated", "recorded_only"),
    (attributed, "caleol.decided", "applied"),
]


@pytest.mark.parametrize(
    ("first", "then", "status"), NOTHING_CHANGES, ids=lambda part: getattr(part, "__name__", part)
)
def test_what_contradicts_what_came_before_is_kept_and_moves_no_counter(
    scene: Scene, progress: Told, watched: Watched, first: Callable[[Scene], None], then: str, status: str
) -> None:
    scene.sign("AL", "50", decompte={"method": "attribution"})
    scene.declare("V1")
    proposal_id = scene.dossier("V1").proposal_id
    first(scene)
    before, said = progress(scene), watched(scene).said.get("2026", {})
    scene.outcome(then, "V1", proposal_id=proposal_id, reservataire="AL", **BODIES[then])
    after = progress(scene)
    moving = {"sequence", "as_of"}
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in before.items() if k not in moving
    }
    assert watched(scene).said["2026"][status] == said.get(status, 0) + 1


def test_an_attribution_reported_before_its_proposal_counts_once_it_is_there(
    scene: Scene, progress: Told, watched: Watched
) -> None:
    scene.sign("AL", "100", decompte={"method": "attribution"})
    scene.deliberate("V1", reservataire="AL")
    assert watched(scene).said["2026"] == {"parked": 1}
    scene.declare("V1")
    told = progress(scene)
    assert (counts(told), told["units"]) == ({"proposed": 1, "attributed": 1, "open": 1}, "1")
    assert watched(scene).said["2026"] == {"parked": 1, "applied": 1}


def test_an_outcome_whose_proposal_never_comes_is_refused_in_the_end(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "100")
    scene.deliberate("V1", reservataire="AL")
    scene.wait(days=120)
    assert watched(scene).said["2026"] == {"parked": 1, "rejected": 1}


def test_a_refusal_after_an_attribution_ends_the_proposal_and_leaves_the_attribution(
    scene: Scene, progress: Told
) -> None:
    scene.sign("AL", "50", decompte={"method": "attribution"})
    scene.declare("V1")
    scene.deliberate("V1")
    scene.refuse("V1")
    told = progress(scene)
    assert counts(told) == {"proposed": 1, "attributed": 1, "refused": 1}
    assert told["units"] == "1"


@pytest.mark.parametrize(
    ("year_of", "years"), [("event", {2027: 10**9}), ("proposal", {2026: 10**9})], ids=["event", "proposal"]
)
def test_an_outcome_of_another_year_counts_where_the_convention_says(
    scene: Scene, watched: Watched, progress: Told, year_of: str, years: dict[int, int]
) -> None:
    scene.sign("AL", "100", decompte={"method": "bail", "year_of": year_of}, respond_within_days=60)
    scene.now = scene.now.replace(month=12, day=20)
    scene.declare("V1")
    scene.wait(days=20)
    scene.lease("V1")
    projection = watched(scene)
    found = {year: ledger.counted.get("C-AL", 0) for year, ledger in projection.ledger.years.items()}
    assert {year: units for year, units in found.items() if units} == years
    told = progress(scene)
    assert (told["year"], told["units"], told["gap"], told["leased"]) == (2026, "1", "0", 1)
    assert told["by"]["month"] == {"2026-12": {"proposed": 1}, "2027-01": {"attributed": 1, "leased": 1}}
