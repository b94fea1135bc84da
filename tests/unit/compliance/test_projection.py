"""Compliance folds the ordered stream and nothing else, and never disagrees with orientation."""

from dataclasses import asdict
from random import Random
from typing import Any

from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze, thaw
from contracts.canonical import decode, encode

Scene = Any  # the class is in conftest.py: tests cannot import each other


def _follow(scene: Scene, projection: Projection) -> list[set[str]]:
    """Fold what compliance has not seen yet; which conventions each item moved."""
    moved = []
    for kind, data in scene.facts[projection.sequence :]:
        item: Any = decode(encode(data))
        moved.append(apply(projection, kind, item))
    return moved


def _a_busy_quarter(scene: Scene, projection: Projection) -> None:
    """Conventions of every décompte, and every way a proposal can go; followed input by input."""
    says = Random(7)
    scene.sign("AL", "30", decompte={"method": "attribution"})
    scene.sign("COM", "20", decompte={"method": "bail"}, confirmation="bailleur")
    scene.sign("ETAT", "25", kind="etat_prioritaires")
    for number in range(120):
        name = scene.declare(qpv=number % 3 == 0, typologie=f"T{1 + number % 4}")["vacancy_id"]
        ways = [scene.refuse, scene.lease, scene.deliberate, scene.withdraw, lambda _: scene.wait(days=9)]
        if scene.dossier(name).reservataire is not None:
            says.choice(ways)(name)
        scene.wait(hours=7)
        _follow(scene, projection)
        assert asdict(projection.ledger) == asdict(scene.state.ledger)


def test_its_ledger_is_that_of_orientation_after_every_input(scene: Scene) -> None:
    projection = Projection(str(scene.state.scope))
    _a_busy_quarter(scene, projection)
    assert projection.sequence == len(scene.facts) == scene.state.sequence
    assert projection.outcomes["2026"]["proposed"] > 50


def test_a_snapshot_gives_the_projection_back(scene: Scene) -> None:
    projection = Projection(str(scene.state.scope))
    _a_busy_quarter(scene, projection)
    data = freeze(projection)
    thawed = thaw(data)
    assert thawed == projection
    assert freeze(thawed) == data
    assert thaw(encode({"format": 0})) is None


def test_a_projection_read_from_a_snapshot_goes_on_like_the_one_that_never_stopped(scene: Scene) -> None:
    steady = Projection(str(scene.state.scope))
    _a_busy_quarter(scene, steady)
    restarted = thaw(freeze(steady))
    assert restarted is not None
    for _ in range(20):
        scene.declare()
    _follow(scene, steady)
    _follow(scene, restarted)
    assert freeze(restarted) == freeze(steady)


def test_an_item_moves_the_progress_of_the_conventions_it_credits_only(scene: Scene) -> None:
    scene.sign("AL", "60", territory={"scale": "communes", "communes": ["75114"]})
    scene.sign("COM", "40", territory={"scale": "communes", "communes": ["75120"]})
    projection = Projection(str(scene.state.scope))
    assert _follow(scene, projection) == [{"C-AL"}, {"C-COM"}]
    scene.declare("V1", commune="75114")
    scene.lease("V1")
    assert set().union(*_follow(scene, projection)) == {"C-AL"}
