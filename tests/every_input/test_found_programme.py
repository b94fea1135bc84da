"""A programme opened twice under two ids changes nothing the second time, in either service."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import load
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode, encode
from orientation.rulebook import BookView

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "tests/found/programme-opened-twice.jsonl").read_bytes().splitlines()


def test_a_programme_opened_again_under_another_id_changes_nothing_and_both_services_go_on() -> None:
    facts: list[tuple[str, dict[str, Any]]] = []
    with Scratch() as scratch:
        simulation = Simulation(
            BookView(load(ROOT / "rules")), scratch, lambda kind, data: facts.append((kind, data))
        )
        for line in LINES:
            simulation.apply(line)
        simulation.close(datetime(2026, 6, 1, tzinfo=UTC))
    recorded = [data["status"] for kind, data in facts if kind == "programme.recorded"]
    assert recorded == ["applied", "recorded_only"]
    [(scope, state)] = simulation.states.items()
    projection = Projection(scope)
    for kind, data in facts:
        item: Any = decode(encode(data))
        apply(projection, kind, item)
    assert projection.sequence == state.sequence
    assert (projection.concertations["2026"]["opened"], projection.seen.programmes) == (1, {})
