"""What a journalled fact becomes on the topics: the ordered stream, the réservataire's own, the concertations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.bus import Message
from contracts.canonical import encode_own
from contracts.envelope import derived_id, emit
from contracts.speakers import ORIENTATION
from orientation.domain.instants import instant

ORIENTATIONS = "orientations"
CONCERTATIONS = "concertations"
_FOR_THE_RESERVATAIRE = frozenset(
    {"proposal.issued", "proposal.expired", "proposal.withdrawn", "convention.recorded"}
)
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
    if kind in _FOR_THE_RESERVATAIRE:
        reservataire = data["reservataire"]
        name = reservataire if isinstance(reservataire, str) else reservataire["id"]
        yield _own(f"proposals.{name}", kind, ordinal, data, data["reservataire_sequence"])
    elif kind in _FOR_ALL_CONCERTED:
        yield _own(CONCERTATIONS, kind, ordinal, data, data["concertation_sequence"])


def _own(topic: str, kind: str, ordinal: int, data: Mapping[str, Any], sequence: int) -> Emission:
    """The fact as another topic tells it: at its own sequence there, without what only services need."""
    own = {key: value for key, value in data.items() if key not in _BETWEEN_SERVICES}
    own["sequence"] = sequence
    return _emission(topic, kind, ordinal, data, sequence, encode_own(own))


def _emission(
    topic: str, kind: str, ordinal: int, data: Mapping[str, Any], sequence: int, body: bytes
) -> Emission:
    value = emit(
        type=kind,
        id=derived_id(data["cause"], ordinal),
        source=ORIENTATION,
        time=instant(data["at"]),
        subject=data.get("vacancy_id") or data.get("convention_id") or data.get("programme_id"),
        data=body,
        sequence=sequence,
    )
    return Emission(topic, sequence, Message(topic, data["scope"].encode(), value))
