"""The events a case gives, as the lines of CloudEvents that any implementation would receive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiguillage.acceptance.bases import based, numbered
from aiguillage.acceptance.case import Case, Given
from aiguillage.acceptance.typed_values import typed
from aiguillage.cloudevents import line
from chassis.rulebook.faults import Fault
from contracts.authority import own_source
from contracts.catalogue import INPUTS


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case: its id, its canonical bytes, and which `given` it comes from (from 0)."""

    id: str
    line: bytes
    place: int


def events_of(case: Case, faults: list[Fault]) -> list[Event]:
    """Every event of a case, in order; an unknown base is a fault."""
    found: list[Event] = []
    for place, given in enumerate(case.said.given):
        data = based(case, given.data, ("given", place, "data"), faults)
        found.extend(_event(case, given, place, number, data) for number in range(1, given.times + 1))
    return found


def _event(case: Case, given: Given, place: int, number: int, data: Mapping[str, Any]) -> Event:
    name = given.id or str(place + 1)
    own = name if given.times == 1 else f"{name}-{number}"
    said = typed(given.event, numbered(data, number))
    for field, value in (("bailleur", case.said.bailleur), ("departement", case.said.departement)):
        if field in INPUTS[given.event].model_fields:
            said.setdefault(field, value)
    source = given.source or own_source(given.event, said)
    at = given.at + timedelta(hours=given.every_hours * (number - 1))
    event_id = f"{case.number}-{own}"
    return Event(own, line(given.event, id=event_id, source=source, time=at, data=said), place)
