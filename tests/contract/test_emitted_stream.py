"""What the services really say in a small year is what the contract says they say."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import Any

from aiguillage.lines import SAMPLE, topic_of
from aiguillage.parties import Player
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import load
from compliance.domain.projection import Projection, apply
from compliance.domain.telling import progress_of
from contracts.canonical import decode, encode
from contracts.catalogue import EMITTED
from contracts.inputs import read
from orientation.domain.instants import instant
from orientation.rulebook import BookView

RULES = Path(__file__).parents[2] / "rules"
END = datetime(2027, 6, 1, tzinfo=UTC)


def a_played_year(vacancies: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every fact of a sample year with its parties' answers, then the progress of each convention."""
    lines = list(make_sample("75", vacancies, seed=7))
    player = Player(lines)
    facts: list[tuple[str, dict[str, Any]]] = []
    waiting = [
        (read(line, (), topic_of(line), now=None, trust="open").time, line)
        for line in lines
        if topic_of(line) != SAMPLE
    ]
    heapify(waiting)

    def follow(kind: str, data: dict[str, Any]) -> None:
        facts.append((kind, data))
        hears = {"proposal.issued": player.answers, "concertation.proposed": player.concertation_answers}
        for answer in hears[kind](data, instant(data["at"])) if kind in hears else ():
            heappush(waiting, answer)

    with Scratch() as scratch:
        simulation = Simulation(BookView(load(RULES)), scratch, follow)
        while waiting:
            simulation.apply(heappop(waiting)[1])
        simulation.close(END + timedelta(days=1))
    yield from facts
    yield from _progress(facts)


def _progress(facts: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    projections: dict[str, Projection] = {}
    for kind, data in facts:
        projection = projections.setdefault(data["scope"], Projection(data["scope"]))
        for convention in sorted(apply(projection, kind, data)):
            yield "progress.updated", progress_of(projection, convention)


def test_everything_emitted_in_a_played_year_fits_its_closed_model() -> None:
    met: Counter[str] = Counter()
    for kind, data in a_played_year(260):
        EMITTED[kind][0].model_validate(decode(encode(data)), extra="forbid")
        met[kind] += 1
    assert met.keys() >= {
        "concertation.concluded",
        "concertation.proposed",
        "programme.recorded",
        "convention.recorded",
        "forecast.recorded",
        "orientation.decided",
        "outcome.recorded",
        "progress.updated",
        "proposal.expired",
        "proposal.issued",
        "vacancy.recorded",
    }
