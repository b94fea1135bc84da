"""What a command remembers without holding it in memory: on a temporary file, gone when the command ends."""

import sqlite3
from collections.abc import Iterable, Sequence
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self

BUFFER = 5_000
"""Entries kept in memory before they are written."""

_QUICKLY = ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-8192")


class TemporaryBase:
    """A SQLite base on a temporary file, with 8 MiB of it in memory; `with` closes it, and it is gone."""

    def __init__(self, *schema: str) -> None:
        self._file = NamedTemporaryFile(suffix=".sqlite")  # noqa: SIM115 - closed by __exit__
        self._base = sqlite3.connect(self._file.name, isolation_level=None)
        for statement in (*_QUICKLY, *schema):
            self._base.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()
        self._file.close()

    def _write(self, statement: str, entries: Iterable[Sequence[Any]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(statement, entries)
        self._base.execute("COMMIT")


class Scratch(TemporaryBase):
    """A map of bytes to bytes; memory stays constant."""

    def __init__(self) -> None:
        super().__init__("CREATE TABLE entry (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        self._buffer: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, if it was ever put."""
        value = self._buffer.get(key)
        if value is not None:
            return value
        found: Any = self._base.execute("SELECT value FROM entry WHERE key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def put(self, key: bytes, value: bytes) -> None:
        """Remember a value; the last one put wins."""
        self._buffer[key] = value
        if len(self._buffer) >= BUFFER:
            self._write("INSERT OR REPLACE INTO entry VALUES (?, ?)", sorted(self._buffer.items()))
            self._buffer.clear()
