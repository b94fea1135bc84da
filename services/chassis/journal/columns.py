"""How a row of the journal is written in columns and read back."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from chassis.journal.chain import instant, link, microseconds
from chassis.journal.errors import JournalCorrupt
from chassis.journal.model import Append, Row
from chassis.journal.semantics import SEMANTICS

DIGEST_BYTES = 32


def sealed(append: Append, previous: bytes, recorded_at: int) -> list[dict[str, Any]]:
    """The rows of an append as columns in the table's order, numbered and chained after `previous`, a hash.

    Raises `ValueError` on a transition without its input, a naive event time or a digest that is none.
    """
    rows: list[dict[str, Any]] = []
    version = append.base_version
    for transition in append.transitions:
        if not transition.entries:
            raise ValueError(f"transition {transition.cause} has no input: entries[0] is the input itself")
        cause = digest(transition.cause)
        rulebook = digest(transition.rulebook) if transition.rulebook else b""
        event_time = microseconds(transition.event_time)
        for ordinal, entry in enumerate(transition.entries):
            version += 1
            columns: dict[str, Any] = {
                "scope": append.scope,
                "version": version,
                "cause": cause,
                "ordinal": ordinal,
                "type": entry.type,
                "data": entry.data,
                "rulebook": rulebook,
                "event_time": event_time,
                "recorded_at": recorded_at,
            }
            previous = columns["hash"] = link(previous, **columns, semantics=SEMANTICS)
            columns["semantics"] = SEMANTICS
            rows.append(columns)
    return rows


def opened(record: Sequence[Any]) -> Row:
    """The row that stands in a record of the journal's columns, in the table's order.

    Raises `JournalCorrupt` when a column cannot be what was written.
    """
    scope, version, cause, ordinal, type_, data, rulebook, event_time, recorded_at, hash_, semantics = record
    try:
        return Row(
            scope=scope,
            version=version,
            cause=cause.hex(),
            ordinal=ordinal,
            type=type_,
            data=data,
            rulebook=rulebook.hex(),
            event_time=instant(event_time),
            recorded_at=instant(recorded_at),
            hash=hash_.hex(),
            semantics=semantics,
        )
    except (AttributeError, OverflowError, TypeError) as error:
        raise JournalCorrupt(f"{scope}, la version {version} ne se lit pas") from error


def digest(hexadecimal: str) -> bytes:
    """The 32 bytes of a SHA-256 written in lower-case hexadecimal; anything else is a `ValueError`."""
    raw = bytes.fromhex(hexadecimal)
    if raw.hex() != hexadecimal or len(raw) != DIGEST_BYTES:
        raise ValueError(f"not a SHA-256 in lower-case hexadecimal: {hexadecimal!r}")
    return raw


_SEALED = b"\x01"
"""Before the digest of an archived state: bytes that no canonical JSON begins with."""
_STATE = len(_SEALED) + sha256().digest_size


def sealed_state(state: bytes) -> bytes:
    """An archived state as it is kept: behind its own digest."""
    return _SEALED + sha256(state).digest() + state


def opened_state(kept: bytes, of: str) -> bytes:
    """The archived state that was kept; `JournalCorrupt` when it is not as it was written.

    States of 0.2 stand there bare: they are shown, and nothing is decided on them.
    """
    if not kept.startswith(_SEALED):
        return kept
    state = kept[_STATE:]
    if sha256(state).digest() != kept[len(_SEALED) : _STATE]:
        raise JournalCorrupt(f"l'état archivé de {of} a une autre empreinte")
    return state
