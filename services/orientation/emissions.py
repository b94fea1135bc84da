"""What a journalled fact becomes on the topics: the ordered stream, the réservataire's own, the concertations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.bus import Message
from contracts.canonical import encode_own
from contracts.envelope import derived_id, emit
from contracts.speakers import ORIENTATION
from orientation.domain import own_topic
from orientation.domain.instants import instant

ORIENTATIONS = "orientations"
CONCERTATIONS = "concertations"
_FOR_ALL_CONCERTED = frozenset({"concertation.proposed", "concertation.concluded"})
_BETWEEN_SERVICES = frozenset({"ledger", "line", "reservataire_sequence", "concertation_sequence"})


@dataclass(frozen=True, slots=True)
class Emission:
    """A message and its place in its topic: `sequence` is contiguous per (topic, scope)."""

    topic: str
    sequence: int
    message: Message


def emissions(kind: str, ordinal: int, data: Mapping[str, Any], canonical: bytes) -> Iterator[Emission]:
    """The messages of one fact. They depend on the journalled row only, so publishing again gives the same bytes."""
    yield _emission(ORIENTATIONS, kind, ordinal, data, data["sequence"], canonical)
    for place, event in enumerate(own_topic.events_of(kind, data)):
        sequence, topic = data["reservataire_sequence"] + place, f"proposals.{own_topic.addressee(data)}"
        if event == own_topic.CLOSED:
            yield _closed(topic, ordinal, data, sequence)
        else:
            yield _own(topic, kind, ordinal, data, sequence)
    if kind in _FOR_ALL_CONCERTED:
        yield _own(CONCERTATIONS, kind, ordinal, data, data["concertation_sequence"])


def _own(topic: str, kind: str, ordinal: int, data: Mapping[str, Any], sequence: int) -> Emission:
    """The fact as another topic tells it: at its own sequence there, without what only services need."""
    own = {key: value for key, value in data.items() if key not in _BETWEEN_SERVICES}
    own["sequence"] = sequence
    return _emission(topic, kind, ordinal, data, sequence, encode_own(own))


def _closed(topic: str, ordinal: int, data: Mapping[str, Any], sequence: int) -> Emission:
    """The end of a proposal, said beside the fact that ends it."""
    body = encode_own({**own_topic.closed(data), "sequence": sequence})
    event_id = derived_id(data["cause"], ordinal, own_topic.CLOSED)
    return _emission(topic, own_topic.CLOSED, ordinal, data, sequence, body, event_id)


def _emission(
    topic: str,
    kind: str,
    ordinal: int,
    data: Mapping[str, Any],
    sequence: int,
    body: bytes,
    event_id: str | None = None,
) -> Emission:
    value = emit(
        type=kind,
        id=event_id or derived_id(data["cause"], ordinal),
        source=ORIENTATION,
        time=instant(data["at"]),
        subject=data.get("vacancy_id") or data.get("convention_id") or data.get("programme_id"),
        data=body,
        sequence=sequence,
    )
    return Emission(topic, sequence, Message(topic, data["scope"].encode(), value))
