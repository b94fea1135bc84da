"""A progress view as rules read it: exact facts, every one of them known to the rules of conformite."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from chassis.rulebook.facts import CATALOGUE, Kind, known_to
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection
from compliance.domain.telling import facts_of

Scene = Any  # the class is in conftest.py: tests cannot import each other
Watched = Callable[[Scene], Projection]
OF_KIND = {Kind.TEXT: str, Kind.FLAG: bool, Kind.WHOLE: int, Kind.DECIMAL: Decimal}


def facts(scene: Scene, watched: Watched, convention_id: str = "C-AL") -> dict[str, Any]:
    return facts_of(view_of(watched(scene), convention_id))


def test_every_fact_is_of_the_catalogue_and_of_its_kind(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "30", decompte={"method": "attribution"}, management="directe")
    scene.declare()
    found = facts(scene, watched)
    assert set(found) <= {*known_to("conformite"), *known_to("correction")}
    for name, value in found.items():
        assert value is None or type(value) is OF_KIND[CATALOGUE[name].kind], name


def test_the_figures_are_exact_decimals(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "30", decompte={"method": "attribution"})
    for _ in range(8):
        scene.declare()
    first, second = (n for n, dossier in scene.state.dossiers.items() if dossier.reservataire == "AL")
    scene.deliberate(first)
    scene.refuse(second)
    found = facts(scene, watched)
    assert found["progress.units"] == 1
    assert found["progress.expected"] == Decimal("2.4")
    assert found["progress.gap"] == Decimal("1.4")
    assert found["progress.gap_percent"] == Decimal("58.33")
    assert found["progress.share_percent"] == Decimal("12.5")
    assert found["progress.refused_percent"] == 50
    assert found["progress.month"] == 1


@pytest.mark.parametrize(
    ("act", "cause"), [("refuse", "refusals"), ("withdraw", "flux"), ("override", "arbitration")]
)
def test_the_cause_is_the_largest_part_of_the_gap(
    scene: Scene, watched: Watched, act: str, cause: str
) -> None:
    scene.sign("AL", "100", decompte={"method": "attribution"})
    scene.declare("V1")
    acts = {"refuse": scene.refuse, "withdraw": scene.withdraw}
    acts.get(act, lambda name: scene.override(name, to="BAILLEUR"))("V1")
    assert facts(scene, watched)["gap.cause"] == cause


def test_before_anything_happens_figures_are_zero(scene: Scene, watched: Watched) -> None:
    scene.sign("AL", "30")
    found = facts(scene, watched)
    names = ("units", "expected", "gap", "gap_percent", "share_percent", "refused_percent")
    assert [found[f"progress.{name}"] for name in names] == [0] * 6
