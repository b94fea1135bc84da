"""Criteria of a convention: what they match, exclude, and want a share of."""

from decimal import Decimal

import pytest

from flux.criteria import Criterion, exclusion, lateness, mix_keys
from flux.units import DWELLING

Body = dict[str, object]


class Named:
    """Two segments, as the referential would hold them."""

    def contains(self, dimension: str, segment: str, value: object) -> bool:
        return (dimension, segment, value) in {("qpv", "hors_qpv", False), ("typologie", "grands", "T5")}


NAMED = Named()
DWELLING_OF_1974 = {"typologie": "T3", "qpv": False, "floor": 3, "rent_eur": Decimal("412.30"), "lift": True}


@pytest.mark.parametrize(
    ("body", "matches"),
    [
        ({"dimension": "qpv", "segment": "hors_qpv"}, True),
        ({"dimension": "typologie", "segment": "grands"}, False),
        ({"dimension": "typologie", "in": ["T2", "T3"]}, True),
        ({"dimension": "lift", "in": [True]}, True),
        ({"dimension": "lift", "in": [False]}, False),
        ({"dimension": "lift", "in": ["true"]}, True),
        ({"dimension": "floor", "from": 3}, True),
        ({"dimension": "floor", "from": 4}, False),
        ({"dimension": "rent", "to": Decimal("412.30")}, True),
        ({"dimension": "rent", "to": Decimal("412.29")}, False),
        ({"dimension": "construction_period", "from": 1949}, None),
    ],
)
def test_a_criterion_matches_by_segment_list_or_bounds_and_nothing_without_the_fact(
    body: Body, matches: bool | None
) -> None:
    assert Criterion.from_body(body).matches(DWELLING_OF_1974, NAMED) is matches


def test_only_an_exclusion_excludes() -> None:
    target = Criterion.from_body({"dimension": "floor", "from": 0, "kind": "target", "target_percent": "50"})
    exclude = Criterion.from_body({"dimension": "typologie", "in": ["T3"], "kind": "exclude"})
    assert exclusion([target], DWELLING_OF_1974, NAMED) is None
    assert exclusion([target, exclude], DWELLING_OF_1974, NAMED) == exclude


def test_a_segment_behind_its_target_is_late_and_one_ahead_is_early() -> None:
    target = Criterion.from_body(
        {"dimension": "qpv", "segment": "hors_qpv", "kind": "target", "target_percent": "60"}
    )
    behind = lateness([target], DWELLING_OF_1974, NAMED, {"total": 4 * DWELLING, target.key: DWELLING})
    ahead = lateness([target], DWELLING_OF_1974, NAMED, {"total": 4 * DWELLING, target.key: 4 * DWELLING})
    assert behind == 2 * DWELLING
    assert ahead == -DWELLING


def test_an_engagement_is_added_up_under_the_segments_it_lies_in() -> None:
    target = Criterion.from_body(
        {"dimension": "qpv", "segment": "hors_qpv", "kind": "target", "target_percent": "60"}
    )
    assert mix_keys([target], DWELLING_OF_1974, NAMED) == ("total", "qpv:hors_qpv")
    assert mix_keys([target], {"qpv": True}, NAMED) == ("total",)
    assert mix_keys([], DWELLING_OF_1974, NAMED) == ()
