"""A table of a document: typed columns, rows, and the rows that add them up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from contracts.characters import writable

Cell = str | int | None
"""Text, days as ``AAAA-MM-JJ``, whole numbers, amounts in units of a dwelling, euros in cents.

None where nothing applies.
"""
Line = tuple[Cell, ...]
Kind = Literal["text", "day", "count", "amount", "euros"]
CENTS = 100
"""Of a euro."""
_MEASURED = frozenset({"amount", "euros"})
"""Kinds of which an empty cell is a figure nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it in JSON and CSV, `title` heads it for people; `words` says a code in French."""

    key: str
    title: str
    kind: Kind = "text"
    words: Callable[[str], str] | None = None

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return self.kind in {"count", *_MEASURED}

    def spoken(self, cell: Cell) -> Cell:
        """A cell as people read it, and as every form can write it: see `contracts.characters`."""
        if not isinstance(cell, str):
            return cell
        return writable(cell if self.words is None else self.words(cell))


@dataclass(frozen=True, slots=True)
class Table:
    """`totals` add rows up, the last one all of them; they are no rows."""

    key: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Line, ...]
    totals: tuple[Line, ...] = ()

    def at(self, key: str) -> int:
        """The place of a column."""
        return next(place for place, column in enumerate(self.columns) if column.key == key)

    def sum(self, key: str) -> int:
        """A column added up over the rows."""
        place = self.at(key)
        return sum(cell for row in self.rows if isinstance(cell := row[place], int))


def by_words(words: Mapping[str, str]) -> Callable[[str], str]:
    """A column's `words` from a list; a code that is not there stands for itself."""
    return lambda code: words.get(code, code)


def total_of(columns: Sequence[Column], rows: Iterable[Line], *labels: str) -> Line:
    """A row that adds up the numbers; `labels` take the first columns, other texts are left empty.

    A sum of nothing but empty cells is empty, and so is that of amounts some of which are.
    """
    kept = list(rows)
    return tuple(
        labels[place] if place < len(labels) else _sum(column, [row[place] for row in kept])
        for place, column in enumerate(columns)
    )


def _sum(column: Column, cells: Sequence[Cell]) -> int | None:
    known = [cell for cell in cells if isinstance(cell, int)]
    is_lacking = len(known) < len(cells) and (column.kind in _MEASURED or not known)
    return sum(known) if column.is_number and not is_lacking else None
