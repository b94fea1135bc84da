"""Orientation and compliance agree after every item of every scope of a sample year, in every décompte."""

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from aiguillage.parties import Agenda, Player, in_time
from aiguillage.sample import make_sample
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from compliance.domain.progress import view_of
from compliance.domain.projection import Projection, apply
from contracts.canonical import decode, encode
from contracts.rejected import Rejected
from flux.ledger import Ledger
from flux.scope import Scope
from flux.units import BAILLEUR
from orientation.domain import fold
from orientation.domain.instants import instant
from orientation.domain.state import ScopeState
from orientation.rulebook import BookView

VACANCIES = 300
FOREVER = datetime.max.replace(tzinfo=UTC)
WEIGHTS = {"proposition": "0.5", "attribution": "0.5", "bail": "1"}
MODES = [
    ("proposition", "event"),
    ("attribution", "event"),
    ("attribution", "proposal"),
    ("bail", "event"),
    ("bail", "proposal"),
    ("mixte", "event"),
]


def with_decompte(line: bytes, method: str, year_of: str) -> bytes:
    """A sample line, its convention counted another way."""
    if b"convention.signed" not in line:
        return line
    event = json.loads(line)
    weights = WEIGHTS if method == "mixte" else None
    event["data"]["decompte"] = {"method": method, "weights": weights, "year_of": year_of}
    return json.dumps(event).encode()


def played(book: BookView, lines: list[bytes]) -> list[tuple[str, dict[str, Any]]]:
    """Every fact of a year with its parties' answers, each at its time."""
    agenda, facts = Agenda(Player(lines)), list[tuple[str, dict[str, Any]]]()

    def hear(kind: str, data: dict[str, Any]) -> None:
        facts.append((kind, data))
        agenda.hear(kind, data, instant(data["at"]))

    with Scratch() as scratch:
        simulation = Simulation(book, scratch, hear)
        for line in in_time(lines, agenda, FOREVER):
            with suppress(Rejected):
                simulation.apply(line)
    return facts


def told(ledger: Ledger) -> dict[int, tuple[dict[str, int], ...]]:
    """What is engaged, counted and credited, by flux year."""
    return {year: (each.engaged, each.counted, each.credit) for year, each in ledger.years.items()}


@pytest.mark.slow
@pytest.mark.parametrize(("method", "year_of"), MODES)
def test_engaged_and_counted_units_are_the_same_after_every_item(
    book: BookView, method: str, year_of: str
) -> None:
    lines = [with_decompte(line, method, year_of) for line in make_sample("75", VACANCIES, seed=8)]
    decided: dict[str, ScopeState] = {}
    watched: dict[str, Projection] = {}
    met: Counter[str] = Counter()
    for kind, data in played(book, lines):
        scope, item = data["scope"], decode(encode(data))
        assert isinstance(item, dict)
        state = decided.setdefault(scope, ScopeState(Scope.parse(scope)))
        projection = watched.setdefault(scope, Projection(scope))
        fold.apply(state, kind, item)
        apply(projection, kind, item)
        assert told(projection.ledger) == told(state.ledger), (scope, data["sequence"])
        met[data["outcome"] if kind == "outcome.recorded" else kind] += 1
    assert met["proposal.issued"] > 150
    assert met["proposal.expired"] > 10
    assert met["delegation.reported"]
    for projection in watched.values():
        _counted_units_are_those_of_their_flux_years(projection)


def _counted_units_are_those_of_their_flux_years(projection: Projection) -> None:
    """By flux year or by the year they count in, units add up to the same; every gap is split whole."""
    by_line: Counter[str] = Counter()
    for accounts in projection.accounts.values():
        by_line.update({line: account.counted for line, account in accounts.lines.items()})
    counted: Counter[str] = Counter()
    for ledger in projection.ledger.years.values():
        counted.update({line: units for line, units in ledger.counted.items() if line != BAILLEUR})
    assert +by_line == +counted
    for name in projection.conventions:
        view = view_of(projection, name)
        assert view.causes.total == view.gap
        assert view.commitment is None or view.commitment.missing == view.commitment.to_date - view.units
        assert view.awaited >= 0
