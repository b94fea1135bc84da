"""Items of the ordered stream, as compliance reads them from Kafka."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog

from chassis.bus import Record
from compliance.streams import alerts_of
from contracts.canonical import encode_own
from contracts.envelope import Emitted, identity_of, open_emitted
from contracts.rejected import Rejected, RejectionReason
from contracts.speakers import COMPLIANCE, ORIENTATION

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
    return [_item(own) for own in _said_by(ORIENTATION, records)]


def _item(own: Emitted) -> Item:
    data = own.data
    identity = identity_of(own.source, own.id)
    return Item(identity, own.type, data["scope"], data["sequence"], own.time, data)


def read_alerts(records: Iterable[Record]) -> list[Item]:
    """The alerts of a batch, each in its scope's stream of alerts, as the journal held them."""
    return [_alert(own) for own in _said_by(COMPLIANCE, records, "rulebook")]


def _alert(own: Emitted) -> Item:
    data = own.data
    identity = sha256(encode_own(data)).hexdigest()
    stream, rulebook = alerts_of(data["scope"]), data["rulebook"]
    return Item(identity, own.type, stream, data["sequence"], own.time, data, rulebook)


def _said_by(source: str, records: Iterable[Record], *texts: str) -> Iterator[Emitted]:
    """What one service said: its scope, its sequence and these texts are there. Of the rest, one log line each."""
    for record in records:
        try:
            said = open_emitted(record.value or b"")
            _check(said, source, texts)
        except Rejected as error:
            log.warning("foreign_record", topic=record.topic, offset=record.offset, error=str(error))
        else:
            yield said


def _check(said: Emitted, source: str, texts: tuple[str, ...]) -> None:
    data: object = said.data
    is_own = (
        said.source == source
        and said.time.tzinfo is not None
        and isinstance(data, dict)
        and type(data.get("sequence")) is int
        and all(isinstance(data.get(name), str) for name in ("scope", *texts))
    )
    if not is_own:
        raise Rejected(RejectionReason.ENVELOPPE, "$", f"Ce n'est pas un événement de {source}.")
