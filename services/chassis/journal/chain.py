"""The chain of hashes that makes a changed row show.

    hash = SHA-256(previous hash ‖ header ‖ scope ‖ cause ‖ type ‖ data ‖ rulebook)

The header is ten big-endian 64-bit integers: version, ordinal, event time, recorded time (microseconds since
1970, UTC), the byte lengths of the five fields that follow the header, then the number of the semantics the row was
decided under. Rows of semantics 1 were written before there was a number: their header has nine integers, without
it. Having the lengths in a header of fixed size, no two different rows give the same bytes, whatever their
semantics. Texts are in UTF-8, digests in their raw bytes. Before the first row of a scope stands SHA-256(scope).
Stored journals depend on every word of this: it cannot change.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from struct import Struct

from chassis.journal.model import Row
from chassis.journal.semantics import UNNUMBERED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_UNNUMBERED = Struct(">9q")
_NUMBERED = Struct(">10q")


def genesis(scope: str) -> bytes:
    """The hash that stands before a scope's first row."""
    return sha256(scope.encode()).digest()


def link(  # noqa: PLR0913 - one argument for each journalled field, none may be forgotten
    previous: bytes,
    *,
    scope: str,
    version: int,
    cause: bytes,
    ordinal: int,
    type: str,  # noqa: A002 - the column's name
    data: bytes,
    rulebook: bytes,
    event_time: int,
    recorded_at: int,
    semantics: int,
) -> bytes:
    """The hash of a row given in the form it is stored in, instants in microseconds."""
    scope_bytes, type_bytes = scope.encode(), type.encode()
    lengths = len(scope_bytes), len(cause), len(type_bytes), len(data), len(rulebook)
    numbers = version, ordinal, event_time, recorded_at, *lengths
    header = _UNNUMBERED.pack(*numbers) if semantics == UNNUMBERED else _NUMBERED.pack(*numbers, semantics)
    return sha256(b"".join((previous, header, scope_bytes, cause, type_bytes, data, rulebook))).digest()


def hash_of(previous: str, row: Row) -> str:
    """The hash `row` must bear after a row whose hash is `previous`."""
    return link(
        bytes.fromhex(previous),
        scope=row.scope,
        version=row.version,
        cause=bytes.fromhex(row.cause),
        ordinal=row.ordinal,
        type=row.type,
        data=row.data,
        rulebook=bytes.fromhex(row.rulebook),
        event_time=microseconds(row.event_time),
        recorded_at=microseconds(row.recorded_at),
        semantics=row.semantics,
    ).hex()


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly; a naive instant is a `ValueError`."""
    if instant.tzinfo is None:
        raise ValueError(f"an aware datetime is needed, got {instant!r}")
    return (instant - EPOCH) // MICROSECOND


def instant(microseconds_since_1970: int) -> datetime:
    """The inverse of `microseconds`; `OverflowError` beyond the year 9999."""
    return EPOCH + timedelta(microseconds=microseconds_since_1970)
