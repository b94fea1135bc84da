"""What a restored journal lacks, read from the topics and kept outside memory until it is decided again."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from aiguillage.scratch import TemporaryBase
from chassis.bus import Record
from contracts.envelope import open_emitted
from contracts.inputs import Input, read
from contracts.rejected import Rejected
from orientation.recovering import Said


class Remainder(TemporaryBase):
    """Facts beyond what the journal holds, and the inputs that caused them; `orientation.recovering` reads it.

    In memory stand no more than what is being added and what is being read: the facts of one cause, one input.
    On the disk, each fact and each wanted input as it stands on its topic.
    """

    def __init__(self) -> None:
        super().__init__(
            "CREATE TABLE scope (name TEXT PRIMARY KEY) WITHOUT ROWID",
            "CREATE TABLE fact (scope TEXT, sequence INTEGER, value BLOB, PRIMARY KEY (scope, sequence))",
            "CREATE TABLE input (identity TEXT PRIMARY KEY, record BLOB) WITHOUT ROWID",
        )

    def know(self, scope: str) -> None:
        """The stream tells of a scope."""
        self._write("INSERT OR IGNORE INTO scope VALUES (?)", [(scope,)])

    def add(self, facts: Iterable[tuple[Said, bytes]]) -> None:
        """Take facts with their bytes, a repeat once, and want the inputs they name."""
        taken = list(facts)
        places = [(said.data["scope"], said.sequence, value) for said, value in taken]
        causes = [(said.data["cause"],) for said, _ in taken]
        self._write("INSERT OR REPLACE INTO fact VALUES (?, ?, ?)", places)
        self._write("INSERT OR IGNORE INTO input VALUES (?, NULL)", causes)

    def offer(self, records: Iterable[Record]) -> None:
        """Take those of the input topics' records that are wanted; of one said again the first."""
        for record in records:
            identity = _identity(record)
            if identity is not None:
                self._base.execute(
                    "UPDATE input SET record = ? WHERE identity = ? AND record IS NULL",
                    (_packed(record), identity),
                )

    def scopes(self) -> Sequence[str]:
        """Every scope the stream tells of, in order."""
        return [name for (name,) in self._base.execute("SELECT name FROM scope ORDER BY name")]

    def last(self, scope: str) -> int:
        """The last sequence the journal lacks of a scope; 0 when it lacks none."""
        (found,) = self._base.execute("SELECT max(sequence) FROM fact WHERE scope = ?", (scope,)).fetchone()
        return found or 0

    def facts(self, scope: str) -> Iterator[Said]:
        """What the journal lacks of a scope, in order."""
        ordered = "SELECT value FROM fact WHERE scope = ? ORDER BY sequence"
        return (said_in(value) for (value,) in self._base.execute(ordered, (scope,)))

    def input(self, identity: str) -> Input | None:
        """The input of an identity, if it still is on a topic."""
        asked = "SELECT record FROM input WHERE identity = ? AND record IS NOT NULL"
        found = self._base.execute(asked, (identity,)).fetchone()
        return None if found is None else _unpacked(found[0])


def said_in(value: bytes) -> Said:
    """The fact an event of the ordered stream tells."""
    emitted = open_emitted(value)
    return Said(emitted.type, emitted.data)


def _identity(record: Record) -> str | None:
    try:
        return read(record.value, record.headers, record.topic, now=None, trust="open").identity
    except Rejected:
        return None


def _packed(record: Record) -> bytes:
    return orjson.dumps([record.topic, _text(record.value), [(n, _text(v)) for n, v in record.headers]])


def _unpacked(packed: bytes) -> Input:
    topic, value, headers = orjson.loads(packed)
    own = tuple((name, _bytes(text)) for name, text in headers)
    return read(_bytes(value), own, topic, now=None, trust="open")


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _bytes(text: Any) -> bytes | None:  # noqa: ANN401 - what `_text` made, read back from JSON
    return None if text is None else b64decode(text)
