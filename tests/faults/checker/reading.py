"""A history read once for all checks: inputs, facts, emitted events, the messages that stand on input topics."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from chassis.bus import Record
from chassis.journal import Row
from contracts.canonical import decode
from contracts.catalogue import TOPIC_OF
from contracts.envelope import open_emitted
from contracts.inputs import Input, read
from contracts.rejected import Rejected
from orientation.domain.routing import DEADLINE_FIRED
from orientation.emissions import CONCERTATIONS, ORIENTATIONS
from tests.faults.checker.history import History

PROPOSALS = "proposals."
REJECTED = ".rejected"
FAMILIES = frozenset(TOPIC_OF.values())

Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A row beside the input that caused it, with its body."""

    row: Row
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it stands on one of orientation's topics."""

    topic: str
    id: str
    kind: str
    data: dict[str, Any]
    value: bytes


@dataclass(frozen=True)
class Reading:
    """A history, and what can be read in it; nothing here judges."""

    history: History

    @cached_property
    def inputs(self) -> list[Row]:
        """What orientation accepted from parties, scope by scope."""
        return [row for row in self._rows if row.ordinal == 0 and row.type != DEADLINE_FIRED]

    @cached_property
    def deadlines(self) -> list[Row]:
        """The waits that ended, which are inputs too."""
        return [row for row in self._rows if row.ordinal == 0 and row.type == DEADLINE_FIRED]

    @cached_property
    def facts(self) -> list[Fact]:
        """What inputs caused, scope by scope, in order."""
        return [Fact(row, _body(row.data)) for row in self._rows if row.ordinal]

    @property
    def _rows(self) -> Iterator[Row]:
        for rows in self.history.orientation.rows.values():
            yield from rows

    @cached_property
    def events(self) -> dict[str, list[Event]]:
        """What orientation published, by topic, doubles left in."""
        return {
            topic: [_event(record) for record in records]
            for topic, records in self.history.records.items()
            if topic in {ORIENTATIONS, CONCERTATIONS} or topic.startswith(PROPOSALS)
        }

    @cached_property
    def said(self) -> dict[str, list[tuple[Place, Input]]]:
        """The readable messages on input topics, by identity, with where they stand."""
        found: dict[str, list[tuple[Place, Input]]] = defaultdict(list)
        for topic, records in self.history.records.items():
            if topic.partition(".")[0] in FAMILIES and not topic.endswith(REJECTED):
                for record in records:
                    message = readable(record.value, record.headers, topic)
                    if message is not None:
                        found[message.identity].append(((topic, record.partition, record.offset), message))
        return found

    @cached_property
    def refused(self) -> set[Place]:
        """Where the refused messages stood."""
        rejects = self.history.orientation.rejects
        return {(kept.reject.topic, kept.reject.partition, kept.reject.offset) for kept in rejects}


def readable(value: bytes | None, headers: tuple[tuple[str, bytes | None], ...], topic: str) -> Input | None:
    """The input a message carries, None when it carries none whoever is asked."""
    try:
        return read(value, headers, topic, now=None, trust="open")
    except Rejected:
        return None


def _event(record: Record) -> Event:
    emitted = open_emitted(record.value or b"")
    return Event(record.topic, emitted.id, emitted.type, emitted.data, record.value or b"")


def _body(data: bytes) -> dict[str, Any]:
    body: dict[str, Any] = cast("Any", decode(data))
    return body
