"""A null in a convention leaves it to the rules; what it writes is its own, and only rules that decided are cited."""

from collections.abc import Callable
from typing import Any

import pytest

from orientation.rulebook import BookView

Make = Callable[..., Any]
ON = (
    "gestion/gestion-deleguee",
    "gestion/confirmation-par-le-bailleur",
    "decompte/decompte-bail",
    "criteres/exclure-qpv",
    "criteres/viser-grands-logements",
)


@pytest.fixture
def scene(scene_of: Make, book_with: Callable[..., BookView]) -> Any:  # noqa: ANN401 - the scene of conftest
    return scene_of(book_with(*ON))


def test_a_silent_convention_cites_the_rules_that_decided_for_it(scene: Any) -> None:  # noqa: ANN401 - as above
    scene.sign("AL", "100", kind="etat_prioritaires", share_percent="30")
    cited = set()
    for _ in range(3):
        cited |= set(scene.declare()["rules"])
    assert cited >= {
        *("gestion-deleguee", "confirmation-par-le-bailleur", "decompte-bail"),
        *("delais-ordinaires", "viser-grands-logements"),
    }


def test_a_convention_that_writes_its_terms_cites_none_of_them(scene: Any) -> None:  # noqa: ANN401 - as above
    own = {
        "management": "directe",
        "confirmation": "none",
        "respond_within_days": 12,
        "decompte": {"method": "mixte", "weights": _weights(), "year_of": "event"},
        "criteria": [],
    }
    scene.sign("AL", "100", **own)
    decision = scene.declare()
    assert decision["outcome"] == "proposed"
    assert set(decision["rules"]) == {"dans-le-flux", "rotation-par-avancement"}


def _weights() -> dict[str, str]:
    return {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
