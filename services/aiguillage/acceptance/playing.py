"""Plays a case on the services' own core, on the event clock: what is emitted, what is refused."""

from dataclasses import dataclass, field
from typing import Any

from aiguillage.acceptance.case import Case
from aiguillage.acceptance.evenings import Evenings
from aiguillage.acceptance.events import Event
from aiguillage.acceptance.watching import Heard, WatchedBook
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from chassis.rulebook import Rulebook
from contracts.rejected import Rejected
from flux.ledger import Ledger

Fact = tuple[str, dict[str, Any]]
"""What is emitted: short type and data."""


@dataclass(slots=True)
class Played:
    """What a case came to; `ledgers` fold what was emitted, by scope, as monitoring does: no rule, no state."""

    facts: list[Fact] = field(default_factory=list)
    refused: list[tuple[Event, Rejected]] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    evenings: Evenings | None = None
    """The watch, when the case expects something of it."""

    def ledger(self, case: Case) -> Ledger:
        """The accounts of the case's bailleur in its département."""
        return self.ledgers.get(f"{case.said.bailleur}:{case.said.departement}") or Ledger()

    def follow(self, kind: str, data: dict[str, Any]) -> None:
        """Keep one fact, and what it moves; before it, the alerts of the evenings that are over."""
        if self.evenings is not None:
            self.facts += self.evenings.follow(kind, data)
        self.facts.append((kind, data))
        self.ledgers.setdefault(data["scope"], Ledger()).apply(data.get("ledger"))


def play(case: Case, events: list[Event], rulebook: Rulebook) -> Played:
    """Apply the events of a case in their order, then end the waits that end before `until`."""
    played = Played()
    if case.is_watched:
        played.evenings = Evenings(rulebook, played.heard)
    with Scratch() as scratch:
        simulation = Simulation(WatchedBook.of(rulebook, played.heard), scratch, played.follow)
        for event in events:
            try:
                simulation.apply(event.line)
            except Rejected as rejected:
                played.refused.append((event, rejected))
        if case.said.until is not None:
            simulation.close(case.said.until)
            if played.evenings is not None:
                played.facts += played.evenings.until(case.said.until.date())
    return played
