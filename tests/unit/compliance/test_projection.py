"""Compliance folds the ordered stream and nothing else, and never disagrees with orientation."""

from dataclasses import asdict
from random import Random
from typing import Any

from compliance.domain.projection import Projection, apply
from compliance.domain.snapshot import freeze, thaw
from contracts.canonical import decode, encode

Scene = Any  # the class is in conftest.py: tests cannot import each other

BY = ("typologie", "financement", "qpv", "commune", "construction_period")


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


def test_the_four_legal_counters_are_kept_by_every_dimension(scene: Scene) -> None:
    scene.sign("AL", "100")
    scene.declare("V1", qpv=True, typologie="T2", construction_year=1960)
    scene.declare("V2", typologie="T2")
    scene.lease("V1")
    scene.refuse("V2")
    projection = Projection(str(scene.state.scope))
    _follow(scene, projection)
    by = projection.by["C-AL"]
    assert set(by) == set(BY)
    assert by["typologie"] == {"T2": {"proposed": 2, "attributed": 1, "leased": 1, "refused": 1}}
    assert by["qpv"] == {
        "qpv": {"proposed": 1, "attributed": 1, "leased": 1},
        "hors_qpv": {"proposed": 1, "refused": 1},
    }
    assert by["construction_period"] == {
        "1949_1974": {"proposed": 2, "attributed": 1, "leased": 1, "refused": 1}
    }


def test_a_dimension_always_sums_to_the_counter_of_the_convention(scene: Scene) -> None:
    projection = Projection(str(scene.state.scope))
    _a_busy_quarter(scene, projection)
    for line, dimensions in projection.by.items():
        counts = projection.ledger.year(2026).counts[line]
        for dimension in BY:
            for stage in ("proposed", "attributed", "leased", "refused"):
                summed = sum(values.get(stage, 0) for values in dimensions[dimension].values())
                assert summed == counts.get(stage, 0), (line, dimension, stage)


def test_exclusions_are_counted_by_reason(scene: Scene) -> None:
    scene.sign("AL", "100")
    for purpose in ("vente", "vente", "mutation_interne", "relocation"):
        scene.declare(purpose=purpose)
    projection = Projection(str(scene.state.scope))
    _follow(scene, projection)
    assert projection.outside_flux == {"2026": {"vente": 2, "mutation_interne": 1}}


def test_an_item_moves_the_progress_of_the_conventions_it_credits_only(scene: Scene) -> None:
    scene.sign("AL", "60", territory={"scale": "communes", "communes": ["75114"]})
    scene.sign("COM", "40", territory={"scale": "communes", "communes": ["75120"]})
    projection = Projection(str(scene.state.scope))
    assert _follow(scene, projection) == [{"C-AL"}, {"C-COM"}]
    scene.declare("V1", commune="75114")
    scene.lease("V1")
    assert set().union(*_follow(scene, projection)) == {"C-AL"}
