"""What one database engine must tell of itself; a new engine is one more `Dialect` in `database`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Insert, Table
from sqlalchemy.ext.asyncio import AsyncEngine

WRITES = "journal_writes"
"""Execution option of the transactions that will write."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the journal speaks to one engine.

    - `insert` makes an INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`;
    - `reading` holds the execution options under which a transaction sees one state throughout;
    - `has_one_writer` says that writers had better queue in the process than at the file;
    - `after_erasure` is run outside any transaction, so that an erased text leaves no copy;
    - `signs_of_corruption` are words of the engine's errors that no retry will mend.
    """

    driver: str
    engine: Callable[[URL], AsyncEngine]
    insert: Callable[..., Any]
    reading: Mapping[str, object]
    has_one_writer: bool
    after_erasure: str | None
    signs_of_corruption: Sequence[str]

    def upsert(
        self, table: Table, keys: Sequence[str], brought: Sequence[str], *, rising: bool = False
    ) -> Insert:
        """An insert that, where the keys are there already, writes what it brings over what was there.

        `rising`: only where it brings more than was there.
        """
        statement = self.insert(table)
        upsert: Insert = statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: statement.excluded[name] for name in brought},
            where=statement.excluded[brought[0]] > table.c[brought[0]] if rising else None,
        )
        return upsert

    def insert_new(self, table: Table) -> Insert:
        """An insert that passes over what is there already."""
        statement: Insert = self.insert(table).on_conflict_do_nothing()
        return statement
