"""A local rule that omits the caps lifts nothing: the law holds in what is signed and in what is proposed."""

from collections import Counter
from pathlib import Path
from shutil import copytree

import orjson
import pytest

from aiguillage.simulating import simulate_lines
from chassis.rulebook import load
from orientation.rulebook import BookView

ROOT = Path(__file__).parents[3]
FOUND = ROOT / "tests/found/rules/caps-vanish"


@pytest.fixture(scope="module")
def without_caps(tmp_path_factory: pytest.TempPathFactory) -> BookView:
    """The rules delivered, under a département's that say who has the turn and omit the caps."""
    directory = tmp_path_factory.mktemp("found") / "rules"
    copytree(ROOT / "rules", directory)
    copytree(FOUND / "territories", directory / "territories", dirs_exist_ok=True)
    return BookView(load(directory))


def played(
    events: str, rules: BookView, out: Path
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    lines = (FOUND / events).read_bytes().splitlines()
    simulate_lines(lines, rules, None, out)
    refused = out.with_name(out.name + ".rejected.jsonl")
    told = refused.read_bytes().splitlines() if refused.exists() else []
    return [orjson.loads(line) for line in out.read_bytes().splitlines()], [orjson.loads(t) for t in told]


def test_a_convention_of_eighty_percent_for_the_state_is_refused(
    without_caps: BookView, tmp_path: Path
) -> None:
    decisions, refused = played("state-80-percent.jsonl", without_caps, tmp_path / "d.jsonl")
    assert "plafond_etat" in [line["reason"] for line in refused]
    assert "ETAT-69" not in {decision["reservataire"] for decision in decisions}


def test_the_state_is_offered_thirty_percent_of_seven_dwellings_and_no_more(
    without_caps: BookView, tmp_path: Path
) -> None:
    decisions, refused = played("events.jsonl", without_caps, tmp_path / "d.jsonl")
    assert refused == []
    offered = Counter(str(decision["reservataire"]) for decision in decisions)
    assert offered["ETAT-69"] == 2
