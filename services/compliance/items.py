"""Items of the ordered stream, as compliance reads them from Kafka."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog

from chassis.bus import Record
from compliance.streams import alerts_of
from contracts.canonical import encode_own
from contracts.envelope import identity_of, open_emitted
from contracts.rejected import Rejected

log = structlog.get_logger("compliance")


@dataclass(frozen=True, slots=True)
class Item:
    """One accepted fact of a scope, and its place in the scope's stream."""

    identity: str
    kind: str
    scope: str
    sequence: int
    time: datetime
    data: dict[str, Any]
    rulebook: str = ""
    """Digest of the rules an alert was judged by."""

    @property
    def canonical(self) -> bytes:
        """The fact's canonical bytes, as orientation journalled them."""
        return encode_own(self.data)


def read_items(records: Iterable[Record]) -> list[Item]:
    """The items of a batch; what is not an item of the stream is logged and left out."""
    items = []
    for record in records:
        try:
            emitted = open_emitted(record.value or b"")
        except Rejected as error:
            log.warning("foreign_record", topic=record.topic, offset=record.offset, error=str(error))
            continue
        data = emitted.data
        identity = identity_of(emitted.source, emitted.id)
        items.append(Item(identity, emitted.type, data["scope"], data["sequence"], emitted.time, data))
    return items


def read_alerts(records: Iterable[Record]) -> list[Item]:
    """The alerts of a batch, each in its scope's stream of alerts, as the journal held them."""
    alerts = []
    for record in records:
        try:
            emitted = open_emitted(record.value or b"")
        except Rejected as error:
            log.warning("foreign_record", topic=record.topic, offset=record.offset, error=str(error))
            continue
        data = emitted.data
        identity = sha256(encode_own(data)).hexdigest()
        stream, rulebook = alerts_of(data["scope"]), data["rulebook"]
        alerts.append(Item(identity, emitted.type, stream, data["sequence"], emitted.time, data, rulebook))
    return alerts
