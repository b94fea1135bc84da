"""What one database engine must tell of itself; a new engine is one more `Dialect` in `database`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Insert, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.journal.errors import JournalError

WRITES = "journal_writes"
"""Execution option of the transactions that will write."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the journal speaks to one engine.

    - `insert` makes an INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`;
    - `mark` stands for the n-th parameter of a statement, `{}` being n;
    - `reading` holds the execution options under which a transaction sees one state throughout;
    - `has_one_writer` says that writers had better queue in the process than at the file;
    - `alone` has a transaction alone with a list of keys until it ends, None where writers are alone anyway;
    - `creates_its_tables` says that an empty database becomes a journal when it is opened;
    - `after_erasure` is run outside any transaction, so that an erased text leaves no copy;
    - `judged` tells the journal's error for one of the driver's, None when the mistake is ours.
    """

    driver: str
    engine: Callable[[URL], AsyncEngine]
    insert: Callable[..., Any]
    mark: str
    reading: Mapping[str, object]
    has_one_writer: bool
    alone: str | None
    creates_its_tables: bool
    after_erasure: str
    judged: Callable[[DBAPIError], type[JournalError] | None]

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

    def insert_tuples(self, table: Table) -> str:
        """An insert of every column, in the table's order, to be given tuples as they are.

        SQLAlchemy's own way takes a mapping for each row apart, which costs more than the row itself.
        """
        columns = ", ".join(table.c.keys())
        marks = ", ".join(self.mark.format(number) for number in range(1, len(table.c) + 1))
        return f"INSERT INTO {table.name} ({columns}) VALUES ({marks})"  # noqa: S608 - our own names
