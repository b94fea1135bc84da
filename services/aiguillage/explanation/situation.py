"""The scope of a vacancy as it stood just before it: earlier events applied through the services' own core."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from aiguillage.explanation.question import DECLARED, Question
from aiguillage.lines import SAMPLE, event_time, topic_of, type_of
from aiguillage.scratch import Scratch
from aiguillage.simulation import Simulation
from contracts.canonical import encode
from contracts.envelope import derived_id
from contracts.inputs import Input
from contracts.reading import json_value
from contracts.rejected import Rejected
from flux.scope import Scope
from orientation.domain.event_clock import run_until
from orientation.domain.routing import route
from orientation.domain.snapshot import freeze, thaw
from orientation.domain.state import ScopeState
from orientation.rulebook import BookView

MOST_TURNS = 200
"""Like dwellings decided in advance to tell how far a turn is; beyond, it is only said to be farther."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A question, the state it meets, and the events that could not be applied (one French sentence each)."""

    question: Question
    book: BookView
    frozen: bytes
    at: datetime
    has_events: bool
    refused: tuple[str, ...] = ()
    decided: Mapping[str, Any] | None = None
    """The decision as a journal holds it; None: it is taken now."""
    cause: Input | None = None
    """What that decision was taken on, when it is not the declaration."""

    @property
    def decided_on(self) -> Input:
        """The input that is being applied when the vacancy is decided."""
        return self.question.cause if self.cause is None else self.cause

    def state(self) -> ScopeState:
        """The scope just before the vacancy: a copy of one's own, to read or to change."""
        state = thaw(self.frozen)
        assert state is not None  # noqa: S101 - frozen by this very version
        return state

    def decision(self) -> dict[str, Any]:
        """The `orientation.decided` the journal holds, or the services would write."""
        if self.decided is not None:
            return dict(self.decided)
        return self._decided(self.state(), self.question.cause)

    def turns_until(self, reservataire: str) -> int | None:
        """How many dwellings like this one, all taken, until one is its own; 1 is this one, None is too far."""
        state, cause = self.state(), self.question.cause
        for turn in range(1, MOST_TURNS + 1):
            like = cause if turn == 1 else _like(cause, turn)
            if self._decided(state, like)["reservataire"] == reservataire:
                return turn
        return None

    def _decided(self, state: ScopeState, cause: Input) -> dict[str, Any]:
        facts = route(state, cause, self.at, self.book)
        decided = [data for kind, data in facts if kind == "orientation.decided"]
        return next(data for data in decided if data["vacancy_id"] == cause.data["vacancy_id"])


def situation_of(question: Question, book: BookView, lines: Iterable[bytes] | None) -> Situation:
    """Apply the events that come before the vacancy in its scope; None: no event is known.

    They end where the file itself declares the vacancy, else with the vacancy's instant.
    """
    cause, refused = question.cause, list[str]()
    with Scratch() as scratch:
        simulation = Simulation(book, scratch, lambda _kind, _data: None)
        for number, line in _before(cause, list(lines or ())):
            try:
                simulation.apply(line)
            except Rejected as rejected:
                refused.append(f"Événement {number} refusé ({rejected.reason}) : {rejected.message}")
    state = simulation.states.get(cause.scope) or ScopeState(Scope.parse(cause.scope))
    at = max(state.clock, cause.time)
    for _ in run_until(state, at, book):
        pass
    return Situation(question, book, freeze(state), at, lines is not None, tuple(refused))


def events_in(text: bytes) -> list[bytes]:
    """The events of a file: JSON Lines, or one JSON document that is an event or a list of events."""
    try:
        said = json_value(text)
    except Rejected:
        return [line for line in text.splitlines() if line.strip()]
    return [encode(event) for event in (said if isinstance(said, list) else [said])]


def _before(cause: Input, lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Numbered lines of the vacancy's bailleur that come before it."""
    declared = next((place for place, line in enumerate(lines) if _declares(line, cause)), None)
    for place, line in enumerate(lines[:declared]):
        is_in_time = declared is not None or event_time(line) <= cause.time
        if is_in_time and topic_of(line) != SAMPLE and _bailleur(line) in {None, cause.data["bailleur"]}:
            yield place + 1, line


def _declares(line: bytes, cause: Input) -> bool:
    if type_of(line) != DECLARED:
        return False
    data: Any = orjson.loads(line).get("data")
    asked = (cause.data["vacancy_id"], cause.data["bailleur"])
    return isinstance(data, dict) and (data.get("vacancy_id"), data.get("bailleur")) == asked


def _bailleur(line: bytes) -> object:
    """Whose event it is; None when it does not say, so that it is refused with its reason."""
    try:
        return orjson.loads(line)["data"]["bailleur"]
    except (orjson.JSONDecodeError, TypeError, KeyError):
        return None


def _like(cause: Input, turn: int) -> Input:
    """The declaration of another dwelling with the same facts, at the same instant."""
    data = {**cause.data, "vacancy_id": f"{cause.data['vacancy_id']} ({turn})"}
    return replace(cause, identity=derived_id(cause.identity, turn), data=data)
