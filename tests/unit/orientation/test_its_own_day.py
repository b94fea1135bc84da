"""What happened counts by its own day and its own name, whenever and by whatever it is taken up again."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from chassis.rulebook import load
from contracts.rejected import Rejected
from flux.criteria import Criterion
from flux.units import DWELLING
from orientation.rulebook import BookView

Scene = Any  # the class is in conftest.py: tests cannot import each other

RULES = Path(__file__).parents[3] / "rules"
AGREEMENT = Path("assiette/rehabilitation-lourde.yaml")


@pytest.fixture(scope="module")
def agreed_on_the_twentieth(tmp_path_factory: pytest.TempPathFactory) -> BookView:
    """The delivered rules, with a local exclusion that begins on 20 January."""
    rules = Path(copytree(RULES, tmp_path_factory.mktemp("rules") / "rules"))
    said = (rules / AGREEMENT).read_text(encoding="utf-8")
    begun = said.replace("active: non", "active: oui").replace("from: 2021-11-24", "from: 2026-01-20")
    assert begun != said
    (rules / AGREEMENT).write_text(begun, encoding="utf-8")
    return BookView(load(rules))


@pytest.mark.parametrize("is_late", [False, True], ids=["convention first", "convention late"])
def test_a_vacancy_that_waited_follows_the_rules_of_the_day_it_was_declared(
    scene_of: Callable[..., Scene], agreed_on_the_twentieth: BookView, *, is_late: bool
) -> None:
    scene = scene_of(agreed_on_the_twentieth)
    if not is_late:
        scene.sign("AL", "60")
    scene.declare("V1", purpose="rehabilitation_lourde")
    if is_late:
        scene.wait(days=20)
        scene.sign("AL", "60")
    assert scene.decision("V1")["outcome"] == "proposed"
    assert scene.ledger().engaged == {"C-AL": DWELLING}


def test_an_override_gives_back_the_open_proposal_and_not_an_earlier_one(scene: Scene) -> None:
    scene.sign("AL", "60")
    scene.sign("B", "30")
    scene.declare("V1")
    scene.wait(days=31)
    scene.override("V1", "AL")
    assert scene.ledger().counted["C-AL"] == 2 * DWELLING
    scene.override("V1", "B")
    assert scene.ledger().counted["C-AL"] == scene.ledger().engaged["C-AL"] == DWELLING


def test_a_convention_cannot_take_the_name_of_an_account(scene: Scene) -> None:
    with pytest.raises(Rejected, match="réservé au registre"):
        scene.sign("AL", "30", convention_id="BAILLEUR")
    with pytest.raises(Rejected, match="réservé au registre"):
        scene.sign("AL", "30", convention_id="tour:X")


def test_a_range_says_nothing_of_a_word() -> None:
    criterion = Criterion.from_body({"dimension": "typologie", "kind": "exclude", "from": 1})
    assert criterion.matches({"typologie": "T3"}, NoSegments()) is None


class NoSegments:
    def contains(self, dimension: str, segment: str, value: object) -> bool:
        raise AssertionError((dimension, segment, value))


def test_the_bailleurs_arbitration_outlives_a_correction_of_a_first_letting(scene: Scene) -> None:
    scene.sign("AL", "30")
    scene.sign("B", "60")
    scene.open_programme(("AL", 1))
    scene.conclude()
    scene.let_first(1)
    scene.override("V1", "B")
    dwelling = scene.dossier("V1").dwelling
    scene.amend("V1", cause="neuf", programme_id="P1", dwelling_id=dwelling["dwelling_id"], floor=4)
    assert scene.decision("V1")["reservataire"] == "B"
