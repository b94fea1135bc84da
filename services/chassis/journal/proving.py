"""Proof of rows as they are read: each must follow, by version and by hash, the one before it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from chassis.journal.chain import genesis, link
from chassis.journal.errors import JournalCorrupt
from chassis.journal.lookup import Standing

_FIELDS = ("scope", "version", "cause", "ordinal", "type", "data", "rulebook", "event_time", "recorded_at")
_HASH, _SEMANTICS = 9, 10
"""Places of the columns of a record, in the table's order."""


def beginning(scope: str) -> Standing:
    """Where a scope stands before its first row."""
    return Standing(0, genesis(scope))


def proved(scope: str, records: Iterable[Sequence[Any]], since: Standing) -> Standing:
    """Where the last of some records of the journal stands, each proved to follow the one before it.

    Raises `JournalCorrupt` at the first that does not. `since` is where the row before them stands.
    """
    version, previous = since
    for record in records:
        version += 1
        if record[1] != version:
            raise JournalCorrupt(f"{scope}, il manque la version {version}")
        try:
            hash_ = link(previous, **dict(zip(_FIELDS, record, strict=False)), semantics=record[_SEMANTICS])
        except Exception as error:  # whatever stands there instead of what was written
            raise JournalCorrupt(f"{scope}, la version {version} ne se lit pas") from error
        if hash_ != record[_HASH]:
            raise JournalCorrupt(f"{scope}, l'empreinte ne prouve pas la version {version}")
        previous = hash_
    return Standing(version, previous)


def snapshot_digest(head: Standing, state: bytes) -> bytes:
    """The digest a snapshot bears: of where the scope stood, whichever scope, and of its state."""
    return sha256(head.hash + head.version.to_bytes(8, "big") + state).digest()
