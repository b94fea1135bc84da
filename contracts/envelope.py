"""CloudEvents 1.0: the identity of what comes in, the ids and the bytes of what goes out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from contracts.canonical import decode
from contracts.rejected import Rejected, RejectionReason

PREFIX, SUFFIX = "fr.aiguillage.", ".v1"
"""Around the short type in the `type` attribute."""


def identity_of(source: str, id: str) -> str:  # noqa: A002 - the attribute's name
    """Identity of an input: hex SHA-256 of source, U+0000, id; the same event always has the same."""
    return sha256(f"{source}\0{id}".encode()).hexdigest()


def derived_id(cause: str, *parts: str | int) -> str:
    """Id of something emitted: 32 hex digits derived from its cause and its place in it, never drawn."""
    return sha256("\0".join((cause, *map(str, parts))).encode()).hexdigest()[:32]


def emit(
    *,
    type: str,  # noqa: A002 - the attribute's name
    id: str,  # noqa: A002 - the attribute's name
    source: str,
    time: datetime,
    subject: str | None,
    data: bytes,
    sequence: int | None = None,
) -> bytes:
    """A structured CloudEvent around canonical data bytes, which are spliced in as they are."""
    head: dict[str, Any] = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"{PREFIX}{type}{SUFFIX}",
        "time": time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
    }
    if subject is not None:
        head["subject"] = subject
    if sequence is not None:
        head["sequence"] = str(sequence)
    return orjson.dumps(head)[:-1] + b',"data":' + data + b"}"


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event we emitted, read again; `type` is short."""

    type: str
    id: str
    source: str
    time: datetime
    data: dict[str, Any]


def open_emitted(value: bytes) -> Emitted:
    """Read an event we emitted; raises `Rejected` when it is not one."""
    try:
        body: Any = decode(value)
        return Emitted(
            type=body["type"].removeprefix(PREFIX).removesuffix(SUFFIX),
            id=body["id"],
            source=body["source"],
            time=datetime.fromisoformat(body["time"]),
            data=body["data"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(RejectionReason.ENVELOPPE, "$", "Ce n'est pas un événement d'Aiguillage.") from error
