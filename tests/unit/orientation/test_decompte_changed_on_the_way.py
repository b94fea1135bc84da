"""A décompte that changes while a proposal is open counts what is left to count, never a dwelling twice."""

from typing import Any

import pytest

from flux.units import DWELLING

METHODS = ("proposition", "attribution", "bail", "mixte")


def terms(method: str) -> dict[str, Any]:
    weights = {"proposition": "0.25", "attribution": "0.5", "bail": "1"}
    return {"decompte": {"method": method, "weights": weights if method == "mixte" else None}}


@pytest.mark.parametrize("after", METHODS)
@pytest.mark.parametrize("before", METHODS)
def test_a_leased_dwelling_counts_once_whatever_changed_after_its_proposal(
    scene: Any,  # noqa: ANN401 - the scene of conftest
    before: str,
    after: str,
) -> None:
    scene.sign("AL", "100", **terms(before))
    scene.declare("V1")
    scene.designate("V1")
    scene.adjust("AL", "100", **terms(after))
    scene.deliberate("V1")
    scene.lease("V1")
    assert scene.ledger().counted["C-AL"] == DWELLING


@pytest.mark.parametrize("after", METHODS)
@pytest.mark.parametrize("before", METHODS)
def test_a_leased_dwelling_counts_once_whatever_changed_after_its_attribution(
    scene: Any,  # noqa: ANN401 - the scene of conftest
    before: str,
    after: str,
) -> None:
    scene.sign("AL", "100", **terms(before))
    scene.declare("V1")
    scene.designate("V1")
    scene.deliberate("V1")
    scene.adjust("AL", "100", **terms(after))
    scene.lease("V1")
    assert scene.ledger().counted["C-AL"] == DWELLING


def test_a_refusal_gives_back_what_its_proposal_did_not_count(scene: Any) -> None:  # noqa: ANN401 - the scene of conftest
    scene.sign("AL", "50", **terms("mixte"))
    scene.declare("V1")
    scene.adjust("AL", "50", **terms("attribution"))
    scene.refuse("V1")
    assert scene.ledger().counted["C-AL"] == DWELLING // 4
    assert scene.ledger().engaged["C-AL"] == DWELLING // 4
